"""A commit is withdrawn before anything is paid; and a period is noted as paid."""

from engine.errors import UplineError
from engine.genealogy.changes.closed import ClosedPeriod, line_of
from engine.genealogy.changes.periods import PeriodWriter
from engine.genealogy.changes.undo import settle
from engine.genealogy.refusals import ReasonMissingError
from engine.graph.claims import at_work
from engine.graph.database import Ask, Graph, Row
from engine.ledger.folding import fold
from engine.ledger.posting import (
    Posted,
    book,
    booked,
    delete_given_up,
    give_up,
    key_of_commit,
    post_withdrawal,
)
from engine.periods.lives import CLOSED, PlanPeriod, one


class NotCommittedError(UplineError):
    """The period is not committed, so there is nothing to withdraw or to pay."""


class PeriodPaidError(UplineError):
    """What the period owes is paid: its commit stays."""


class LaterPeriodCommittedError(UplineError):
    """A later commit rests on this one."""


class CommitAtWorkError(UplineError):
    """The commit is still under way."""


def withdraw(
    graph: Graph, name: str, plan: str | None = None, *, reason: str, actor: str = "upline"
) -> PlanPeriod:
    """Withdraw the commit of a period: it is open again, and its run stays as a preliminary one.

    Only the latest commit of a plan and calendar is withdrawn, only where no other one rests on its run, and
    only before payment. A commit that was interrupted can be withdrawn too. What it has booked in the ledger
    is booked back. Raises ReasonMissingError, NotCommittedError, PeriodPaidError, LaterPeriodCommittedError,
    CommitAtWorkError, LedgerContradictedError, and what `one` raises.
    """
    if not reason.strip():
        raise ReasonMissingError("a commit is withdrawn for a reason", todo="Say why: --reason.")
    settle(graph)
    period = one(graph, name, plan)
    facts, _ = _withdrawable(graph.read, period.key)
    posted = post_withdrawal(graph, facts["commit"])
    graph.together(lambda ask: undo(ask, period.key, actor, reason, posted=posted))
    delete_given_up(graph)
    fold(graph)
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


def undo(ask: Ask, key: str, actor: str, reason: str, claim: str = "", posted: Posted | None = None) -> None:
    """Take back what a commit has closed, within a transaction; `claim` is that of a commit of one's own.

    `posted` is the reversal of what it has booked in the ledger. Raises CommitAtWorkError where it has booked
    something since that was looked for.
    """
    writer = PeriodWriter(ask, actor, reason)
    facts, own = _withdrawable(ask, key, claim)
    run, number = facts["run"], facts["commit"]
    if posted is not None:
        book(ask, posted, writer.company, actor, reason, writer.at)
    elif booked(ask, key_of_commit(number)):
        raise CommitAtWorkError(
            f"the commit of {facts['period']} of {facts['plan']} was done meanwhile", todo="Send it again."
        )
    else:
        give_up(ask, key_of_commit(number))
    before = _before(ask, facts, key)
    last = _closed(before) if before else None
    writer.close(line_of(facts["plan"], facts["calendar"]), last)
    writer.change("withdraw", facts["period"])
    writer.release(number)
    writer.mark_run(run, committed=False)
    writer.drop_approvals(key)
    writer.write_commit(own["key"], {"state": "withdrawn", "withdrawn_at": writer.at})
    writer.step(
        key, {"state": "open", "run": None, "commit": None, "committed_at": None}, "withdraw",
        run=run, commit=number,
    )  # fmt: skip


def _withdrawable(ask: Ask, key: str, claim: str = "") -> tuple[Row, Row]:
    """The properties of a period and of its commit, which can be withdrawn."""
    facts = _committed(ask, key)
    run, number = facts["run"], facts["commit"]
    commits = ask("periods/commit", key="", state="")
    own = next(row for row in commits if row["commit"]["number"] == number)
    _refuse_at_work(own, claim)
    before = _before(ask, facts, key)
    if before and before["last_day"] > facts["last_day"]:
        raise _rested_on(facts["period"], before["period"], facts["plan"])
    if resting := ask("periods/resting", run=run, commit=number):
        raise _rested_on(facts["period"], resting[0]["period"], resting[0]["plan"])
    return facts, own["commit"]


def _before(ask: Ask, facts: Row, key: str) -> Row | None:
    """The latest other period of the plan and calendar that is committed."""
    rows = ask("periods/committed_before", plan=facts["plan"], calendar=facts["calendar"], key=key)
    return rows[0]["period"] if rows else None


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
