"""Asking: a member's statement, why an order paid or did not, the tree, the rank card."""

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.tree import Tree

from engine import answers as library
from engine.commands.console import out, print_json, settled, table
from engine.commands.run import AsJson, WantedPeriod, WantedPlan
from engine.explain import (
    Explanation,
    amount_text,
    as_json,
    line_text,
    reason_text,
    skip_text,
)
from engine.explain import (
    explain as explained,
)
from engine.money import decimal
from engine.plan import Plan
from engine.runs import Run, plan_of, result
from engine.trees import Branch, group

MemberId = Annotated[str, typer.Argument(metavar="MEMBER", help="The member's id.")]


def statement(
    member_id: MemberId,
    period: WantedPeriod = None,
    plan: WantedPlan = None,
    lines: Annotated[int, typer.Option("--lines", help="Show at most this many lines of each bonus.")] = 10,
    json: AsJson = False,
) -> None:
    """What a member earned in a period, by bonus, with the lines behind it."""
    with settled() as graph:
        run = result(graph, period, plan)
        chosen = plan_of(run)
        found = library.statement(graph, run, member_id)
        paid = library.lines_paid_to(graph, run, member_id)
    if json:
        print_json(_statement_json(run, chosen, found, paid))
        return
    _show_standing(run, chosen, found.standing)
    cash = chosen.money
    for bonus in chosen.bonuses:
        earned = next((earning for earning in found.earnings if earning.bonus == bonus.name), None)
        if earned is None:
            continue
        own = [line for line in paid if line.bonus == bonus.name]
        own.sort(key=lambda line: (-abs(line.exact), line.order_id or ""))
        out.print(f"\n[bold]{escape(bonus.name)}[/bold]  {cash.amount(earned.amount)} {cash.currency}")
        shown = table(None, "level", "from", "order", "what", "amount", right=("level", "amount"))
        for line in own[:lines]:
            words = line_text(chosen, bonus, line)
            shown.add_row(
                str(line.level or "own"), line.source_id, line.order_id or "", words,
                amount_text(chosen, bonus, line),
            )  # fmt: skip
        out.print(shown)
        if len(own) > lines:
            out.print(f"and {len(own) - lines:,} more lines; --lines shows more")
        if not cash.per_line:
            exact = cash.worth(bonus.module.basis).minor(earned.exact)
            out.print(f"rounding of the total: {cash.exact(earned.amount - exact)}")
    out.print(f"\n[bold]total  {cash.amount(found.total)} {cash.currency}[/bold]")
    if not found.earnings:
        why = "inactive in the period" if not found.standing.active else "no line pays this member"
        out.print(f"nothing earned: {why}. upline explain MEMBER --order ORDER shows why for any order.")


def explain(
    member_id: MemberId,
    order: Annotated[str, typer.Option("--order", "-o", help="The order's id.")],
    period: WantedPeriod = None,
    plan: WantedPlan = None,
    json: AsJson = False,
) -> None:
    """Why a member was paid for an order, or was not: the way up, who was stepped over, and by which figure."""
    with settled() as graph:
        run = result(graph, period, plan)
        chosen = plan_of(run)
        found = explained(graph, run, member_id, order)
    if json:
        print_json(as_json(found, chosen))
    else:
        _show_explanation(run, chosen, found)


def tree(
    member_id: MemberId,
    levels: Annotated[int, typer.Option("--levels", "-l", min=1, max=50, help="How many levels down.")] = 3,
    compressed: Annotated[str | None, typer.Option("--compressed", help="A compressed tree by name.")] = None,
    period: WantedPeriod = None,
    plan: WantedPlan = None,
    json: AsJson = False,
) -> None:
    """A member's group as the period's tree holds it, or as a compression rule sees it."""
    with settled() as graph:
        run = result(graph, period, plan)
        found = group(graph, run, member_id, levels, compressed)
    if json:
        print_json(_branch_json(found))
        return
    root = Tree(_branch_text(found), guide_style="dim")
    waiting = [(found, root)]
    while waiting:
        branch, place = waiting.pop()
        for below in branch.below:
            waiting.append((below, place.add(_branch_text(below))))
        if branch.hidden:
            place.add(f"[dim]+{branch.hidden:,} more[/dim]")
    out.print(root)
    what = f"compressed by {compressed}" if compressed else "as of the period's end"
    out.print(f"[dim]{escape(run.plan)} {run.period}, {what}; PV own volume, GV group volume[/dim]")


def rank(
    member_id: MemberId, period: WantedPeriod = None, plan: WantedPlan = None, json: AsJson = False
) -> None:
    """A member's rank card: what each rank asks, what is there, and what is missing."""
    with settled() as graph:
        run = result(graph, period, plan)
        chosen = plan_of(run)
        found = library.standing(graph, run, member_id)
        card = library.rank_card(graph, run, member_id)
    rows = [{**row, **{key: _figure(row, key) for key in ("required", "actual", "missing")}} for row in card]
    if json:
        print_json(
            {"member_id": member_id, "qualified_rank": found.qualified_rank, "rank": found.rank, "card": rows}
        )
        return
    _show_standing(run, chosen, found)
    shown = table(
        None,
        "rank",
        "requirement",
        "required",
        "actual",
        "missing",
        "",
        right=("required", "actual", "missing"),
    )
    for row in rows:
        shown.add_row(
            row["rank"], row["requirement"].replace("_", " "), row["required"], row["actual"],
            "" if row["passes"] else row["missing"], "[green]met[/green]" if row["passes"] else "[red]missing[/red]",
        )  # fmt: skip
    out.print(shown)


def _figure(row: dict[str, Any], key: str) -> str:
    return decimal(row[key], 2 if row["unit"] == "volume" else 0)


def _show_standing(run: Run, plan: Plan, found: library.Standing) -> None:
    name = f" {escape(found.name)}" if found.name else ""
    active = "active" if found.active else f"not active (status {found.status})"
    out.print(f"[bold]{escape(found.member_id)}{name}[/bold]  {escape(run.plan)} {run.period}")
    out.print(
        f"paid as {found.rank}, {active}; personal volume {decimal(found.personal_volume, 2)} "
        f"(floor {decimal(plan.floor, 2)}), group volume {decimal(found.group_volume, 2)}, "
        f"level {found.depth}, {found.frontline:,} in the frontline"
    )


def _show_explanation(run: Run, plan: Plan, found: Explanation) -> None:
    order = found.order
    out.print(
        f"[bold]order {escape(order['order_id'])}[/bold] of {escape(found.source_id)}, {order['kind']}, "
        f"{order['ordered_at'].iso_format()[:10]}: commissionable volume "
        f"{decimal(order['commissionable_volume'], 2)}"
    )
    if order["customer"]:
        out.print(f"bought by customer {escape(order['customer'])}")
    if order["refund_of"]:
        out.print(f"a refund of order {escape(order['refund_of'])}")
    where = {None: "does not stand above it", 0: "is credited with it"}
    stands = where.get(found.distance, f"stands {found.distance} levels above it")
    out.print(f"{escape(found.member_id)} {stands} ({escape(run.plan)} {run.period})")
    for story, bonus in zip(found.stories, plan.bonuses, strict=True):
        out.print(f"\n[bold]{escape(story.bonus)}[/bold]: {escape(story.verdict)}")
        shown = table(
            None, "level", "tree", "member", "what happened", "amount", right=("level", "tree", "amount")
        )
        for step in story.steps:
            for skip in step.skipped:
                shown.add_row(
                    "",
                    "",
                    f"[dim]{skip.member_id}[/dim]",
                    f"[dim]stepped over: {skip_text(plan, skip)}[/dim]",
                    "",
                )
            line = step.line
            paid = amount_text(plan, bonus, line) if line.rate else ""
            what = (
                line_text(plan, bonus, line)
                if line.rate
                else f"stays with the company: {reason_text(plan, line.reason or '')}"
            )
            height = "" if line.tree_level is None else str(line.tree_level)
            mark = "[reverse]" if line.payee_id == found.member_id else ""
            shown.add_row(str(line.level), height, f"{mark}{line.payee_id or '-'}", what, paid)
        if story.steps:
            out.print(shown)


def _statement_json(run: Run, plan: Plan, found: library.Statement, lines: list[Any]) -> dict[str, Any]:
    cash = plan.money
    bonuses = {bonus.name: bonus for bonus in plan.bonuses}
    return {
        "period": run.period,
        "plan": run.plan,
        "run": run.number,
        "currency": cash.currency,
        "standing": _standing_json(found.standing) | {"earned": cash.amount(found.standing.earned)},
        "earnings": [
            {"bonus": earned.bonus, "amount": cash.amount(earned.amount), "lines": earned.lines}
            for earned in found.earnings
        ],
        "total": cash.amount(found.total),
        "lines": [
            {
                "bonus": line.bonus, "level": line.level, "tree_level": line.tree_level,
                "source_id": line.source_id, "order_id": line.order_id,
                "base": decimal(line.base, 2) if bonuses[line.bonus].module.basis == "volume" else str(line.base),
                "rate": decimal(line.rate, 6),
                "amount": amount_text(plan, bonuses[line.bonus], line),
            }
            for line in lines
        ],
    }  # fmt: skip


def _standing_json(found: library.Standing) -> dict[str, Any]:
    volumes = ("personal_volume", "commissionable_volume", "customer_volume", "group_volume")
    return asdict(found) | {key: decimal(getattr(found, key), 2) for key in volumes}


def _branch_json(root: Branch) -> dict[str, Any]:
    made: dict[str, Any] = {}
    waiting = [(root, made)]
    while waiting:
        branch, data = waiting.pop()
        data.update(_standing_json(branch.standing), hidden=branch.hidden, below=[])
        for below in branch.below:
            child: dict[str, Any] = {}
            data["below"].append(child)
            waiting.append((below, child))
    return made


def _branch_text(branch: Branch) -> str:
    found = branch.standing
    name = f" {escape(found.name)}" if found.name else ""
    leg = f" [cyan]{found.leg}[/cyan]" if found.leg else ""
    quiet = "" if found.active else " [dim]not active[/dim]"
    rank = f" [magenta]{found.rank}[/magenta]" if found.rank != "none" else ""
    figures = f"PV {decimal(found.personal_volume, 2)} GV {decimal(found.group_volume, 2)}"
    return f"[bold]{escape(found.member_id)}[/bold]{name}{leg}{rank}  {figures}{quiet}"
