"""Plan files: check one, show one as a page for the field."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from engine.commands.console import grouped, out, print_json, table
from engine.explain.words import purpose
from engine.money import decimal
from engine.plans.plan import Bonus, Plan, Requirement
from engine.plans.reader import read
from engine.plans.remarks import most_paid, percent, remarks
from engine.settings import Settings

app = typer.Typer(help="Plan files: check, show.", no_args_is_help=True)

PlanPath = Annotated[
    Path, typer.Argument(metavar="PLAN", help="The plan file (TOML).", exists=True, dir_okay=False)
]


@app.command()
def check(
    path: PlanPath, json: Annotated[bool, typer.Option("--json", help="For programs.")] = False
) -> None:
    """Check a plan, and remark on what can never pay or pays too much; status 1 on remarks."""
    plan = read(path, Settings().rules)
    found = remarks(plan)
    if json:
        print_json([{"name": each.name, "where": each.where, "what": each.what} for each in found])
    else:
        for each in found:
            out.print(f"{each.where}: {each.what} [{each.name}]", markup=False)
        said = f"{len(found)} remark{'s' * (len(found) > 1)}" if found else "nothing to remark"
        out.print(f"{plan.name} {plan.version}: {len(plan.ranks)} ranks, {len(plan.bonuses)} bonuses, {said}")
    if found:
        raise typer.Exit(1)


@app.command()
def show(path: PlanPath) -> None:
    """Print a plan as a page for the field: ranks, bonuses and rates in words."""
    plan = read(path, Settings().rules)
    out.print(f"[bold]{escape(plan.name)}[/bold] {escape(plan.version)}, amounts in {plan.money.currency}")
    floors = zip(plan.rank_names, plan.floors or [plan.floor] * len(plan.rank_names), strict=True)
    said = [(name, f"{grouped(decimal(floor, 2))} of personal volume") for name, floor in floors]
    by_rank = ", ".join(f"{name} {floor}" for name, floor in said) + ", by the rank of the period before"
    out.print(f"Active in a period: {by_rank if plan.floors else said[0][1]}.", markup=False)
    if plan.activity:
        out.print(f"And: {_ways(plan, plan.activity.requirements, plan.activity.ways)}.", markup=False)
    if plan.ranks:
        out.print("\n[bold]Ranks[/bold]")
        for rank in plan.ranks:
            joined = " and " if rank.match == "all" else " or "
            out.print(f"  {rank.name}: {joined.join(_asked(plan, rank.requirements))}", markup=False)
    for bonus in plan.bonuses:
        _show_bonus(plan, bonus)
    for cap in plan.caps:
        what = (
            plan.money.amount(cap.amount) + f" {plan.money.currency}" if cap.amount
            else f"{percent(cap.share)} of company volume" if cap.share else f"less {percent(cap.cut)}"
        )  # fmt: skip
        out.print(f"\nCap per {cap.per}: {what} for {', '.join(cap.bonuses)}", markup=False)
    out.print("\nWhat nobody earns stays with the company and is shown by reason.")


def _ways(plan: Plan, required: tuple[Requirement, ...], ways: tuple[tuple[int, ...], ...]) -> str:
    kinds = _asked(plan, required)
    return "; or ".join(" and ".join(kinds[place] for place in way) for way in ways)


def _asked(plan: Plan, required: tuple[Requirement, ...]) -> list[str]:
    return [
        f"{needed.module.name.replace('_', ' ')} ({_values(plan, needed.module.params, needed.values)})"
        for needed in required
    ]


def _show_bonus(plan: Plan, bonus: Bonus) -> None:
    out.print(f"\n[bold]{escape(bonus.name)}[/bold]: {escape(purpose(bonus))}.")
    most, counted = most_paid(bonus), bonus.module.basis == "count"
    amount = (lambda paid: grouped(plan.money.amount(paid))) if counted else percent
    if most and bonus.module.scope != "company":
        money = "the amount" if bonus.module.scope == "order" else "what was earned"
        base = "the volume" if bonus.module.basis == "volume" else money
        said = f"{amount(most)} {plan.money.currency} a piece" if counted else f"{percent(most)} of {base}"
        out.print(f"  At most {said}.")
    steps = bonus.module.steps
    if steps and f"{steps}_most" in bonus.values and bonus.module.climb == "levels":
        rows = bonus.values[steps]
        levels = [str(level) for level in range(1, len(rows[0]) + 1)]
        shown = table(
            None, "rank", *(f"level {level}" for level in levels), right=tuple(f"level {x}" for x in levels)
        )
        for name, rates in zip(plan.rank_names, rows, strict=True):
            shown.add_row(name, *(amount(rate) if rate else "-" for rate in rates))
        out.print(shown)
    rest = [param for param in bonus.module.params if param.name not in (steps, "tree", "base")]
    words = _values(plan, rest, bonus.values)
    if words:
        out.print(f"  {words}", markup=False)
    if bonus.requirements:
        out.print(f"  Requires {_ways(plan, bonus.requirements, bonus.ways)}.", markup=False)
    if bonus.overlays:
        labels = sorted({plan.overlays[index].label.split(":")[0] for index in bonus.overlays})
        out.print(f"  Compression: {', '.join(labels)}; tree: {bonus.tree}.", markup=False)


def _values(plan: Plan, params: Any, values: Any) -> str:
    said = []
    for param in params:
        value = values.get(param.name)
        if value in (None, [], False):
            continue
        said.append(f"{param.name.replace('_', ' ')} {_value(plan, param.type, value)}")
    return ", ".join(said)


def _value(plan: Plan, kind: str, value: Any) -> str:  # noqa: PLR0911 - one return for each plan type
    if kind == "VOLUME":
        return grouped(decimal(value, 2))
    if kind == "MONEY":
        return f"{grouped(plan.money.amount(value))} {plan.money.currency}"
    if kind in ("RATE", "SHARE"):
        return percent(value)
    if kind == "RANK":
        return str(plan.rank_names[value])
    if kind == "RATES":
        return ", ".join(percent(rate) for rate in value)
    if kind == "RATE_BY_RANK":
        pairs = zip(plan.rank_names, value, strict=True)
        return ", ".join(f"{name} {percent(rates[0])}" for name, rates in pairs)
    if kind == "VOLUME_BY_RANK":
        pairs = zip(plan.rank_names, value, strict=True)
        return ", ".join(f"{name} {grouped(decimal(volumes[0], 2))}" for name, volumes in pairs)
    if kind == "TIERS":
        return ", ".join(f"from {grouped(decimal(floor, 2))} {percent(rate)}" for floor, rate in value)
    return str(value)
