"""Find a benchmark's package by name. Shared machinery imports no benchmark, so that one can be added or left out."""

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import cast

from maalestok.build import Benchmark
from maalestok.errors import MaalestokError
from maalestok.rules.loader import benchmark_ids, feed_ids, feed_owner


@cache
def benchmark(name: str) -> Benchmark:
    """The benchmark called `name`.

    Raises:
        MaalestokError: there is none; names those there are.
    """
    if name not in benchmark_ids():
        raise MaalestokError(f"Benchmarken {name!r} findes ikke.", remedy=f"Vælg en af: {', '.join(benchmark_ids())}.")
    module = import_module(f"maalestok.{name}.benchmark")
    return cast(Benchmark, module.BENCHMARK)


def module(name: str, part: str) -> ModuleType:
    """A module of a benchmark's package that only this benchmark has, e.g. its `whatif`."""
    return import_module(f"maalestok.{benchmark(name).id}.{part}")


def benchmark_of_feed(feed: str) -> Benchmark:
    """The benchmark that owns a feed.

    Raises:
        MaalestokError: no benchmark does; names the feeds there are.
    """
    owner = feed_owner(feed)
    if owner is None:
        allowed = ", ".join([*feed_ids(), "rettelser"])
        raise MaalestokError(f"Leverancen {feed!r} findes ikke.", remedy=f"Vælg en af: {allowed}.")
    return benchmark(owner)
