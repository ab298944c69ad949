"""Spark for tests: one Java machine that engines join, and a real Spark Connect server of its own."""

from collections.abc import Callable, Iterator

import pytest

from maalestok.engines.spark import SparkEngine
from spark import spark_server


@pytest.fixture(scope="session")
def spark_engine_factory() -> Iterator[Callable[[], SparkEngine]]:
    """Makes engines; use each with `with`. They share one Java machine, which starts with the first test that asks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", spark_server.QUICK)
        with SparkEngine(memory="2g"):
            yield SparkEngine


@pytest.fixture(scope="session")
def connect_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Spark Connect server in a process of its own. An engine on it is one at a time."""
    with spark_server.running(tmp_path_factory.mktemp("connect")) as (address, _):
        yield address
