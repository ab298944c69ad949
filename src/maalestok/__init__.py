"""Målestok: explained, reproducible benchmarks of Denmark's 98 municipalities."""

__version__ = "0.6.0"
