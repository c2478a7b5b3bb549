"""The command `upline` in processes of their own, without each loading the program anew.

One process has the program loaded; each command is a child that it forks, with its own arguments,
environment and streams, ended by its own status. Where nothing can fork, a command is started from nothing.
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

PROGRAM = [sys.executable, "-m", "engine.cli"]
AT_WORK = ("engine.compute", "engine.runs.life", "engine.server.connect", "engine.workbench.printing")
"""What commands load only when they are called."""
PATIENCE_S = 300
PAPER = {"COLUMNS": "200", "NO_COLOR": "1"}
"""What commands print on; the program looks at it once, while it is loaded."""

Done = subprocess.CompletedProcess[str]


class Started:
    """A command at work in a process group of its own; `pid` is its process, `began` on the monotonic clock.

    Its output goes into the files `out` and `err`, which can be read while it works.
    """

    def __init__(self, words: list[str], answers: "_Lines", folder: Path) -> None:
        self.words, self._answers = words, answers
        self.out, self.err = _streams(folder)
        self.began = time.monotonic()
        self.pid = int(answers.next(PATIENCE_S) or 0)
        self._done: Done | None = None

    def ended(self, patience_s: float) -> Done | None:
        """Its status and output, once it has ended; None if it is still at work when the time is up."""
        if self._done is None and (line := self._answers.next(patience_s)) is not None:
            texts = (stream.read_text(encoding="utf-8", errors="replace") for stream in (self.out, self.err))
            self._done = subprocess.CompletedProcess([*PROGRAM, *self.words], int(line), *texts)
        return self._done


class Commands:
    """Runs commands one after the other; `prepared` makes one."""

    def __init__(self, loaded: subprocess.Popen[bytes] | None) -> None:
        self._loaded = loaded
        self._answers = _Lines(loaded.stdout.fileno()) if loaded and loaded.stdout else None

    @property
    def pid(self) -> int | None:
        """The process that has the program loaded, and is the parent of every command."""
        return self._loaded.pid if self._loaded else None

    def run(self, words: list[str], env: Mapping[str, str]) -> Done:
        """One command to its end: its status, and its output as text."""
        if self._loaded is None:
            return subprocess.run(
                [*PROGRAM, *words],
                env=dict(env),
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                check=False,
            )
        with tempfile.TemporaryDirectory() as folder:
            done = self.start(words, env, Path(folder)).ended(2 * PATIENCE_S)
        assert done is not None, "its own alarm ends it sooner"
        return done

    def start(self, words: list[str], env: Mapping[str, str], folder: Path) -> Started:
        """Begin a command, whose streams are files in a folder; the next one can begin once it has ended."""
        assert self._loaded is not None, "commands can only be started where processes can fork"
        assert self._loaded.stdin is not None
        assert self._answers is not None
        streams = _streams(folder)
        for stream in streams:
            stream.touch()
        order = {"words": words, "env": dict(env), "cwd": str(Path.cwd()), "streams": [*map(str, streams)]}
        self._loaded.stdin.write(json.dumps(order).encode() + b"\n")
        self._loaded.stdin.flush()
        return Started(words, self._answers, folder)


def _streams(folder: Path) -> tuple[Path, Path]:
    """The files that a command's output and messages go to."""
    return folder / "out", folder / "err"


class _Lines:
    """Lines of a pipe, with a limit on the wait for each."""

    def __init__(self, pipe: int) -> None:
        self._pipe, self._rest = pipe, b""

    def next(self, patience_s: float) -> bytes | None:
        until = time.monotonic() + patience_s
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self._pipe], [], [], max(0, until - time.monotonic()))
            if not ready:
                return None
            if not (more := os.read(self._pipe, 4096)):
                raise EOFError("the process that runs the commands has ended")
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        return line


@contextmanager
def prepared(env: Mapping[str, str] | None = None) -> Iterator[Commands]:
    """Commands that run from one loaded program, which ends with the block; `env` is added to its own."""
    if not hasattr(os, "fork"):
        yield Commands(None)
        return
    command = [sys.executable, "-m", "tests.support.commands"]
    streams: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **streams, env={**os.environ, **PAPER, **(env or {})}) as loaded:
        try:
            yield Commands(loaded)
        finally:
            loaded.kill()


def _serve() -> None:
    """Read commands from standard input, one JSON object a line; answer each with its process and status."""
    from engine.cli import program

    program()  # loaded here, so that no child has to, as what the commands load when they are at work
    for name in AT_WORK:
        import_module(name)

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            _command(**json.loads(line))
        with suppress(OSError):  # whichever of the two comes first: Ctrl-C reaches a group
            os.setpgid(child, child)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _command(words: list[str], env: dict[str, str], cwd: str, streams: list[str]) -> None:
    """Run the command in a child process, which ends with it."""
    signal.alarm(PATIENCE_S)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, stream in enumerate(streams, 1):
        os.dup2(os.open(stream, os.O_WRONLY | os.O_CREAT), number)
    sys.argv = ["upline", *words]
    from engine.cli import main

    main()
    sys.exit(0)


if __name__ == "__main__":
    _serve()
