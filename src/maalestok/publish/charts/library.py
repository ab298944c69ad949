"""The drawing library, with its own fonts alone: the same drawing on every machine, and several times as fast."""

import os
from functools import cache
from importlib.resources import files
from types import ModuleType


@cache
def library() -> ModuleType:
    """`vl_convert`, told before its first use to look for no fonts of the machine."""
    os.environ["FONTCONFIG_FILE"] = str(files("maalestok.publish.charts").joinpath("fonts.conf"))
    import vl_convert

    return vl_convert
