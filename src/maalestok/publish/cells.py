"""How a value is written into an open data file."""

from decimal import Decimal

SYNTETISK = "SYNTETISK"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a leading = + - @ or control character gets an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def plain_number(value: float) -> str:
    """Shortest decimal text that gives the same double back, never with an exponent: 0.0995, 2310."""
    text = repr(value)
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def danish_number(value: float) -> str:
    """`plain_number` with decimal comma, without thousands separators."""
    return plain_number(value).replace(".", ",")
