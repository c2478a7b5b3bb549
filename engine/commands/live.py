"""`upline live`: the volumes of an open period, up to date with the last change, with their age."""

from typing import TYPE_CHECKING, Annotated

import typer

from engine.access.reach import Reach
from engine.commands.console import out, print_json, reporting, settled, table
from engine.commands.options import AsJson, PeriodName, PlanFile
from engine.money import decimal
from engine.text import grouped

if TYPE_CHECKING:
    from engine.answers.live import LiveAge, LiveFigures
    from engine.passes.record import RunRecord
    from engine.runs.live import Live


def live(
    period_name: PeriodName,
    plan: PlanFile,
    members: Annotated[list[str] | None, typer.Argument(help="Members whose volumes to show.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Compare with a full count; status 1 if not equal.")
    ] = False,
    kept: Annotated[
        bool,
        typer.Option("--kept", help="Show the figures as they are kept, and their delay; change nothing."),
    ] = False,
    json: AsJson = False,
) -> None:
    """Bring the live figures of an open period up to date, and show volumes with their age.

    The first call takes as long as two stages of a run; later ones count only members with new orders, those
    who came or moved, and everyone above them, each once.
    """
    from engine.answers.live import NoLiveFiguresError, live_age, live_figures, live_run
    from engine.period import period
    from engine.plans.reader import read
    from engine.run import refresh
    from engine.runs.live import differences
    from engine.settings import Settings

    chosen = read(plan, Settings().rules)
    figures: Live | None = None
    with settled() as graph:
        if not kept:
            with reporting() as report:
                figures = refresh(graph, chosen, period(period_name, chosen.zone), report)
        run = figures.run if figures else live_run(graph, period_name, chosen.name)
        age = live_age(graph, Reach.everything, run) if run else None
        if run is None or age is None:
            raise NoLiveFiguresError(
                f"there are no live figures of {period_name} by {chosen.name}",
                todo="Without --kept, this command makes them.",
            )
        shown = live_figures(graph, Reach.everything, run, members or [])
        wrong = differences(graph, run) if check else []
    listed = [shown[member] for member in members or [] if member in shown]
    if json:
        print_json(_plain(run, age, figures) | {
            "differences": wrong,
            "members": [
                {
                    "member_id": one.member_id,
                    "personal_volume": decimal(one.personal_volume, 2),
                    "group_volume": decimal(one.group_volume, 2),
                    "active": one.active,
                }
                for one in listed
            ],
        })  # fmt: skip
    else:
        _print(run, age, figures, listed)
        if check:
            for row in wrong:
                out.print(
                    f"{row['member_id']}: {row['figure']} is {row['actual']}, should be {row['expected']}"
                )
            out.print("equal to a full count" if not wrong else "not equal to a full count")
    if wrong:
        raise typer.Exit(1)


def _print(run: "RunRecord", age: "LiveAge", figures: "Live | None", listed: "list[LiveFigures]") -> None:
    how = "as they are kept"
    if figures:
        followed = f"{figures.changes:,} changes, {figures.orders:,} new orders"
        how = "rebuilt" if figures.rebuilt else followed
        how += f", {figures.touched:,} standings touched, {figures.seconds:.2f} s"
    out.print(f"{run.plan} {run.period}, live: {how}")
    behind = age.last_change - age.change
    if behind:
        noun = "change" if behind == 1 else "changes"
        out.print(f"{behind:,} {noun} behind, for {age.delay:,} s; with change {age.change}, {_at(age)}")
    else:
        out.print(f"up to date with change {age.change}, {_at(age)}")
    if listed:
        columns = ("personal volume", "group volume")
        rows = table(None, "member", *columns, "active", right=columns)
        for one in listed:
            volumes = (grouped(decimal(each, 2)) for each in (one.personal_volume, one.group_volume))
            rows.add_row(one.member_id, *volumes, "yes" if one.active else "no")
        out.print(rows)


def _at(age: "LiveAge") -> str:
    return f"{age.as_of:%Y-%m-%d %H:%M:%S} UTC"


def _plain(run: "RunRecord", age: "LiveAge", figures: "Live | None") -> dict[str, object]:
    facts: dict[str, object] = {
        "period": run.period, "plan": run.plan, "import": age.change, "last_change": age.last_change,
        "as_of": age.as_of.isoformat(), "delay": age.delay,
    }  # fmt: skip
    if figures:
        facts |= {
            "changes": figures.changes, "orders": figures.orders, "touched": figures.touched,
            "rebuilt": figures.rebuilt,
        }  # fmt: skip
    return facts
