"""A commit is withdrawn before anything is paid; and a period is noted as paid."""

from engine.errors import UplineError
from engine.genealogy.changes.closed import ClosedPeriod, line_of
from engine.genealogy.changes.periods import PeriodWriter
from engine.genealogy.changes.undo import settle
from engine.graph.claims import at_work
from engine.graph.database import Ask, Graph, Row
from engine.periods.lives import CLOSED, PlanPeriod, one


class NotCommittedError(UplineError):
    """The period is not committed, so there is nothing to withdraw or to pay."""


class PeriodPaidError(UplineError):
    """What the period owes is paid: its commit stays."""


class LaterPeriodCommittedError(UplineError):
    """A later commit rests on this one."""


class ReasonMissingError(UplineError):
    """Whoever withdraws a commit says why."""


class CommitAtWorkError(UplineError):
    """The commit is still under way."""


def withdraw(
    graph: Graph, name: str, plan: str | None = None, *, reason: str, actor: str = "upline"
) -> PlanPeriod:
    """Withdraw the commit of a period: it is open again, and its run stays as a preliminary one.

    Only the latest commit of a plan and calendar is withdrawn, only where no other one rests on its run, and
    only before payment. A commit that was interrupted can be withdrawn too. Raises ReasonMissingError,
    NotCommittedError, PeriodPaidError, LaterPeriodCommittedError, CommitAtWorkError, and what `one` raises.
    """
    if not reason.strip():
        raise ReasonMissingError("a commit is withdrawn for a reason", todo="Say why: --reason.")
    settle(graph)
    period = one(graph, name, plan)
    graph.together(lambda ask: undo(ask, period.key, actor, reason))
    return one(graph, name, period.plan)


def record_paid(
    graph: Graph, name: str, plan: str | None = None, *, actor: str = "upline", reason: str = ""
) -> PlanPeriod:
    """Note that what a committed period owes is paid: its commit cannot be withdrawn any more.

    Raises NotCommittedError and PeriodPaidError, and what `one` raises.
    """
    settle(graph)
    period = one(graph, name, plan)

    def within(ask: Ask) -> None:
        writer = PeriodWriter(ask, actor, reason)
        facts = _committed(ask, period.key)
        if facts["state"] != "committed":
            raise _not_committed(facts["period"], facts["plan"], facts["state"])
        writer.step(period.key, {"state": "paid"}, "paid", run=facts["run"], commit=facts["commit"])

    graph.together(within)
    return one(graph, name, period.plan)


def undo(ask: Ask, key: str, actor: str, reason: str, claim: str = "") -> None:
    """Take back what a commit has closed, within a transaction; `claim` is that of a commit of one's own."""
    writer = PeriodWriter(ask, actor, reason)
    facts = _committed(ask, key)
    run, number = facts["run"], facts["commit"]
    commits = ask("periods/commit", key="", state="")
    own = next(row for row in commits if row["commit"]["number"] == number)
    _refuse_at_work(own, claim)
    before = ask("periods/committed_before", plan=facts["plan"], calendar=facts["calendar"], key=key)
    if before and before[0]["period"]["last_day"] > facts["last_day"]:
        raise _rested_on(facts["period"], before[0]["period"]["period"], facts["plan"])
    if resting := ask("periods/resting", run=run, commit=number):
        raise _rested_on(facts["period"], resting[0]["period"], resting[0]["plan"])
    last = _closed(before[0]["period"]) if before else None
    writer.close(line_of(facts["plan"], facts["calendar"]), last)
    writer.change("withdraw", facts["period"])
    writer.release(number)
    writer.mark_run(run, committed=False)
    writer.drop_approvals(key)
    writer.write_commit(own["commit"]["key"], {"state": "withdrawn", "withdrawn_at": writer.at})
    writer.step(
        key, {"state": "open", "run": None, "commit": None, "committed_at": None}, "withdraw",
        run=run, commit=number,
    )  # fmt: skip


def _committed(ask: Ask, key: str) -> Row:
    """The properties of a period that is closed and not paid."""
    rows = ask("periods/of_key", key=key)
    plan, _, name = key.split("\n")
    facts: Row = rows[0]["period"] if rows else {"state": "open", "period": name, "plan": plan}
    if facts["state"] == "paid":
        raise PeriodPaidError(
            f"{name} of {plan} is paid", todo="What was paid is corrected in an open period."
        )
    if facts["state"] not in CLOSED:
        raise _not_committed(name, plan, facts["state"])
    return facts


def _not_committed(name: str, plan: str, state: str) -> NotCommittedError:
    return NotCommittedError(f"{name} of {plan} is {state}, not committed", todo="See: upline period list.")


def _refuse_at_work(row: Row, claim: str) -> None:
    facts = row["commit"]
    if facts["state"] == "writing" and facts["claim"] != claim and at_work(facts, row["idle"]):
        raise CommitAtWorkError(
            f"the commit of {facts['period']} of {facts['plan']} is under way", todo="Wait until it ends."
        )


def _rested_on(name: str, later: str, plan: str) -> LaterPeriodCommittedError:
    return LaterPeriodCommittedError(
        f"{later} of {plan} is committed too, and rests on {name}",
        todo=f"Withdraw that one first: upline period withdraw {later} --plan {plan!r}.",
    )


def _closed(facts: Row) -> ClosedPeriod:
    return ClosedPeriod(
        facts["plan"], facts["calendar"], facts["period"], facts["run"],
        facts["last_day"].to_native(), facts["ends_at"].to_native(),
    )  # fmt: skip
