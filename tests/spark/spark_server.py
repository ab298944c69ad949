"""A real Spark Connect server, in a process of its own."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

START_SECONDS = 120
QUICK = "-XX:TieredStopAtLevel=1"
"""Java compiles once, not twice: a third faster for what lives as briefly as a test."""


@contextmanager
def running(work: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The server's address and process; what it writes goes to the folder `work`."""
    found = find_spec("pyspark")
    assert found is not None
    assert found.origin is not None
    home = Path(found.origin).parent
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.master": "local[2]",
        "spark.local.dir": str(work / "spill"),
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.warehouse.dir": str(work / "warehouse"),
        "spark.ui.enabled": "false",
    }
    # What sbin/start-connect-server.sh runs in the end; the script itself leaves Java behind when it is stopped.
    command = [str(home / "bin" / "spark-submit"), "--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    for key, value in settings.items():
        command += ["--conf", f"{key}={value}"]
    environment = os.environ | {"SPARK_HOME": str(home), "JAVA_TOOL_OPTIONS": QUICK}
    log = work / "server.log"
    with log.open("wb") as sink:
        server = subprocess.Popen(command, stdout=sink, stderr=sink, env=environment, cwd=work)
        try:
            _wait(port, server, log)
            yield f"sc://127.0.0.1:{port}", server
        finally:
            server.terminate()
            server.wait(timeout=60)


def _wait(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(START_SECONDS * 10):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert server.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.1)
    raise AssertionError(f"no Spark Connect server after {START_SECONDS} s:\n{log.read_text(encoding='utf-8')}")
