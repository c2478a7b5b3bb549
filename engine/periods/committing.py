"""A run is committed: it is the result of its period for good, and closes the period.

In steps, each of which can be repeated after an interruption: the days are closed and what the run rests on
is kept, in one transaction; the texts of the run are kept, and what its reports read of the company; its
results are compared with their hash; what it pays is posted; its tables are archived where the settings say
so; the commit and the posted entries count, in one transaction. Until then the days are closed, and nothing
says that the run is committed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from engine import __version__
from engine.archive.commits import record as record_archive
from engine.errors import UplineError
from engine.genealogy.changes.closed import ClosedPeriod, line_of
from engine.genealogy.changes.lane import CompanyChangedError, read_company
from engine.genealogy.changes.periods import PeriodWriter, beat
from engine.genealogy.changes.requests import Request, request, same_request
from engine.genealogy.changes.undo import settle
from engine.genealogy.refusals import PeriodCommittedError
from engine.graph.claims import WorkClaim, at_work
from engine.graph.database import Ask, Graph, Row
from engine.ledger.folding import fold
from engine.ledger.posting import LedgerContradictedError, book, post_run
from engine.passes.chain import Chain, plan_by_text
from engine.passes.hashes import stored_results
from engine.passes.record import RunRecord
from engine.passes.replay import period_of, rule_texts
from engine.period import Period, containing
from engine.periods.keeping import archived, check_folder, keep
from engine.periods.lives import facts_of, key_of_run, newest_run, refuse_other_results
from engine.periods.steps import refuse_replaced, refuse_unapproved, replaced
from engine.periods.texts import time_zone_data
from engine.periods.withdrawing import undo
from engine.runs.life import clear

ATTEMPTS = 5
"""So often a commit is checked again where other changes come first."""


class CommitUnderWayError(UplineError):
    """A commit is under way, or was interrupted and is to be finished first."""


class CommitWithdrawnError(UplineError):
    """The commit of this key was withdrawn."""


class RunOutOfDateError(UplineError):
    """Changes since the run would give its period another result."""


class EarlierPeriodOpenError(UplineError):
    """A period that comes first is not committed."""


class PeriodNotOverError(UplineError):
    """A period that goes on cannot be committed."""


class ResultsAlteredError(UplineError):
    """What a run holds is not what it was completed with."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: the run that it has made the result of a period for good, by whom, when (UTC) and why.

    `number` is that of its change.
    """

    number: int
    period: str
    plan: str
    run: int
    results_hash: str
    actor: str
    reason: str
    committed_at: datetime


@dataclass(frozen=True, slots=True)
class _Begun:
    """A commit under way, by whom it was begun, and why."""

    key: str
    number: int
    run: RunRecord
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Wish:
    """What somebody wants committed."""

    run: RunRecord
    first: bool
    actor: str
    reason: str
    request: Request | None


def commit(
    graph: Graph,
    name: str,
    plan: str | None = None,
    *,
    run: int | None = None,
    results_hash: str | None = None,
    first: bool = False,
    actor: str = "upline",
    reason: str = "",
    key: str | None = None,
) -> Commit:
    """Commit the newest complete run of a period, which closes the period and all days before its end.

    What the run pays is booked in the ledger with it. `run` and `results_hash` (its first 12 characters
    suffice) say which run is meant, and are refused where the newest one is another. `first` lets a company
    begin with this period, whatever came before it. Repeated, without a `key` or with the same one, it gives
    the same answer, and after an interruption it goes on; the same key with other arguments is refused.

    Raises NoRunError, AmbiguousPlanError, RunReplacedError, OtherResultsError, RunOutOfDateError,
    PeriodNotOverError, EarlierPeriodOpenError, NotApprovedError, SamePersonError, PeriodCommittedError,
    CommitUnderWayError, CommitWithdrawnError, KeyReusedError, ResultsAlteredError, LedgerContradictedError,
    RunUnderWayError, ChangeUnderWayError, ArchiveFolderError and DiskFullError.
    """
    settle(graph)
    clear(graph)
    arguments = {
        "period": name, "plan": plan, "run": run, "results_hash": results_hash, "first": first,
    }  # fmt: skip
    asked = request(actor, key, "commit", arguments)
    done = _answered(graph, asked)
    if done is not None:
        return done
    record = newest_run(graph, name, plan)
    if run is not None and run != record.number:
        raise replaced(run, record.number, record.period, record.plan)
    refuse_other_results(record, results_hash)
    if not record.rules and rule_texts(plan_by_text(record)):
        what = f"run {record.number} of {record.period} is of an earlier release, which kept no rules"
        todo = "Run the period again: then it can be explained by its own rules for good."
        raise RunOutOfDateError(what, todo=todo)
    check_folder(record)
    claim = WorkClaim()
    with claim.held():
        begun = _begin(graph, _Wish(record, first, actor, reason, asked), claim)
        if isinstance(begun, Commit):
            return begun
        with claim.held(lambda: beat(graph, begun.key, claim.mark)):
            return _finish(graph, begun, claim)


def _answered(graph: Graph, asked: Request | None) -> Commit | None:
    """The commit that the same request has made before."""
    if asked is None:
        return None
    rows = graph.read("periods/commit", key=asked.key, state="")
    if not rows:
        return None
    facts = rows[0]["commit"]
    same_request(asked, facts["request_hash"])
    if facts["state"] == "withdrawn":
        raise CommitWithdrawnError(
            f"the commit of {facts['period']} under this key was withdrawn",
            todo="Use a new key to commit the period again.",
        )
    return _commit_of(facts) if facts["state"] == "booked" else None


def _begin(graph: Graph, wish: _Wish, claim: WorkClaim) -> "_Begun | Commit":
    """Close the days, or find the commit that has done so; checked again where other changes come first."""
    run = wish.run
    for attempt in range(1, ATTEMPTS + 1):
        seen = read_company(graph).last_change
        reasons = Chain(graph, run.plan).reasons(run)
        try:
            return graph.together(partial(_close, wish=wish, seen=seen, reasons=reasons, claim=claim))
        except CompanyChangedError:
            if attempt == ATTEMPTS:
                raise
            settle(graph)
    raise AssertionError


def _close(
    ask: Ask, wish: _Wish, seen: int | None, reasons: tuple[str, ...], claim: WorkClaim
) -> "_Begun | Commit":
    """Check a commit within the lane, and close the days with it."""
    writer = PeriodWriter(ask, wish.actor, wish.reason)
    run, company = wish.run, writer.company
    key = key_of_run(run)
    earlier = _under_way(ask, wish, key, claim, writer)
    if earlier is not None:
        return earlier
    refuse_replaced(ask, run)
    if company.last_change != seen:
        raise CompanyChangedError(f"change {company.last_change} came meanwhile", todo="Commit again.")
    if reasons:
        raise RunOutOfDateError(
            f"run {run.number} of {run.period} is out of date: {'; '.join(reasons)}",
            todo="Run the period again (upline run --chain), and look at the new result.",
        )
    target = period_of(run, plan_by_text(run))
    if writer.at < target.end:
        raise PeriodNotOverError(
            f"{run.period} of {run.plan} goes on until {target.last}",
            todo="Commit it when it is over, and run once more before.",
        )
    _refuse_gap(ask, writer, run, target, first=wish.first)
    kept = _rests_on(ask, run, first=wish.first)
    if company.two_person:
        refuse_unapproved(ask, run, company, wish.actor)
    line = line_of(run.plan, target.calendar)
    closed = ClosedPeriod(run.plan, target.calendar, run.period, run.number, target.last, target.end)
    writer.close(line, closed)
    begins = ask("periods/first_committed")[0]["begins_at"]
    first = target.start if begins is None else min(target.start, begins.to_native())
    number = writer.change("commit", run.period, first)
    writer.review(key, begins=False)
    results = str(run.facts["results_hash"])
    facts = {
        **facts_of(run), "state": "committing", "run": run.number, "commit": number, "results_hash": results,
    }  # fmt: skip
    writer.step(key, facts, "commit", run=run.number, results_hash=results, commit=number)
    writer.rest_on(kept, number)
    own = wish.request.key if wish.request else f"{number}"
    record = {
        "number": number, "state": "writing", "of": key, "period": run.period, "plan": run.plan,
        "run": run.number, "results_hash": results, "actor": wish.actor, "reason": wish.reason,
        "request_hash": wish.request.hash if wish.request else "", "heartbeat_at": writer.at,
        "engine_version": run.facts["engine_version"], "committed_with": __version__,
        "time_zone_data": time_zone_data(), **claim.facts,
    }  # fmt: skip
    writer.write_commit(own, record)
    return _Begun(own, number, run, wish.actor, wish.reason)


def _under_way(
    ask: Ask, wish: _Wish, key: str, claim: WorkClaim, writer: PeriodWriter
) -> "_Begun | Commit | None":
    """The commit of this period that there is already, taken over where it was interrupted; None for none.

    Raises CommitUnderWayError for any other that is not done, and PeriodCommittedError for one by another
    key or run.
    """
    for row in ask("periods/commit", key="", state="writing"):
        facts = row["commit"]
        mine = facts["of"] == key and facts["run"] == wish.run.number
        if not mine or at_work(facts, row["idle"]) or _is_other(wish, facts):
            raise _not_now(row)
        writer.write_commit(facts["key"], {**claim.facts, "heartbeat_at": writer.at})
        return _Begun(facts["key"], facts["number"], wish.run, facts["actor"], facts["reason"])
    for row in ask("periods/commit", key="", state="booked"):
        facts = row["commit"]
        if facts["of"] != key:
            continue
        if facts["run"] == wish.run.number and not _is_other(wish, facts):
            return _commit_of(facts)
        raise PeriodCommittedError(
            f"{facts['period']} of {facts['plan']} is committed by run {facts['run']}, "
            f"by {facts['actor']}, as change {facts['number']}",
            todo=f"Withdraw that commit first: upline period withdraw {facts['period']}.",
        )
    return None


def _is_other(wish: _Wish, facts: Mapping[str, Any]) -> bool:
    """Whether a commit is that of another request."""
    return wish.request is not None and facts["key"] != wish.request.key


def _not_now(row: Row) -> CommitUnderWayError:
    facts = row["commit"]
    title = f"the commit of {facts['period']} of {facts['plan']} by {facts['actor']} (run {facts['run']})"
    if at_work(facts, row["idle"]):
        return CommitUnderWayError(f"{title} is under way", todo="Wait until it ends.")
    return CommitUnderWayError(
        f"{title} was interrupted",
        todo=f"Send it again, with the same key if it had one, to finish it; or withdraw it: "
        f"upline period withdraw {facts['period']}.",
    )


def _refuse_gap(ask: Ask, writer: PeriodWriter, run: RunRecord, target: Period, *, first: bool) -> None:
    """Raise EarlierPeriodOpenError where earlier orders of the calendar are in no committed period."""
    line = line_of(run.plan, target.calendar)
    before = next((each for each in writer.company.closed if each.line == line), None)
    if before is not None and target.first <= before.last_day:
        raise PeriodCommittedError(
            f"{before.name} of {before.plan} is committed by run {before.run}, which closes its periods "
            f"up to {before.last_day}: {target.name} begins before that",
            todo=f"Withdraw the later commit first: upline period withdraw {before.name}.",
        )
    if first and before is None:
        return
    start = before.ends_at if before else datetime(1, 1, 2, tzinfo=UTC)
    rows = ask("periods/first_order", start=start, end=target.start)
    if rows[0]["at"] is None:
        return
    day = rows[0]["at"].to_native().astimezone(ZoneInfo(target.zone)).date()
    name = f"the days from {day}" if target.calendar == "days" else containing(day, target.calendar).name
    raise EarlierPeriodOpenError(
        f"{name} of {run.plan} has orders and is not committed",
        todo="Commit earlier periods first."
        + ("" if before else " A company that begins with this one says so: --first."),
    )


def _rests_on(ask: Ask, run: RunRecord, *, first: bool) -> list[int]:
    """The runs that a commit keeps: its own, and all on which that rests.

    Raises EarlierPeriodOpenError where one of those is not committed, unless it ended before the `first`
    period began.
    """
    kept, waiting = {run.number}, list(run.facts.get("rests_on") or ())
    begins = run.facts["first_day"].to_native()
    while waiting:
        rows = [row["run"] for row in ask("periods/runs_of_numbers", numbers=waiting)]
        for each in rows:
            before = each["last_day"].to_native() < begins
            if not each.get("closed_by") and not (first and before):
                raise EarlierPeriodOpenError(
                    f"{each['period']}, on which run {run.number} of {run.period} rests, is not committed",
                    todo=f"Commit it first: upline period commit {each['period']} --plan {each['plan']!r}.",
                )
        kept |= {each["number"] for each in rows}
        waiting = [number for each in rows for number in each.get("rests_on") or () if number not in kept]
    return sorted(kept)


def _finish(graph: Graph, begun: _Begun, claim: WorkClaim) -> Commit:
    """Keep what belongs to the run, compare its results, post what it pays, and let the commit count."""
    run = begun.run
    texts = keep(graph, run)
    give_up = partial(undo, key=key_of_run(run), actor="upline", claim=claim.mark)
    if stored_results(graph, run) != run.facts["results_hash"]:
        graph.together(partial(give_up, reason="altered results"))
        raise ResultsAlteredError(
            f"what run {run.number} of {run.period} holds is not what it was completed with",
            todo="Nothing is committed. Run the period again, and see upline check.",
        )
    try:
        posted = post_run(graph, run, begun.number)
    except LedgerContradictedError:
        graph.together(partial(give_up, reason="contradicted by the ledger"))
        raise
    manifest = archived(graph, run, begun.key, texts)

    def within(ask: Ask) -> Commit:
        writer = PeriodWriter(ask, begun.actor, begun.reason)
        facts = ask("periods/commit", key=begun.key, state="")[0]["commit"]
        if (facts["state"], facts.get("claim")) != ("writing", claim.mark):
            raise CommitUnderWayError(
                f"the commit of {run.period} was taken over, or withdrawn, meanwhile",
                todo="Look at the period: upline period show.",
            )
        now = {"state": "booked", "committed_at": writer.at}
        book(ask, posted, writer.company, begun.actor, begun.reason, writer.at)
        writer.write_commit(begun.key, now)
        writer.mark_run(run.number, committed=True)
        record_archive(writer, begun.key, run.number, manifest)
        writer.step(
            key_of_run(run), {"state": "committed", "committed_at": writer.at}, "committed",
            run=run.number, results_hash=facts["results_hash"], commit=begun.number,
        )  # fmt: skip
        return _commit_of({**facts, **now})

    done = graph.together(within)
    fold(graph)
    return done


def _commit_of(facts: Mapping[str, Any]) -> Commit:
    at = facts["committed_at"]
    return Commit(
        facts["number"], facts["period"], facts["plan"], facts["run"], facts["results_hash"],
        facts["actor"], facts["reason"], at.to_native() if hasattr(at, "to_native") else at,
    )  # fmt: skip
