"""The drawing library, with its own fonts alone: the same drawing on every machine, and several times as fast."""

import os
from functools import cache
from importlib.resources import files
from types import ModuleType

FONTCONFIG = "FONTCONFIG_FILE"
LETTER = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">a</text></svg>'


@cache
def library() -> ModuleType:
    """`vl_convert`, which looked for no fonts of the machine when it was first asked to draw a letter.

    It looks once. What the environment said before holds again afterwards, for programs started from here.
    """
    import vl_convert

    before = os.environ.get(FONTCONFIG)
    os.environ[FONTCONFIG] = str(files("maalestok.publish.charts").joinpath("fonts.conf"))
    try:
        vl_convert.svg_to_png(LETTER)
    finally:
        os.environ.pop(FONTCONFIG)
        if before is not None:
            os.environ[FONTCONFIG] = before
    return vl_convert
