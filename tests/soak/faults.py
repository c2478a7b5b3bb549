"""How a fault strikes a command: wait for its moment, do it, repair it, and let the command end."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil
from neo4j import Transaction
from neo4j.exceptions import DriverError, Neo4jError

from engine.graph.database import Graph
from tests.soak.proxy import Proxy
from tests.soak.script import RECORDS, Kind, Step, Strike
from tests.soak.site import PATIENCE_S, Site
from tests.support.commands import Done, Started
from tests.support.small_tables import ask

POLL_S = 0.004
PUT_OFF_S = 0.1
"""The most that a fault is delayed after something is recorded. The command may be held up for that long."""

SIGNALS = {"kill": signal.SIGKILL, "terminate": signal.SIGTERM}
PLACED = """
MATCH (:Member)-[edge:PLACED_UNDER WHERE edge.recorded_at IS NOT NULL]->(:Member) RETURN count(edge) AS count
"""
RUNS = "MATCH (run:Run {state: 'running'}) SET run.held = true REMOVE run.held RETURN run.stage"
IMPORTS = """
MATCH (change:Change {kind: 'import', state: 'running'})
SET change.held = true REMOVE change.held
RETURN change.state
"""


@dataclass(frozen=True, slots=True)
class Timing:
    """An undisturbed command: its duration, and when it printed each of its lines, in seconds."""

    seconds: float
    lines: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Struck:
    """A command that a fault was meant for. `hit` is False where it had ended before its moment.

    `spoke_s` are the seconds from the fault to its end, `second` the outcome of a command at the same time.
    """

    done: Done
    hit: bool
    spoke_s: float = 0.0
    second: Done | None = None


def timed(site: Site, words: tuple[str, ...]) -> tuple[Done, Timing]:
    """Run a command undisturbed, and note when it prints its lines."""
    command = site.start(words)
    lines: list[float] = []
    while command.ended(POLL_S) is None:
        now = time.monotonic() - command.began
        lines += [now] * (_said(command) - len(lines))
        if now > PATIENCE_S:
            break
    done = site.wait(command)
    seconds = time.monotonic() - command.began
    lines += [seconds] * (_said(command) - len(lines))
    return done, Timing(seconds, tuple(lines))


def struck(site: Site, step: Step, strike: Strike, timing: Timing, following: Step | None) -> Struck:
    """Run a command and let the fault strike it at its moment."""
    proxy = None
    if strike.fault in ("cut line", "drop line"):
        if site.running() is None:
            site.run("server", "start")
        proxy = Proxy(site.port())
    try:
        command = site.start(step.words, through=proxy.port if proxy else None)
        second = None
        with _moment(site, command, step.kind, strike, timing) as reached:
            at = time.monotonic()
            if reached and strike.fault == "two at once":
                second = site.start(_companion(step, strike, following), second=True)
            hit = reached and (second is not None or _strike(site, command, strike, proxy))
        done = site.wait(command)
        spoke_s = time.monotonic() - at
        return Struck(done, hit, spoke_s, site.wait(second) if second else None)
    finally:
        site.disk.make_room()
        if proxy:
            proxy.cut()


def _companion(step: Step, strike: Strike, following: Step | None) -> tuple[str, ...]:
    if strike.companion == "next" and following:
        return following.words
    # Two commands that write one folder at once are their user's mistake.
    return step.words if strike.companion == "same" and step.out is None else ("runs", "--json")


def _strike(site: Site, command: Started, strike: Strike, proxy: Proxy | None) -> bool:
    """Carry out the fault; False where there is nothing for it to strike."""
    if strike.fault == "kill server":
        servers = site.servers()
        for server in servers:
            with suppress(psutil.Error):
                server.kill()
        return bool(servers)
    if strike.fault == "full disk":
        site.disk.fill()
    elif proxy:
        (proxy.cut if strike.fault == "cut line" else proxy.drop)()
    else:
        try:
            if strike.fault == "interrupt":
                os.killpg(command.pid, signal.SIGINT)
            else:
                os.kill(command.pid, SIGNALS[strike.fault])
        except ProcessLookupError:
            return False  # it has ended in this very moment
    return True


@contextmanager
def _moment(site: Site, command: Started, kind: Kind, strike: Strike, timing: Timing) -> Iterator[bool]:
    """Wait for the moment of a strike, which lasts as long as the block; False where the command is over."""
    if strike.moment == "record" and site.running() is not None:
        names = RECORDS[kind]
        name = names[int(strike.share * len(names))]
        with site.graph() as graph, _recorded(graph, command, name) as reached:
            yield reached and command.ended(strike.later * PUT_OFF_S) is None
        return
    if strike.moment == "line" and timing.lines:
        place = int(strike.share * len(timing.lines))
        next_one = [*timing.lines, timing.seconds][place + 1]
        gap = strike.later * max(0.0, next_one - timing.lines[place])
        yield _until(command, lambda: _said(command) > place) and command.ended(gap) is None
        return
    moment = command.began + strike.share * timing.seconds
    yield command.ended(max(0.0, moment - time.monotonic())) is None


def _until(command: Started, reached: Callable[[], bool]) -> bool:
    while not reached():
        if command.ended(POLL_S) is not None:
            return False
    return True


def _said(command: Started) -> int:
    return command.err.read_bytes().count(b"\n")


@contextmanager
def _recorded(graph: Graph, command: Started, name: str) -> Iterator[bool]:
    """Wait until the database shows the event; False where the command ends first.

    The run, or the import, is locked for the length of the block: in so small a company a stage takes some
    hundredths of a second, and would be over before the fault strikes.
    """
    transaction: Transaction | None = None
    before = ask(graph, PLACED)[0]["count"]
    with graph.session() as session:

        def reached() -> bool:
            nonlocal transaction
            if name == "placed":
                return bool(ask(graph, PLACED)[0]["count"] > before)
            with suppress(Neo4jError, DriverError):  # the server is being stopped or started
                transaction = session.begin_transaction()
                states = transaction.run(IMPORTS if name.startswith("import") else RUNS).value()
                if any(state and state.startswith(_spelt(name)) for state in states):
                    if name == "import running":
                        transaction.rollback()
                    return True
                transaction.rollback()
            return False

        try:
            yield _until(command, reached)
        finally:
            with suppress(Neo4jError, DriverError):  # the server may be what was killed
                if transaction:
                    transaction.close()


def _spelt(name: str) -> str:
    """The value in the record: the stage of bonuses names the bonus, and an open import is running."""
    return {"bonuses": "bonus", "import running": "running", "import held": "running"}.get(name, name)
