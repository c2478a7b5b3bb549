"""The life of a run: opened under a new number, kept alive by a heartbeat, complete or cleared away.

Whatever stops a run, a crash of this process or of the server too, the next command finds it here: an
unfinished run never shows as a result, and its standings are removed before the next run begins.
"""

import hashlib
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from neo4j.exceptions import DriverError, Neo4jError, ServiceUnavailable, SessionExpired

from engine import __version__
from engine.company import settle
from engine.contracts import Module
from engine.errors import UplineError
from engine.graph import Graph
from engine.period import Period, period
from engine.plan import Plan
from engine.plan_reader import parse
from engine.queries import query
from engine.settings import Settings
from engine.store import prepare
from engine.work import Report, Work, aside, silent, window

BEAT_SECONDS = 2.0
STALE_SECONDS = 30
"""A run of another machine that has not said a word for this long has stopped."""
MOST_WRITERS = 4
"""Of one pass; by default as many as cores. One more costs a twentieth: none waits for the disk."""
STANDINGS_PER_ANSWER = 20_000
"""Standings that one bulk read returns as a list."""


class RunUnderWayError(UplineError):
    """Another process is computing on this database."""


class RulesChangedError(UplineError):
    """The rule modules are not those that the run used."""


class NoRunError(UplineError):
    """There is no complete run to answer from."""


@dataclass(frozen=True, slots=True)
class Run:
    """A complete run and its record: times in UTC, totals per bonus as engine/bonuses.py leaves them."""

    number: int
    run_id: str
    period: str
    plan: str
    plan_version: str
    plan_path: str
    plan_text: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    facts: dict[str, Any]
    totals: tuple[dict[str, Any], ...]
    notes: tuple[str, ...] = ()


@contextmanager
def opened(
    graph: Graph, plan: Plan, wanted: Period, report: Report, ready: Callable[[], int | None] = lambda: None
) -> Iterator[Work]:
    """A new run under way; completes it when the block ends well, removes it when it does not.

    `ready` names a live run of the very plan and period that has seen every import: its standings become
    those of the run.
    """
    with begun(graph, plan, wanted, report, ready) as work:
        with aside(graph) as side:
            work.side = side
            yield work
            work.results["hashes"] = side.found()
        _complete(work)


@contextmanager
def begun(
    graph: Graph, plan: Plan, wanted: Period, report: Report, ready: Callable[[], int | None] = lambda: None
) -> Iterator[Work]:
    """A new run under way, which the block itself completes; removed when the block fails."""
    prepare(graph)
    cleared = [*settle(graph), *clear(graph)]
    work = _begin(graph, plan, wanted, report, ready())
    work.results["notes"] = cleared
    work.results["seconds"] = {}
    try:
        with _Heart(work):
            yield work
    except (ServiceUnavailable, SessionExpired):
        raise  # whoever finds the server again finds the unfinished run too
    except BaseException:
        _remove_quietly(graph, work.run)
        raise


def enter(work: Work, stage: str) -> None:
    """Note the stage on the run's record, so that whoever finds it knows how far it came."""
    work.graph.write_rows("run/beat", run=work.run, stage=stage)


def leave(work: Work, stage: str, seconds: float) -> None:
    """Note how long a stage took."""
    work.results["seconds"][stage] = round(seconds, 3)


def clear(graph: Graph) -> list[str]:
    """Remove what interrupted and superseded runs left; one sentence for each interrupted one.

    Raises RunUnderWayError when a run is still alive.
    """
    said = []
    for row in graph.read("run/found"):
        found, idle = row["run"], row["idle"]
        if found["state"] == "running":
            if _alive(found, idle):
                raise RunUnderWayError(
                    f"run {found['number']} of {found['period']} is under way "
                    f"(process {found['pid']} on {found['host']}, stage {found.get('stage', 'start')})",
                    todo="Wait for it, or stop that process.",
                )
            gone = remove(graph, found["number"])
            said.append(
                f"run {found['number']} of {found['period']} had stopped in stage "
                f"{found.get('stage', 'start')}; its {gone:,} standings are removed"
            )
    sweep(graph)
    return said


def sweep(graph: Graph, report: Report = silent) -> None:
    """Remove the runs that a newer one of their period and plan has superseded.

    The newer one counts already, so whoever waits for its figures need not wait for this; what an
    interruption leaves, `clear` removes before the next run.
    """
    for row in graph.read("run/found"):
        if row["run"]["state"] in ("superseded", "removing"):
            report(f"removing run {row['run']['number']}", 0, 0)
            remove(graph, row["run"]["number"])


def remove(graph: Graph, number: int) -> int:
    """Remove a run with its standings and earnings; interrupted, it goes on the next time."""
    graph.write_rows("run/removing", run=number)
    gone = graph.batched("run/discard", run=number)[0]["standings"]
    graph.write_rows("run/forget", run=number)
    return int(gone)


def result(graph: Graph, period_name: str | None = None, plan: str | None = None) -> Run:
    """The complete run of a period and plan; without them the latest. Raises NoRunError."""
    for row in graph.read("run/found"):
        found = row["run"]
        if (
            found["state"] == "complete"
            and period_name in (None, found["period"])
            and plan in (None, found["plan"])
        ):
            return record(graph, found)
    what = " ".join(
        part for part in (f"of {period_name}" if period_name else "", f"by {plan}" if plan else "") if part
    )
    raise NoRunError(
        f"there is no complete run {what}".rstrip(), todo="Compute one: upline run --period ... --plan ..."
    )


def unchanged(graph: Graph, plan: Plan, wanted: Period) -> Run | None:
    """The complete run that computing a period again would only repeat; None where anything is new.

    New is an import, another plan text, rule or engine, and a run of an earlier period of the plan, or of one
    that ends in this, that came after it: what a period carries comes from those.
    """
    done = complete(graph)
    found = next((run for run in done if (run.period, run.plan) == (wanted.name, plan.name)), None)
    if found is None:
        return None
    now = {
        "plan_hash": plan.hash, "rules_hash": rules_hash(plan), "engine_version": __version__,
        "cut": graph.read("company/state")[0]["last_import"],
    }  # fmt: skip
    later = (run for run in done if run.plan == plan.name and run.number > found.number)
    if any(run.facts["last_day"] <= found.facts["last_day"] for run in later):
        return None
    return found if all(found.facts[name] == value for name, value in now.items()) else None


def plan_of(run: Run) -> Plan:
    """The plan that a run used, from its own record, with the bonuses that the run's calendar computes.

    Raises RulesChangedError where its rules are gone.
    """
    plan = parse(run.plan_text, Path(run.plan_path), Settings().rules)
    if rules_hash(plan) != run.facts["rules_hash"]:
        raise RulesChangedError(
            f"the rule modules have changed since run {run.number} of {run.period}",
            todo="Use the version that computed it, or run the period again.",
        )
    return replace(plan, bonuses=plan.due(run.facts["calendar"]))


def period_of(run: Run, plan: Plan) -> Period:
    """The period of a run."""
    return period(run.period, plan.zone)


def window_of(run: Run, plan: Plan) -> dict[str, object]:
    """The parameters that pick the orders that the run counted."""
    return window(period_of(run, plan), plan, run.facts["cut"])


def complete(graph: Graph) -> list[Run]:
    """Every complete run, newest first."""
    return [record(graph, row["run"]) for row in graph.read("run/found") if row["run"]["state"] == "complete"]


def record(graph: Graph, found: dict[str, Any]) -> Run:
    """A run from the properties of its node."""
    return Run(
        found["number"],
        found["run_id"],
        found["period"],
        found["plan"],
        found["plan_version"],
        found["plan_path"],
        found["plan_text"],
        found["state"],
        found["started_at"].to_native(),
        found["finished_at"].to_native() if found.get("finished_at") else None,
        found,
        tuple(row["total"] for row in graph.read("run/bonus_totals", run=found["number"])),
        tuple(found.get("notes", ())),
    )


def _begin(graph: Graph, plan: Plan, wanted: Period, report: Report, live: int | None) -> Work:
    settings = Settings()
    facts = {
        "period": wanted.name, "calendar": wanted.calendar, "first_day": wanted.first,
        "last_day": wanted.last, "plan": plan.name, "plan_version": plan.version,
        "plan_path": plan.path.name, "plan_text": plan.text,
        "plan_hash": plan.hash, "rules_hash": rules_hash(plan),
        "engine_version": __version__, "ranks": list(plan.rank_names), "currency": plan.money.currency,
        "overlays": [overlay.label for overlay in plan.overlays],
        "overlay_trees": [overlay.tree for overlay in plan.overlays],
        "host": socket.gethostname(), "pid": os.getpid(), "pid_started": int(psutil.Process().create_time()),
    }  # fmt: skip
    earlier = _previous(graph, plan, wanted)
    run_id = hashlib.sha256(f"{wanted.name}/{plan.hash}/{facts['rules_hash']}".encode()).hexdigest()[:12]
    given = {"run_id": f"{wanted.name}-{run_id}", "facts": facts}
    adopted = graph.write_rows("run/adopt", number=live, **given) if live is not None else []
    begun = (adopted or graph.write_rows("run/begin", **given))[0]
    writers = settings.writers or min(MOST_WRITERS, os.cpu_count() or 1)
    return Work(
        graph,
        plan,
        wanted,
        begun["number"],
        begun["cut"],
        begun["one_tree"],
        writers,
        report,
        stands=bool(adopted),
        tree_hash=begun.get("tree_hash"),
        previous=earlier,
    )


def _previous(graph: Graph, plan: Plan, wanted: Period) -> int | None:
    before = wanted.previous.name
    found = [run for run in complete(graph) if run.period == before and run.plan == plan.name]
    return found[0].number if found else None


def rules_hash(plan: Plan) -> str:
    """One hash over every rule module that the plan uses."""
    modules: dict[str, Module] = {}
    modules |= {f"requirement/{needed.module.name}": needed.module for needed in plan.requirements}
    modules |= {f"compression/{overlay.module.name}": overlay.module for overlay in plan.overlays}
    if plan.push:
        modules[f"push/{plan.push.module.name}"] = plan.push.module
    modules |= {f"bonus/{bonus.module.name}": bonus.module for bonus in plan.bonuses}
    modules |= {f"flow/{bonus.flow.name}": bonus.flow for bonus in plan.bonuses if bonus.flow}
    texts = {name: hashlib.sha256(module.path.read_bytes()).hexdigest() for name, module in modules.items()}
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()


def _complete(work: Work) -> None:
    seconds = work.results["seconds"]
    facts = {
        "members": work.members, "depth": len(work.widths["main"]), "notes": work.results["notes"],
        "stages": list(seconds), "seconds": list(seconds.values()), "writers": work.writers,
        **work.results["hashes"], **work.results.get("facts", {}),
    }  # fmt: skip
    work.graph.write("run/complete", run=work.run, facts=facts)


def levels_of(graph: Graph, run: Run) -> list[tuple[int, int]]:
    """Stretches of levels, first and last, that hold a run's standings in pieces fit for one answer."""
    asked = query("standings/widths").fill(depth="depth")
    return slices(graph.read(asked, run=run.number, first=0)[0]["widths"])


def slices(widths: list[int]) -> list[tuple[int, int]]:
    """Neighbouring levels together, up to about STANDINGS_PER_ANSWER."""
    found, first, count = [], 0, 0
    for depth, width in enumerate(widths):
        count += width
        if count >= STANDINGS_PER_ANSWER or depth == len(widths) - 1:
            found.append((first, depth))
            first, count = depth + 1, 0
    return found


def _alive(found: dict[str, Any], idle: int) -> bool:
    if found["host"] != socket.gethostname():
        return idle < STALE_SECONDS
    try:
        process = psutil.Process(found["pid"])
        return int(process.create_time()) == found["pid_started"] and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _remove_quietly(graph: Graph, number: int) -> None:
    """Clear away a failed run; where the server is gone too, the next command does it."""
    try:
        remove(graph, number)
    except (Neo4jError, ServiceUnavailable, OSError):
        return


class _Heart:
    """Says every few seconds that the run is alive, for commands on other machines."""

    def __init__(self, work: Work) -> None:
        self._work, self._stop = work, threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True, name="heartbeat")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *raised: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            try:
                self._work.graph.batched("run/beat", run=self._work.run, stage=self._work.stage)
            except (Neo4jError, DriverError, OSError):
                continue  # the stage under way will meet the same trouble and report it
