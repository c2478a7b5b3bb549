"""`upline plan`: check a plan file, and show a plan in words."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from engine import ranges
from engine.commands.console import counted, grouped, out, print_json, table
from engine.money import decimal, percent
from engine.plans.plan import Bonus, Plan, Requirement
from engine.plans.reader import read
from engine.plans.remarks import most_paid, remarks
from engine.rules.header import sentence
from engine.rules.module import Param
from engine.settings import Settings

app = typer.Typer(help="Plan files: check one, or show it in words.", no_args_is_help=True)

PlanPath = Annotated[
    Path, typer.Argument(metavar="PLAN", help="The plan file (TOML).", exists=True, dir_okay=False)
]

LISTS = {
    "RATES": "RATE",
    "AMOUNTS": "MONEY",
    "VOLUMES": "VOLUME",
    "RANKS": "RANK",
    "TEXTS": "TEXT",
    "SHARES": "PLACE",
}
PAIRS = {
    "TIERS": ("VOLUME", "RATE"),
    "MONEY_STEPS": ("VOLUME", "MONEY"),
    "STEPS": ("COUNT", "COUNT"),
    "VOLUME_STEPS": ("VOLUME", "COUNT"),
}
BY_RANK = {
    "RATES_BY_RANK": "RATE",
    "RATE_BY_RANK": "RATE",
    "AMOUNTS_BY_RANK": "MONEY",
    "AMOUNT_BY_RANK": "MONEY",
    "SHARES_BY_RANK": "COUNT",
    "VOLUME_BY_RANK": "VOLUME",
}
"""Plan types that hold several values, and the types of those."""


@app.command()
def check(
    path: PlanPath, json: Annotated[bool, typer.Option("--json", help="Print the remarks as JSON.")] = False
) -> None:
    """Check a plan file, with remarks on what never pays or pays too much.

    The exit status is 1 if there are remarks.
    """
    plan = read(path, Settings().rules)
    listed = remarks(plan)
    if json:
        print_json([{"name": each.name, "where": each.where, "what": each.what} for each in listed])
    else:
        for remark in listed:
            out.print(f"{remark.where}: {remark.what} [{remark.name}]", markup=False)
        ranks, bonuses = counted(len(plan.ranks), "rank"), f"{len(plan.bonuses)} bonuses"
        number = counted(len(listed), "remark") if listed else "no remarks"
        out.print(f"{plan.name} {plan.version}: {ranks}, {bonuses}, {number}", markup=False)
    if listed:
        raise typer.Exit(1)


@app.command()
def show(path: PlanPath) -> None:
    """Print a plan in words, for the field: activity, ranks, bonuses, rates and caps."""
    plan = read(path, Settings().rules)
    out.print(f"[bold]{escape(plan.name)}[/bold] {escape(plan.version)}, amounts in {plan.money.currency}")
    floors = zip(plan.rank_names, plan.floors or [plan.floor] * len(plan.rank_names), strict=True)
    volumes = [(name, f"{grouped(decimal(floor, 2))} of personal volume") for name, floor in floors]
    by_rank = ", ".join(f"{name} {volume}" for name, volume in volumes) + ", by the rank of the period before"
    out.print(f"Active in a period: {by_rank if plan.floors else volumes[0][1]}.", markup=False)
    if plan.activity:
        ways = _ways(plan, plan.activity.requirements, plan.activity.ways)
        out.print(f"Active members also need: {ways}.", markup=False)
    if plan.ranks:
        out.print("\n[bold]Ranks[/bold]")
        for rank in plan.ranks:
            joined = " and " if rank.match == "all" else " or "
            required = joined.join(_requirements(plan, rank.requirements)) or "granted by the company"
            out.print(f"  {rank.name}: {required}", markup=False)
    for bonus in plan.bonuses:
        _show_bonus(plan, bonus)
    for cap in plan.caps:
        limit = (
            _single(plan, "MONEY", cap.amount) if cap.amount
            else f"{plan.money.percent(cap.share)} of company volume" if cap.share
            else f"all but {plan.money.percent(cap.cut)} of what is earned"
        )  # fmt: skip
        out.print(f"\nCap per {cap.per}: {limit} for {', '.join(cap.bonuses)}", markup=False)
    out.print("\nWhat nobody earns stays with the company and is shown by reason.")


def _ways(plan: Plan, required: tuple[Requirement, ...], ways: tuple[tuple[int, ...], ...]) -> str:
    texts = _requirements(plan, required)
    return "; or ".join(" and ".join(texts[place] for place in way) for way in ways)


def _requirements(plan: Plan, required: tuple[Requirement, ...]) -> list[str]:
    return [
        f"{each.module.name.replace('_', ' ')} ({_values(plan, each.module.params, each.values)})"
        for each in required
    ]


def _show_bonus(plan: Plan, bonus: Bonus) -> None:
    out.print(f"\n[bold]{escape(bonus.name)}[/bold]: {escape(sentence(bonus.module.purpose))}.")
    most, fixed = most_paid(bonus), bonus.module.basis == "count"
    amount = (lambda paid: grouped(plan.money.amount(paid))) if fixed else plan.money.percent
    if most and bonus.module.scope != "company":
        money = "the amount" if bonus.module.scope == "order" else "what was earned"
        base = "the volume" if bonus.module.basis == "volume" else money
        limit = (
            f"{amount(most)} {plan.money.currency} at a time"
            if fixed
            else f"{plan.money.percent(most)} of {base}"
        )
        out.print(f"  Pays at most {limit}.")
    steps = bonus.module.steps
    if steps and f"{steps}_most" in bonus.values and bonus.module.climb == "levels":
        rows = bonus.values[steps]
        levels = [str(level) for level in range(1, len(rows[0]) + 1)]
        page = table(
            None,
            _by(bonus.values, steps),
            *(f"level {level}" for level in levels),
            right=tuple(f"level {x}" for x in levels),
        )
        for name, rates in zip(_row_names(plan, bonus.values, steps), rows, strict=True):
            page.add_row(name, *(amount(rate) if rate else "-" for rate in rates))
        out.print(page)
    rest = [param for param in bonus.module.params if param.name not in (steps, "tree", "base")]
    options = _values(plan, rest, bonus.values)
    if options:
        out.print(f"  {options}", markup=False)
    if bonus.requirements:
        out.print(f"  Requires {_ways(plan, bonus.requirements, bonus.ways)}.", markup=False)
    if bonus.overlays:
        labels = sorted({plan.overlays[index].module.name.replace("_", " ") for index in bonus.overlays})
        out.print(f"  Compression: {', '.join(labels)}; tree: {bonus.tree}.", markup=False)


def _values(plan: Plan, params: Iterable[Param], values: Mapping[str, Any]) -> str:
    """The parameters that are set, in words; what is left at its default is not mentioned."""
    texts = []
    for param in params:
        value = values.get(param.name)
        if value is None or value == []:
            continue
        text = _value(plan, param.type, value, _row_names(plan, values, param.name))
        if f"{param.name}_unit" in values:
            text = _own(plan, param, values, text)
        elif f"{param.name}_figure" in values:
            text = f"by {_by(values, param.name)}: {text}"
        if (param.default or "").lower() not in (text.lower(), str(value).lower()):
            texts.append(f"{param.name.replace('_', ' ')} {text}")
    return ", ".join(texts)


def _own(plan: Plan, param: Param, values: Mapping[str, Any], text: str) -> str:
    """A value of the member's own in words: a fact in place of the plan's."""
    if param.name == "at_least":
        return f"the {values['at_least_fact'].replace('_', ' ', 1)}, or {text} without it"
    kind = BY_RANK[param.type]
    unit = _single(plan, kind, values[f"{param.name}_unit"])
    most = _single(plan, kind, values[f"{param.name}_most"][0])
    return f"the {values[f'{param.name}_figure'].replace('_', ' ', 1)} times {unit}, at most {most}"


def _by(values: Mapping[str, Any], name: str) -> str:
    """What a table goes by, in words: the rank, or a figure."""
    figure = str(values.get(f"{name}_figure", "rank"))
    bonuses = values.get(f"{name}_bonuses", ())
    return f"what {' and '.join(bonuses)} paid" if bonuses else figure.replace("_", " ")


def _row_names(plan: Plan, values: Mapping[str, Any], name: str) -> list[str]:
    """The names of a table's rows: of the ranks, or of its tiers."""
    if f"{name}_figure" not in values:
        return list(plan.rank_names)
    if f"{name}_unit" in values:
        return ["none", "most"]
    kind = (
        "MONEY"
        if f"{name}_bonuses" in values
        else "COUNT"
        if _by(values, name).startswith("fact")
        else "VOLUME"
    )
    return ["below", *(f"from {_single(plan, kind, floor)}" for floor in values[f"{name}_from"])]


def _value(plan: Plan, kind: str, value: Any, names: list[str]) -> str:
    """A parameter's value in words, by its plan type; `names` are those of its rows, where it has some."""
    if kind in LISTS:
        return ", ".join(_single(plan, LISTS[kind], item) for item in value)
    if kind in PAIRS:
        floor_kind, reached_kind = PAIRS[kind]
        pairs = [
            f"from {_single(plan, floor_kind, floor)} {_single(plan, reached_kind, reached)}"
            for floor, reached in value
        ]
        return ", ".join(pairs)
    if kind in BY_RANK:
        return _by_rank(names, [[_single(plan, BY_RANK[kind], item) for item in row] for row in value])
    if kind == "AMOUNT_OF_RANK":
        return _by_rank(names, [[_single(plan, "MONEY", amount)] for amount in value])
    if kind == "MATRIX":
        return "; ".join(", ".join(plan.money.percent(rate) for rate in row) for row in value)
    return _single(plan, kind, value)


def _by_rank(names: list[str], rows: list[list[str]]) -> str:
    texts = [", ".join(row) for row in rows]
    if len(set(texts)) == 1:
        return texts[0]
    separator = ", " if len(rows[0]) == 1 else "; "
    return separator.join(f"{name} {text}" for name, text in zip(names, texts, strict=True))


def _single(plan: Plan, kind: str, value: Any) -> str:
    if kind in ("VOLUME", "SIZE", "PLACE"):
        return grouped(decimal(value, 2) if kind != "PLACE" else ranges.PLACE.text(value))
    if kind == "MONEY":
        return f"{grouped(plan.money.amount(value))} {plan.money.currency}"
    if kind in ("RATE", "PART", "SHARE"):
        return percent(value) if kind == "SHARE" else plan.money.percent(value)
    if kind == "BORDER" and value == 0:
        return "own"
    if kind in ("RANK", "BORDER"):
        return str(plan.rank_names[value])
    return ("yes" if value else "no") if kind == "BOOLEAN" else str(value)
