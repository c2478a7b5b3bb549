"""The command `upline` in processes of their own, without each loading the program anew.

One process has the program loaded; each command is a child that it forks, with its own arguments,
environment and streams, ended by its own status. Where nothing can fork, a command is started from nothing.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = [sys.executable, "-m", "engine.cli"]
PATIENCE_S = 300
PAPER = {"COLUMNS": "200", "NO_COLOR": "1"}
"""What commands print on; the program looks at it once, while it is loaded."""

Done = subprocess.CompletedProcess[str]


class Commands:
    """Runs commands one after the other; `prepared` makes one."""

    def __init__(self, loaded: subprocess.Popen[str] | None) -> None:
        self._loaded = loaded

    def run(self, words: list[str], env: Mapping[str, str]) -> Done:
        """One command to its end: its status, and what it said as text."""
        if self._loaded is None or self._loaded.stdin is None or self._loaded.stdout is None:
            return subprocess.run(
                [*PROGRAM, *words],
                env=dict(env),
                capture_output=True,
                text=True,
                timeout=PATIENCE_S,
                check=False,
            )
        with tempfile.TemporaryDirectory() as folder:
            streams = [Path(folder) / name for name in ("out", "err")]
            asked = {
                "words": words,
                "env": dict(env),
                "cwd": str(Path.cwd()),
                "streams": [*map(str, streams)],
            }
            print(json.dumps(asked), file=self._loaded.stdin, flush=True)
            status = int(self._loaded.stdout.readline())
            out, err = (stream.read_text(encoding="utf-8") for stream in streams)
        return subprocess.CompletedProcess([*PROGRAM, *words], status, out, err)


@contextmanager
def prepared() -> Iterator[Commands]:
    """Commands that run from one loaded program, which ends with the block."""
    if not hasattr(os, "fork"):
        yield Commands(None)
        return
    command = [sys.executable, "-m", "tests.support.commands"]
    streams: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **streams, env={**os.environ, **PAPER}) as loaded:
        try:
            yield Commands(loaded)
        finally:
            loaded.kill()


def _serve() -> None:
    """Read commands from standard input, one JSON object a line; answer each with its status."""
    import engine.cli  # noqa: F401  # loaded here, so that no child has to

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _command(**json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _command(words: list[str], env: dict[str, str], cwd: str, streams: list[str]) -> None:
    """Be the command, in a child that ends with it."""
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
