"""Standard streams whose reader may go away: printing decides no outcome."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO


class Forgiving:
    """A stream whose reader may go away: what can't be written is dropped, so that printing decides no outcome."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.used = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        self.used = True
        return int(self._try(lambda: self._stream.write(text)) or 0)

    def flush(self) -> None:
        self._try(self._stream.flush)

    def _try(self, action: Callable[[], int | None]) -> int | None:
        try:
            return action()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            return None


def prepared(stream: TextIO | None) -> Forgiving:
    """A stream that escapes what it can't show; a closed one is replaced."""
    if stream is None:
        return Forgiving(Path(os.devnull).open("w", encoding="utf-8"))  # lives as long as the process
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return Forgiving(stream)
