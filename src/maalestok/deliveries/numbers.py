"""Whole numbers of a last decimal, as Danish text."""


def danish_scaled(value: int, decimals: int) -> str:
    """970 with two decimals -> '9,70'; -5 -> '-0,05'; without decimals the number itself."""
    if not decimals:
        return str(value)
    whole, fraction = divmod(abs(value), 10**decimals)
    return f"{'-' if value < 0 else ''}{whole},{fraction:0{decimals}d}"
