"""Printing: one console for people, JSON for programs, progress on standard error."""

import json
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.table import Table


def print_json(data: Any) -> None:
    """A report for programs."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    typer.echo(json.dumps(data, ensure_ascii=plain, indent=1))


def print_lines(lines: Sequence[str]) -> None:
    """Lines for people; wrapped by the terminal, never cut."""
    for line in lines:
        typer.echo(line)


def print_wrapped(lines: Sequence[str]) -> None:
    """Lines for people, wrapped between words at the terminal's width, with the rest of a line indented."""
    width = max(Console().width, 40) if sys.stdout.isatty() else 0
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        wrapped = textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False) if width else [line]
        print_lines(wrapped)


def print_table(headers: Sequence[str], rows: Sequence[Sequence[str]], *, title: str | None = None) -> None:
    """A table for people. Cells are plain text: no markup is read from data."""
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=False)
    if title is not None:
        console.print(Text(title, style="italic"))
    table = Table(header_style="bold")
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


@contextmanager
def progress(text: str) -> Iterator[Callable[[str], None]]:
    """A spinner on standard error with what is being done; silent when that is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status(text) as status:
        yield lambda step: status.update(f"{text}: {step}")
