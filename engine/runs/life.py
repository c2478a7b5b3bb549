"""The life of a run: opened under a new number, kept alive by a heartbeat, complete or cleared away.

An unfinished run never shows as a result, whether its process or the server has crashed: the next command
finds it, and its standings are removed before another run begins.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from engine.errors import UplineError
from engine.genealogy.changes.closed import closing_result, key_of, line_of
from engine.genealogy.changes.kinds import UNDISTURBED
from engine.genealogy.changes.lane import read_company
from engine.genealogy.changes.requests import Request
from engine.genealogy.changes.undo import settle
from engine.genealogy.operations.turning import caught_up
from engine.genealogy.refusals import PeriodCommittedError
from engine.graph import driver
from engine.graph.claims import WorkClaim, at_work
from engine.graph.database import Graph
from engine.passes.carry import carried
from engine.passes.context import Frozen, Work
from engine.passes.levels import count_widths
from engine.passes.record import RunRecord, complete, learn_rules, record_of
from engine.passes.replay import checks_hash, made_by, rule_texts, rules_hash
from engine.period import Period
from engine.plans.plan import Plan
from engine.progress import OnProgress
from engine.runs.removal import remove, sweep, unfinished
from engine.server import space
from engine.settings import Settings

STANDING_BYTES = 600
"""Bytes of disk space for each member of a run, measured with the plan aurora and four compressed trees."""
MOST_WRITERS = 4
"""Most writers of one pass; the default is one for each core. None waits for the disk, so that one more than
cores costs a twentieth of the time."""


@dataclass(frozen=True, slots=True)
class Apart:
    """What a run is opened with in a transaction that is rolled back (engine/graph/rehearsed.py).

    Its number, which nobody else takes; the last change that it sees; whether the company has one tree then.
    """

    number: int
    cut: int
    one_tree: bool


class RunUnderWayError(UplineError):
    """Another process is computing on this database."""


class RunDisturbedError(UplineError):
    """Members, edges, facts or overrides changed while a run was reading them."""


class PeriodInReviewError(UplineError):
    """Somebody reviews the result of the period, so no other run takes its place."""


class OtherPlanTextError(UplineError):
    """The result of a period is by another text of the plan of that name."""


def refuse_other_text(graph: Graph, plan: Plan, period: Period) -> None:
    """Raise OtherPlanTextError where the result of a period is by another text of this plan."""
    known = [run for run in complete(graph) if (run.period, run.plan) == (period.name, plan.name)]
    if known and known[0].facts["plan_hash"] != plan.hash and not known[0].is_closed:
        then, now = known[0].plan_version, plan.version
        texts = f"version {then}, this one is version {now}" if then != now else "another text of it"
        raise OtherPlanTextError(
            f"run {known[0].number} of {period.name} was computed by {plan.name} as {texts}",
            str(plan.path),
            "Say --replace to let this plan take its place, --trial to look at what it would pay, or give "
            "the plan another name.",
        )


@contextmanager
def tried(
    graph: Graph,
    plan: Plan,
    period: Period,
    report: OnProgress,
    request: Request | None = None,
    on_begun: Callable[[int], None] = lambda _number: None,
) -> Iterator[Work]:
    """A run under way that never becomes a result: it is removed when the block ends, failed or not."""
    with begun(graph, plan, period, report, request=request, is_trial=True) as work:
        on_begun(work.run)
        yield work
        remove(graph, work.run)


def try_out(work: Work) -> RunRecord:
    """The record of a run that is only tried out, with all its figures; raises RunDisturbedError."""
    refuse_disturbed(work)
    row = work.graph.write_rows("runs/tried", run=work.run, facts=facts_of(work))[0]
    return record_of(row["run"], row["totals"])


@contextmanager
def opened(
    graph: Graph,
    plan: Plan,
    period: Period,
    report: OnProgress,
    ready: Callable[[], int | None] = lambda: None,
    request: Request | None = None,
    on_begun: Callable[[int], None] = lambda _number: None,
    *,
    apart: Apart | None = None,
) -> Iterator[Work]:
    """A new run under way; it is complete when the block ends, and removed when the block fails.

    A run `apart` is one of a transaction that is rolled back. `ready` returns the number of an up-to-date
    live run of the same plan and period, whose standings become those of the run, or None. The `request`
    that it answers is kept with its number, which `on_begun` is called with.
    """
    with begun(graph, plan, period, report, ready, request, apart=apart) as work:
        on_begun(work.run)
        yield work
        refuse_disturbed(work)
        _complete(work)


@contextmanager
def begun(
    graph: Graph,
    plan: Plan,
    period: Period,
    report: OnProgress,
    ready: Callable[[], int | None] = lambda: None,
    request: Request | None = None,
    *,
    apart: Apart | None = None,
    is_trial: bool = False,
    frozen: Frozen | None = None,
) -> Iterator[Work]:
    """A new run under way, which the block itself completes; it is removed when the block fails.

    Raises PeriodCommittedError and PeriodInReviewError, unless it `is_trial`: that one becomes no result.
    With `frozen` it works on the standings of another run, and changes of the company do not disturb it.
    """
    cleared = [] if apart else [*settle(graph), *caught_up(graph), *clear(graph)]
    if not apart:
        sweep(graph)
    if graph.store is not None:
        members = graph.value("genealogy/member_count")
        space.require_in_store(graph, members * STANDING_BYTES, f"a run of {members:,} members")
    claim = WorkClaim()
    with claim.held():
        work = _begin(
            graph, plan, period, report, ready(), claim, request, apart, is_trial=is_trial, frozen=frozen
        )
        work.results["notes"] = cleared
        work.results["seconds"] = {}
        try:
            with claim.held(None if apart else lambda: graph.batched("runs/beat", **work.beat)):
                yield work
        except driver.lost():
            raise  # the next command that reaches the server removes the unfinished run
        except BaseException as error:
            if not apart and isinstance(error, UplineError) and not isinstance(error, RunDisturbedError):
                _blame_disturbance(work, error)
            if not apart:
                _remove_quietly(graph, work.run)
            raise


def refuse_disturbed(work: Work) -> None:
    """Raise RunDisturbedError where the company changed after the run had begun.

    New orders and customers disturb nothing: a run counts those of its own changes alone. Anything else may
    be half in the standings, and a change that is still open has not said what it touches. Of frozen
    standings nothing is read that a later change could touch.
    """
    if work.frozen is not None:
        return
    rows = work.graph.read("runs/disturbing", cut=work.cut, followed=list(UNDISTURBED))
    if not rows:
        return
    change = rows[0]["change"]
    directory = f" of {change['directory']}" if change["directory"] else ""
    title = f"{change['kind']} {change['number']}{directory}"
    raise RunDisturbedError(
        f"{title} changed the company while run {work.run} of {work.period.name} was reading it",
        todo="Nothing of this run counts. Run it again once the other command has ended.",
    )


def _blame_disturbance(work: Work, error: UplineError) -> None:
    """Where the company changed under a run that failed, that is the reason: then raise RunDisturbedError."""
    try:
        refuse_disturbed(work)
    except RunDisturbedError as disturbance:
        _remove_quietly(work.graph, work.run)
        raise disturbance from error
    except (driver.Neo4jError, driver.DriverError):
        return


def under_way(graph: Graph) -> bool:
    """Whether a run is being computed, by whatever process."""
    rows = graph.read("runs/in_states", states=["running"])
    return any(at_work(row["run"], row["idle"]) for row in rows)


def clear(graph: Graph) -> list[str]:
    """Give up interrupted runs, which are removed later; returns a sentence for each.

    Raises RunUnderWayError when a run is still alive.
    """
    cleared = []
    for row in unfinished(graph):
        facts = row["run"]
        if facts["state"] != "running":
            continue
        if at_work(facts, row["idle"]):
            raise run_under_way(facts)
        if graph.write_rows("runs/give_up", run=facts["number"], claim=facts.get("claim")):
            cleared.append(
                f"run {facts['number']} of {facts['period']} had stopped in stage "
                f"{facts.get('stage', 'start')}; what it left is removed"
            )
    return cleared


def run_under_way(facts: dict[str, Any]) -> RunUnderWayError:
    """The refusal while a process computes the run of these facts."""
    return RunUnderWayError(
        f"run {facts['number']} of {facts['period']} is under way "
        f"(process {facts['pid']} on {facts['host']}, stage {facts.get('stage', 'start')})",
        todo="Wait for it, or stop that process.",
    )


def _begin(
    graph: Graph,
    plan: Plan,
    period: Period,
    report: OnProgress,
    live: int | None,
    claim: WorkClaim,
    request: Request | None,
    apart: Apart | None,
    *,
    is_trial: bool,
    frozen: Frozen | None,
) -> Work:
    settings = Settings()
    read_company(graph).with_currencies({plan.money.currency: plan.money.digits})
    facts = {
        "period": period.name, "calendar": period.calendar, "first_day": period.first,
        "last_day": period.last, "begins_at": period.start, "ends_at": period.end,
        "excluded_kinds": list(plan.excluded_kinds), "plan": plan.name, "plan_version": plan.version,
        "plan_path": plan.path.name, "plan_text": plan.text,
        **made_by(plan), "checks_hash": checks_hash(settings.rules),
        "ranks": list(plan.rank_names), "currency": plan.money.currency,
        "currency_digits": plan.money.digits,
        "pay_without_sale": [
            bonus.name for bonus in plan.due(period.calendar) if bonus.values.get("without_sale")
        ],
        "overlays": [overlay.label for overlay in plan.overlays],
        "overlay_trees": [overlay.tree for overlay in plan.overlays],
        **claim.facts,
    }  # fmt: skip
    if request is not None:
        facts["actor"] = request.actor
    earlier = previous(graph, plan, period)
    if frozen is not None:
        before = frozen.run.facts.get("previous") or 0  # below 0: its own openings, which are read again
        earlier = before if before > 0 else None
        facts |= {**frozen.facts, "cut": frozen.run.facts["cut"]}
    facts |= {"previous": earlier, "previous_paid": None, "restated": None}
    digest = hashlib.sha256(f"{period.name}/{plan.hash}/{facts['rules_hash']}".encode()).hexdigest()[:12]
    parameters = {"run_id": f"{period.name}-{digest}", "facts": facts}
    if apart is None:
        line = "" if is_trial else line_of(plan.name, period.calendar)
        key = key_of(plan.name, period)
        parameters |= {"line": line, "key": key, "last_day": period.last.isoformat()}
    adopted, begun = _numbered(graph, live, request, apart, parameters)
    writers = settings.writers or min(MOST_WRITERS, os.cpu_count() or 1)
    work = Work(
        graph,
        plan,
        period,
        begun["number"],
        begun["cut"],
        begun["one_tree"] if frozen is None else frozen.one_tree,
        writers,
        report,
        from_live=adopted,
        frozen=frozen,
        moved=bool(begun.get("moved")),
        tree_hash=begun.get("tree_hash"),
        previous=earlier,
        is_apart=apart is not None,
    )
    if earlier is not None and carried(plan, period):
        work.rests_on.add(earlier)
    if work.from_live:
        count_widths(work)
    return work


def _refuse_closed(graph: Graph, parameters: dict[str, Any]) -> None:
    """Raise PeriodCommittedError or PeriodInReviewError where no run becomes the result of a period.

    `parameters` are those of `runs/begin`.
    """
    company, facts = read_company(graph), parameters["facts"]
    if closed := closing_result(company.closed, parameters["line"], facts["last_day"]):
        raise PeriodCommittedError(
            f"{closed.name} of {closed.plan} is committed by run {closed.run}, "
            f"which closes its periods up to {closed.last_day}",
            todo="Say --trial to see what another run would pay, or withdraw the commit: "
            f"upline period withdraw {closed.name}.",
        )
    if parameters["key"] in company.in_review:
        name = facts["period"]
        raise PeriodInReviewError(
            f"{name} of {facts['plan']} is in review: its result stays as it is",
            todo=f"Say --trial to see what another run would pay, or open it: upline period reopen {name}.",
        )


def _numbered(
    graph: Graph, live: int | None, request: Request | None, apart: Apart | None, parameters: dict[str, Any]
) -> tuple[bool, dict[str, Any]]:
    """Open the run: whether it continues from live figures, and its number, cut and kind of trees."""
    if apart is not None:
        graph.write("runs/begin_apart", number=apart.number, cut=apart.cut, **parameters)
        return False, {"number": apart.number, "cut": apart.cut, "one_tree": apart.one_tree}
    parameters = parameters | {"requests": [request.answered(None)] if request else []}
    adopted = graph.write_rows("runs/adopt", number=live, **parameters) if live is not None else []
    rows = adopted or graph.write_rows("runs/begin", **parameters)
    if not rows:
        if parameters["line"]:  # not of a trial: only a run under way is in its way
            _refuse_closed(graph, parameters)
        raise run_under_way(graph.read("runs/in_states", states=["running"])[0]["run"])
    return bool(adopted), rows[0]


def previous(graph: Graph, plan: Plan, period: Period) -> int | None:
    """The number of the complete run of the period before, by the same plan, if there is one."""
    before = period.previous.name
    runs = [run for run in complete(graph) if run.period == before and run.plan == plan.name]
    return runs[0].number if runs else None


def _complete(work: Work) -> None:
    texts, digest = rule_texts(work.plan), rules_hash(work.plan)
    rows = work.graph.write_rows(
        "runs/complete", run=work.run, facts=facts_of(work), rules_hash=digest, names=list(texts),
        texts=list(texts.values()),
    )  # fmt: skip
    if not rows:
        raise PeriodCommittedError(f"{work.period.name} was committed while run {work.run} was at work on it")
    learn_rules(digest, texts)
    row = rows[0]
    work.record = record_of(row["run"], row["totals"])


def result_of(work: Work) -> RunRecord:
    """The record of a run that has ended well."""
    assert work.record is not None, "it is complete"
    return work.record


def facts_of(work: Work) -> dict[str, Any]:
    """The facts that complete the record of a run."""
    seconds = work.results["seconds"]
    return {
        "members": work.members, "depth": len(work.widths["main"]), "notes": work.results["notes"],
        "rests_on": sorted(work.rests_on),
        "stages": list(seconds), "seconds": list(seconds.values()), "writers": work.writers,
        **work.results["hashes"], **work.results.get("facts", {}),
    }  # fmt: skip


def _remove_quietly(graph: Graph, number: int) -> None:
    """Remove a failed run; where the server is gone too, the next command does it."""
    try:
        remove(graph, number)
    except (driver.Neo4jError, driver.DriverError, OSError):
        return
