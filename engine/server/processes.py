"""What a process needs from its machine: private files, ports, child processes and their end."""

import os
import secrets
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import psutil

KILL_S = 30
"""Seconds that the system may take to end a process that is killed."""


def write_private(file: Path, text: str) -> None:
    """Replace a file in one step; only its owner can read it."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.part")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as new:
        new.write(text)
    draft.replace(file)


def first_private(file: Path, content: bytes) -> bytes:
    """The content of a file that only its owner can read, made of `content` where there is none.

    The file is whole before it has its name, and of two processes that make it at once the faster one wins.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
        try:
            with os.fdopen(descriptor, "wb") as new:
                new.write(content)
                new.flush()
                os.fsync(new.fileno())
            with suppress(FileExistsError):
                os.link(draft, file)
        finally:
            draft.unlink(missing_ok=True)
    return file.read_bytes()


def free_port(preferred: int = 0) -> int:
    """A port that is free on loopback: the preferred one if possible."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            if sys.platform != "win32":  # else the port of a server that has just ended counts as taken
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
    """Start a child process that outlives this one and ignores the terminal's Ctrl-C; returns its pid."""
    detachment: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        detachment = {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT}
    child = subprocess.Popen(command, env=dict(env), cwd=cwd, **streams, **detachment)
    child.returncode = 0  # it is meant to go on running; Popen would warn about that
    return child.pid


def end_process(pid: int, wait_s: float) -> None:
    """Ask a process to end, and kill it after `wait_s` seconds (0: kill it at once)."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        if wait_s:
            process.terminate()
            if _has_ended(process, wait_s):
                return
        process.kill()
        _has_ended(process, KILL_S)


def _has_ended(process: psutil.Process, wait_s: float) -> bool:
    """Wait until a process has ended; False if it has not after so long.

    The child of a process that goes on without asking for it stays as a zombie, which has ended too.
    """
    until = time.monotonic() + wait_s
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    with suppress(psutil.Error):
        # Asked for its end, a child of our own is gone; its last threads may take a moment longer.
        process.wait(KILL_S if process.ppid() == os.getpid() else 0)
    return True


def has_argument(pid: int, argument: str) -> bool:
    """Whether a process exists, and has this argument on its command line."""
    try:
        process = psutil.Process(pid)
        for _ in range(100):
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            if arguments := process.cmdline():
                return argument in arguments
            time.sleep(0.01)  # a program that is still being loaded has no command line yet
    except psutil.Error:
        pass
    return False


def pid_with_argument(argument: str) -> int | None:
    """The pid of a process that has this argument on its command line; None if there is none."""
    processes = psutil.process_iter(["cmdline"])
    pids = (process.pid for process in processes if argument in (process.info["cmdline"] or ()))
    return next((pid for pid in pids if has_argument(pid, argument)), None)


def file_size(file: Path) -> int:
    """The size of a file in bytes; 0 for a folder, and for a file that has just been removed."""
    try:
        return file.stat().st_size if file.is_file() else 0
    except OSError:
        return 0


def tail(file: Path, lines: int) -> list[str]:
    """The last lines of a text file; none if there is no file."""
    try:
        with file.open("rb") as text:
            text.seek(max(0, file.stat().st_size - lines * 2000))
            return text.read().decode("utf-8", "replace").splitlines()[-lines:]
    except OSError:
        return []
