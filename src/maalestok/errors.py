"""Errors a person can act on: what, where, which rule, what to do. Each class has one exit code.

The command line prints them without a traceback. Anything else that escapes is a bug in Målestok.
"""

EXIT_OK = 0
EXIT_BUG = 1
EXIT_REFUSED = 2
EXIT_FAULTS_FOUND = 3
EXIT_REMOTE = 4
EXIT_INTERRUPTED = 130


class MaalestokError(Exception):
    """A refusal in the reader's words. `remedy` says what to do about it."""

    exit_code = EXIT_REFUSED

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return self.message if self.remedy is None else f"{self.message}\n→ {self.remedy}"


class UnreadableFile(MaalestokError):
    """A delivered file can't be read as a table at all."""


class RuleError(MaalestokError):
    """A rule file is wrong: file, key and reason."""


class StoreError(MaalestokError):
    """The store is not what was expected (missing, foreign, damaged)."""


class ReleaseError(MaalestokError):
    """A release folder is missing, damaged or would be overwritten."""


class RemoteError(MaalestokError):
    """A remote service did not deliver."""

    exit_code = EXIT_REMOTE


class FaultsFound(MaalestokError):
    """A check ran and found faults."""

    exit_code = EXIT_FAULTS_FOUND
