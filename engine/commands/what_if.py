"""`upline what-if`: a period computed once more on frozen standings, with some changes, and compared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine import ranges
from engine.commands.console import (
    aligned,
    counted,
    iso_text,
    note,
    out,
    print_json,
    reporting,
    settled,
    table,
)
from engine.commands.figures import number
from engine.commands.options import AsJson, ExactText
from engine.text import grouped

if TYPE_CHECKING:
    from engine.graph.database import Graph
    from engine.whatif.comparing import Chosen, Comparison
    from engine.whatif.kept import WhatIf

app = typer.Typer(
    no_args_is_help=True,
    help="What a period would pay by another plan, rate, place or rank: compute, compare, list, remove.",
)

MOST_SHOWN = 20
"""Members that are shown by default."""

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of the what-if.")]


@app.command()
def compute(
    name: Name,
    base: Annotated[
        str | None,
        typer.Option("--base", help="A run's number or a period; by default the latest period's run."),
    ] = None,
    plan_file: Annotated[
        Path | None, typer.Option("--plan", help="Another plan file (TOML).", exists=True, dir_okay=False)
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="KEY=VALUE: another value for a key of the plan; may be repeated."),
    ] = None,
    move: Annotated[
        list[str] | None,
        typer.Option("--move", help="MEMBER=PARENT or MEMBER=PARENT:LEG, with the group; may be repeated."),
    ] = None,
    rank: Annotated[
        list[str] | None,
        typer.Option("--rank", help="MEMBER=RANK: paid as that rank; may be repeated."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Compute a what-if of that name again.")] = False,
    json: AsJson = False,
) -> None:
    """Compute a period once more on a run's frozen standings with some changes; it is no result.

    Example: upline what-if compute flat --base 2026-11 --set bonus.Team.rates.none[0]=0.06
    """
    from engine.whatif.changes import changes_of
    from engine.whatif.comparing import comparison
    from engine.whatif.computing import base_of
    from engine.whatif.computing import compute as compute_what_if

    with settled() as graph:
        changes = changes_of(set_ or (), move or (), rank or (), plan_file)
        with reporting() as report:
            made = compute_what_if(graph, name, base_of(graph, base), changes, report, replace=replace)
        compared = comparison(graph, made)
        _show(graph, compared, ["bonus"], MOST_SHOWN, json=json)
    if not json:
        note(f"this is no result; upline what-if compare {name} shows ranks and members too")


@app.command("list")
def list_(json: AsJson = False) -> None:
    """List the what-ifs, newest first, with what they change and what they would pay."""
    from engine.whatif.kept import what_ifs

    with settled() as graph:
        rows = what_ifs(graph)
    if json:
        print_json([_plain(each) for each in rows], plain=iso_text)
        return
    page = table(
        None, "what-if", "period", "plan", "base", "would pay", "computed", "changes",
        right=("base", "would pay"),
    )  # fmt: skip
    for each in rows:
        page.add_row(
            each.name, each.run.period, each.run.plan, str(each.base),
            f"{grouped(each.cash.amount(each.paid))} {each.cash.currency}",
            f"{each.computed_at:%Y-%m-%d %H:%M:%S}", " ".join(each.changes) or "none",
        )  # fmt: skip
    out.print(page)


@app.command()
def compare(
    name: Name,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help="bonus, rank or member; may be repeated. Default: all three."),
    ] = None,
    only: Annotated[
        str, typer.Option("--only", help="Of members: all with other figures, winners, or losers.")
    ] = "all",
    most: Annotated[
        int, number(ranges.ROWS, "--most", help="How many members at most, those with most first.")
    ] = MOST_SHOWN,
    to: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write all tables, with every member, to this folder.")
    ] = None,
    format: Annotated[str, typer.Option("--format", help="With --out: csv, parquet or json.")] = "csv",
    exact_text: ExactText = False,
    json: AsJson = False,
) -> None:
    """Compare a what-if with the run on which it rests: totals, bonuses, ranks, winners and losers.

    Example: upline what-if compare flat --by member --only losers --most 50
    """
    from engine.whatif.comparing import CHOSEN
    from engine.whatif.comparing import compare as compare_what_if
    from engine.whatif.tables import FORMATS, write

    _one_of("--format", format, FORMATS)
    _one_of("--only", only, CHOSEN)
    for each in by or ():
        _one_of("--by", each, BY)
    with settled() as graph:
        compared = compare_what_if(graph, name)
        if to is not None:
            with reporting() as report:
                write(
                    graph, compared, to, format, exact_text=exact_text,
                    report=lambda step: report(step, 0, 0),
                )  # fmt: skip
        _show(graph, compared, by or list(BY), most, only, json=json)
    if to is not None and not json:
        out.print(f"tables are in {to}", markup=False)


@app.command()
def remove(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The name of the what-if.")] = None,
    older_than: Annotated[
        int | None,
        number(ranges.DAYS, "--older-than", help="Instead: all that were computed so many days ago."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Remove a what-if by its name, or all from so many days ago on.

    Example: upline what-if remove --older-than 30
    """
    from engine.whatif.kept import remove as remove_what_ifs

    with settled() as graph, reporting() as report:
        names = remove_what_ifs(graph, name, older_than_days=older_than, report=report)
    if json:
        print_json(names)
        return
    out.print(f"removed: {', '.join(names) or 'none'}", markup=False)


BY = ("bonus", "rank", "member")


def _one_of(option: str, value: str, values: Any) -> None:
    if value not in values:
        listed = ", ".join(values)
        raise typer.BadParameter(f"must be one of {listed}, not {value!r}", param_hint=option)


def _show(
    graph: "Graph",
    compared: "Comparison",
    by: list[str],
    most: int,
    only: Any = "all",
    *,
    json: bool,
) -> None:
    """Print a comparison by some of bonus, rank and member."""
    if json:
        print_json(_plain_comparison(graph, compared, by, most, only), plain=iso_text)
        return
    cash, what_if = compared.cash.amount, compared.what_if
    out.print(
        f"{what_if.name}: {compared.base.period} by {compared.base.plan}, on run {compared.base.number}",
        markup=False,
    )
    out.print(f"changes: {' '.join(what_if.changes) or 'none'}", markup=False)
    figures = ("before", "after", "difference")
    page = table(None, "", *figures, right=figures)
    amounts = [cash(each) for each in (compared.before, compared.after, compared.difference)]
    page.add_row(f"paid ({compared.cash.currency})", *map(_signed_last, aligned(amounts), range(3)))
    page.add_row("share of volume", _percent(compared.share_before), _percent(compared.share_after), "")
    out.print(page)
    out.print(
        f"{counted(compared.members_changed, 'member')} with other figures: {compared.winners:,} would earn "
        f"{grouped(cash(compared.won))} more, {compared.losers:,} would earn "
        f"{grouped(cash(-compared.lost))} less",
        markup=False,
    )
    if "bonus" in by:
        _show_bonuses(compared)
    if "rank" in by:
        _show_ranks(compared)
    if "member" in by:
        _show_members(graph, compared, most, only)


def _show_bonuses(compared: "Comparison") -> None:
    figures = ("before", "after", "difference", "payees")
    page = table(None, "bonus", *figures, right=figures)
    cash = compared.cash.amount
    columns = [
        aligned([cash(getattr(each, name)) for each in compared.bonuses])
        for name in ("before", "after", "difference")
    ]
    for each, *amounts in zip(compared.bonuses, *columns, strict=True):
        payees = _arrow(f"{each.payees_before:,}", f"{each.payees_after:,}")
        page.add_row(each.bonus, *map(_signed_last, amounts, range(3)), payees)
    out.print(page)


def _show_ranks(compared: "Comparison") -> None:
    figures = ("before", "after", "rise", "fall")
    page = table(None, "rank", *figures, right=figures)
    for each in compared.ranks:
        page.add_row(
            each.rank, f"{each.before:,}", f"{each.after:,}", f"{each.risen:,}", f"{each.fallen:,}"
        )  # fmt: skip
    out.print(page)


def _show_members(graph: "Graph", compared: "Comparison", most: int, only: "Chosen") -> None:
    from engine.whatif.tables import bonus_rows, member_row

    rows, total = _members(graph, compared, most, only)
    if not rows:
        return
    page = table(
        None,
        "member",
        "before",
        "after",
        "difference",
        "rank",
        "by bonus",
        right=("before", "after", "difference"),
    )
    for each in rows:
        cells = member_row(compared, each)
        by_bonus = ", ".join(
            f"{bonus} {_signed(gain)}" for _, bonus, _, _, gain in bonus_rows(compared, each)
        )
        page.add_row(*cells[:3], _signed(cells[3]), _arrow(cells[4], cells[5]), by_bonus)
    out.print(page)
    if total > len(rows):
        note(f"{total - len(rows):,} more: --most shows more, --out writes all of them")


def _members(graph: "Graph", compared: "Comparison", most: int, only: "Chosen") -> tuple[list[Any], int]:
    from engine.answers.pages import Stretch
    from engine.whatif.comparing import member_page

    page = member_page(graph, compared, Stretch(most), only)
    return list(page.nodes), page.total or 0


def _plain(each: "WhatIf") -> dict[str, Any]:
    return {**each.shown, "currency": each.cash.currency, "paid": each.cash.amount(each.paid)}


def _plain_comparison(
    graph: "Graph", compared: "Comparison", by: list[str], most: int, only: "Chosen"
) -> dict[str, Any]:
    """A comparison as programs get it: amounts and volumes as exact text."""
    from engine.whatif.tables import COLUMNS, bonus_rows, member_row, rows_of

    def named(name: str, rows: Any) -> list[dict[str, Any]]:
        return [dict(zip(COLUMNS[name], row, strict=True)) for row in rows]

    plain = {**_plain(compared.what_if), **named("comparison", rows_of(compared, "comparison"))[0]}
    if "bonus" in by:
        plain["bonuses"] = named("bonuses", rows_of(compared, "bonuses"))
    if "rank" in by:
        plain["ranks"] = named("ranks", rows_of(compared, "ranks"))
    if "member" in by:
        rows, total = _members(graph, compared, most, only)
        plain["members_total"] = total
        plain["members"] = [
            {
                **named("members", [member_row(compared, each)])[0],
                "bonuses": [
                    {name: value for name, value in bonus.items() if name != "member_id"}
                    for bonus in named("member_bonuses", bonus_rows(compared, each))
                ],
            }
            for each in rows
        ]
    return plain


def _signed_last(figure: str, place: int) -> str:
    """The third of some figures is a difference."""
    return _signed(figure) if place == 2 else figure


def _signed(figure: str) -> str:
    return figure if figure.startswith("-") or not figure.strip("0.,") else f"+{figure}"


def _arrow(before: str, after: str) -> str:
    return before if before == after else f"{before} -> {after}"


def _percent(share: Any) -> str:
    """A share in percent with two decimals, half up."""
    from fractions import Fraction

    from engine.money import decimal

    return "-" if share is None else f"{decimal((share * 10_000 + Fraction(1, 2)).__floor__(), 2)} %"
