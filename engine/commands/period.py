"""`upline period`: the life of a period: review, approval, commit, and who did what."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from engine import ranges
from engine.commands.console import iso_text, note, out, print_json, settled, table
from engine.commands.figures import checked_period, number
from engine.commands.options import Actor, AsJson, Reason

if TYPE_CHECKING:
    from engine.periods.lives import PlanPeriod

app = typer.Typer(no_args_is_help=True, help="The life of a period: review, approve, commit, withdraw.")

Name = Annotated[str, typer.Argument(metavar="PERIOD", parser=checked_period, help="Such as 2026-11.")]
Plan = Annotated[str | None, typer.Option("--plan", help="The plan's name, if several plans have run.")]
ResultsHash = Annotated[
    str | None,
    typer.Option("--results-hash", help="The results that were looked at: the first 12 characters suffice."),
]


@app.command("list")
def list_(plan: Plan = None, json: AsJson = False) -> None:
    """List the periods that have runs, the latest first, with their state."""
    from engine.periods.lives import periods

    with settled() as graph:
        rows = periods(graph, plan)
    if json:
        print_json([asdict(each) for each in rows], plain=iso_text)
        return
    page = table(None, "period", "plan", "state", "run", "committed", "by", right=("run",))
    for each in rows:
        at = f"{each.committed_at:%Y-%m-%d %H:%M:%S}" if each.committed_at else ""
        page.add_row(each.name, each.plan, each.state, str(each.run or ""), at, _committer(each))
    out.print(page)


@app.command()
def show(period_name: Name, plan: Plan = None, json: AsJson = False) -> None:
    """Show a period: its state, its run, and every step with who took it and why."""
    from engine.periods.lives import one

    with settled() as graph:
        _show(one(graph, period_name, plan), json=json)


@app.command()
def review(
    period_name: Name, plan: Plan = None, actor: Actor = "upline", reason: Reason = "", json: AsJson = False
) -> None:
    """Put the newest run of a period in review: no other run takes its place until it is opened again."""
    from engine.periods import steps

    with settled() as graph:
        _show(steps.review(graph, period_name, plan, actor=actor, reason=reason), json=json)


@app.command()
def reopen(
    period_name: Name, plan: Plan = None, actor: Actor = "upline", reason: Reason = "", json: AsJson = False
) -> None:
    """Open a period that is in review: it can be run again, and approvals end."""
    from engine.periods import steps

    with settled() as graph:
        _show(steps.reopen(graph, period_name, plan, actor=actor, reason=reason), json=json)


@app.command()
def approve(
    period_name: Name,
    plan: Plan = None,
    results_hash: ResultsHash = None,
    actor: Actor = "upline",
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Approve the results of a period in review: these and no others.

    Example: upline period approve 2026-11 --results-hash 504574ac5ce1 --actor bob
    """
    from engine.periods import steps

    with settled() as graph:
        period = steps.approve(
            graph, period_name, plan, results_hash=results_hash, actor=actor, reason=reason
        )
        _show(period, json=json)


@app.command()
def commit(
    period_name: Name,
    plan: Plan = None,
    run: Annotated[int | None, number(ranges.RUN, "--run", help="The run that is meant: the newest.")] = None,
    results_hash: ResultsHash = None,
    first: Annotated[
        bool, typer.Option("--first", help="Begin with this period, whatever came before it.")
    ] = False,
    key: Annotated[
        str | None, typer.Option("--key", help="A text that names this request: sent again, it is done once.")
    ] = None,
    actor: Actor = "upline",
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Commit the newest run of a period: it counts for good, and nothing changes any more up to its last day.

    Example: upline period commit 2026-11 --actor ann --reason "month end"
    """
    from engine.periods.committing import commit as commit_period

    with settled() as graph:
        done = commit_period(
            graph, period_name, plan, run=run, results_hash=results_hash, first=first, actor=actor,
            reason=reason, key=key,
        )  # fmt: skip
    if json:
        print_json(asdict(done), plain=iso_text)
        return
    out.print(
        f"{done.period} of {done.plan} is committed by run {done.run} (change {done.number})", markup=False
    )


@app.command()
def withdraw(
    period_name: Name,
    plan: Plan = None,
    actor: Actor = "upline",
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Withdraw the commit of a period before payment, for a --reason: the period is open again."""
    from engine.periods import withdrawing

    with settled() as graph:
        _show(withdrawing.withdraw(graph, period_name, plan, actor=actor, reason=reason), json=json)


@app.command()
def rules(
    two_person: Annotated[
        bool | None,
        typer.Option("--two-person/--one-person", help="Whether another person approves before a commit."),
    ] = None,
    late_orders: Annotated[
        str | None,
        typer.Option("--late-orders", help="Of committed periods: refuse, or book into the open one."),
    ] = None,
    corrected_ranks: Annotated[
        str | None,
        typer.Option("--corrected-ranks", help="By which refunds correct a period: held, or restated."),
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", help="A text that names this request: sent again, it is done once.")
    ] = None,
    actor: Actor = "upline",
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Set the company's rules for periods; without an option, show them."""
    from engine.genealogy.changes.lane import read_company
    from engine.genealogy.changes.requests import request
    from engine.periods import steps

    with settled() as graph:
        rules = {
            "two_person": two_person, "late_orders": late_orders, "corrected_ranks": corrected_ranks,
        }  # fmt: skip
        if any(rule is not None for rule in rules.values()):
            asked = request(actor, key, "period_rules", rules)
            steps.set_rules(
                graph, two_person=two_person, late_orders=late_orders, corrected_ranks=corrected_ranks,
                actor=actor, reason=reason, request=asked,
            )  # fmt: skip
        now = read_company(graph)
    if json:
        print_json({
            "two_person": now.two_person, "late_orders": now.late_orders,
            "corrected_ranks": now.corrected_ranks,
        })  # fmt: skip
        return
    out.print("another person approves before a commit" if now.two_person else "a commit needs no approval")
    book = now.late_orders == "book"
    out.print(f"orders of committed periods are {'booked into the open one' if book else 'refused'}")
    out.print(f"refunds correct them by ranks that are {now.corrected_ranks}")


def _show(period: "PlanPeriod", *, json: bool) -> None:
    if json:
        print_json(asdict(period), plain=iso_text)
        return
    run = f", run {period.run}" if period.run else ""
    out.print(f"{period.name} of {period.plan} is {period.state}{run}", markup=False)
    page = table(None, "step", "day", "by", "run", "why", right=("run",))
    for each in period.events:
        page.add_row(each.step, str(each.day), each.actor, str(each.run or ""), each.reason)
    if period.events:
        out.print(page)
    if not period.is_closed and period.run is None:
        note("it has no complete run")


def _committer(period: "PlanPeriod") -> str:
    return next((each.actor for each in reversed(period.events) if each.step == "committed"), "")
