"""What the benchmark is doing, step by step, and how it ends on a signal."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

console = Console(stderr=True, highlight=False)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Show what is under way: a line that changes on a terminal, else one for each step."""
    if console.is_terminal:
        with console.status(what):
            yield
    else:
        console.print(f"  {what} ...", markup=False)
        yield


def show(what: str, figure: str) -> None:
    """Print a finished line."""
    console.print(f"  {what:<54} {figure:>24}", markup=False, soft_wrap=True)


def end_once() -> None:
    """Let Ctrl-C and SIGTERM raise KeyboardInterrupt once: after that, servers are being stopped."""

    def ended(*_given: object) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, ended)
