"""`upline live`: the volumes of an open period, up to date with the last change, with their age."""

from typing import TYPE_CHECKING, Annotated

import typer

from engine.access.reach import Reach
from engine.commands.console import out, print_json, reporting, settled, table
from engine.commands.options import AsJson, PeriodName, PlanFile
from engine.money import decimal
from engine.text import grouped

if TYPE_CHECKING:
    from engine.runs.live import Live


def live(
    period_name: PeriodName,
    plan: PlanFile,
    members: Annotated[list[str] | None, typer.Argument(help="Members whose volumes to show.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Compare with a full count; status 1 if not equal.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Bring the live figures of an open period up to date, and show volumes with their age.

    The first call takes as long as two stages of a run; later ones count only members with new orders, and
    those above them.
    """
    from engine.answers.standings import standings
    from engine.period import period
    from engine.plans.reader import read
    from engine.run import refresh
    from engine.runs.live import differences
    from engine.settings import Settings

    chosen = read(plan, Settings().rules)
    with settled() as graph:
        with reporting() as report:
            figures = refresh(graph, chosen, period(period_name, chosen.zone), report)
        shown = standings(graph, Reach.everything, figures.run, members or [])
        wrong = differences(graph, figures.run) if check else []
    if json:
        print_json(_plain(figures) | {
            "differences": wrong,
            "members": [
                {
                    "member_id": one.member_id,
                    "personal_volume": decimal(one.personal_volume, 2),
                    "group_volume": decimal(one.group_volume, 2),
                    "active": one.active,
                }
                for one in shown.values()
            ],
        })  # fmt: skip
    else:
        how = "rebuilt" if figures.rebuilt else f"{figures.orders:,} new orders"
        out.print(
            f"{figures.run.plan} {figures.run.period}, live: {how}, {figures.touched:,} standings touched, "
            f"{figures.seconds:.2f} s"
        )
        out.print(f"up to date with change {figures.cut}, {figures.as_of:%Y-%m-%d %H:%M:%S} UTC")
        if shown:
            columns = ("personal volume", "group volume")
            listed = table(None, "member", *columns, "active", right=columns)
            for one in shown.values():
                volumes = (grouped(decimal(each, 2)) for each in (one.personal_volume, one.group_volume))
                listed.add_row(one.member_id, *volumes, "yes" if one.active else "no")
            out.print(listed)
        if check:
            for row in wrong:
                out.print(
                    f"{row['member_id']}: {row['figure']} is {row['actual']}, should be {row['expected']}"
                )
            out.print("equal to a full count" if not wrong else "not equal to a full count")
    if wrong:
        raise typer.Exit(1)


def _plain(figures: "Live") -> dict[str, object]:
    return {
        "period": figures.run.period,
        "plan": figures.run.plan,
        "import": figures.cut,
        "as_of": figures.as_of.isoformat(),
        "orders": figures.orders,
        "touched": figures.touched,
        "rebuilt": figures.rebuilt,
    }
