"""Small things between a process and its machine: files, ports, children, and how they end."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import psutil


def write_private(file: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner alone."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.part")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as new:
        new.write(text)
    draft.replace(file)


def free_port(wanted: int = 0) -> int:
    """`wanted` where it is free on loopback, else a port that is."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            if sys.platform != "win32":  # else a port of a server that just ended counts as taken
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on loopback")


def speaks_bolt(port: int) -> bool:
    """Whether a Bolt server answers the handshake on loopback."""
    versions = b"\x60\x60\xb0\x17" + b"\x00\x00\x04\x05" + b"\x00" * 12
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.settimeout(5)
            line.sendall(versions)
            return len(line.recv(4)) == 4
    except OSError:
        return False


def detached(command: Sequence[str], log: IO[bytes], env: Mapping[str, str], cwd: Path) -> int:
    """Start a child that outlives this process and is out of reach of its terminal's Ctrl-C; its pid."""
    alone: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        alone = {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT}
    child = subprocess.Popen(command, env=dict(env), cwd=cwd, **streams, **alone)
    child.returncode = 0  # it is meant to go on; else Popen warns that it does
    return child.pid


def end(pid: int, patience_s: float) -> None:
    """End a process: kindly, and by force after `patience_s` seconds (0: by force at once)."""
    try:
        process = psutil.Process(pid)
        if patience_s:
            process.terminate()
            with suppress(psutil.TimeoutExpired):
                process.wait(patience_s)  # a child of ours and another's alike
                return
        process.kill()
        process.wait(30)
    except psutil.NoSuchProcess:
        return


def size(file: Path) -> int:
    """Bytes of a file; 0 for a folder, and where it has just gone."""
    try:
        return file.stat().st_size if file.is_file() else 0
    except OSError:
        return 0


def tail(file: Path, lines: int) -> list[str]:
    """The last lines of a text file; none where there is no file."""
    try:
        with file.open("rb") as text:
            text.seek(max(0, file.stat().st_size - lines * 2000))
            return text.read().decode("utf-8", "replace").splitlines()[-lines:]
    except OSError:
        return []
