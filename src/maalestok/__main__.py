"""`python -m maalestok` runs the command line."""

from maalestok.cli.main import main

if __name__ == "__main__":
    main()
