"""A comparison as files: CSV, Parquet or JSON, one for each table. docs/what-if.md documents each column."""

import json
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import IO, Any

from engine.answers.sinks import FORMATS as FORMATS_OF_TABLES
from engine.answers.sinks import Row, Sink, sink
from engine.drafts import Drafts, naming
from engine.graph.database import Graph
from engine.money import decimal
from engine.preview.figures import Difference, Figures
from engine.server import space
from engine.whatif.comparing import Comparison, members

FORMATS = (*FORMATS_OF_TABLES, "json")
COLUMNS = {
    "comparison": (
        "what_if", "period", "plan", "base_run", "paid_before", "paid_after", "difference", "share_before",
        "share_after", "members_changed", "winners", "losers", "won", "lost",
    ),
    "bonuses": ("bonus", "paid_before", "paid_after", "difference", "payees_before", "payees_after"),
    "ranks": ("rank", "members_before", "members_after", "risen", "fallen"),
    "members": (
        "member_id", "earned_before", "earned_after", "difference", "rank_before", "rank_after",
        "qualified_rank_before", "qualified_rank_after", "active_before", "active_after",
        "personal_volume_before", "personal_volume_after", "group_volume_before", "group_volume_after",
    ),
    "member_bonuses": ("member_id", "bonus", "amount_before", "amount_after", "difference"),
}  # fmt: skip
"""The columns of each table."""
ROW_BYTES = 200
"""About how many bytes a member takes in all tables."""


def write(
    graph: Graph,
    compared: Comparison,
    folder: Path,
    format: str = "csv",
    *,
    exact_text: bool = False,
    report: Callable[[str], None] = lambda _table: None,
) -> None:
    """Write all tables of a comparison into a folder; until the last is whole, the folder is as it was.

    Members are those with other figures, and their bonuses those that pay them otherwise: the differences
    of either table come to that of the comparison.
    """
    bytes_needed = space.MIB + compared.members_changed * ROW_BYTES
    space.require(folder, bytes_needed, "the comparison", "choose another folder with --out")
    drafts = Drafts(folder, f"comparison.{format}")
    opened: dict[str, Sink] = {}
    try:
        for name, columns in COLUMNS.items():
            path = drafts.path(f"{name}.{format}")
            opened[name] = _sink(path, columns, format, exact_text=exact_text)
        for name in ("comparison", "bonuses", "ranks"):
            opened[name].write(rows_of(compared, name))
        report("members")
        _write_members(opened, compared, members(graph, compared))
        for each in opened.values():
            each.close()
    except BaseException:
        drafts.abandon()
        raise
    drafts.finish()


def rows_of(compared: Comparison, table: str) -> Iterator[Row]:
    """The rows of a table that is not about single members: amounts and shares as exact text."""
    cash, what_if = compared.cash.amount, compared.what_if
    if table == "comparison":
        yield (
            what_if.name, compared.base.period, compared.base.plan, compared.base.number,
            cash(compared.before), cash(compared.after), cash(compared.difference),
            share(compared.share_before), share(compared.share_after), compared.members_changed,
            compared.winners, compared.losers, cash(compared.won), cash(compared.lost),
        )  # fmt: skip
    elif table == "bonuses":
        for bonus in compared.bonuses:
            yield (
                bonus.bonus, cash(bonus.before), cash(bonus.after), cash(bonus.difference),
                bonus.payees_before, bonus.payees_after,
            )  # fmt: skip
    else:
        for rank in compared.ranks:
            yield rank.rank, rank.before, rank.after, rank.risen, rank.fallen


def share(of_volume: Fraction | None) -> str | None:
    """A share of the volume as text with six decimals, half up; None where there is no volume."""
    if of_volume is None:
        return None
    return decimal((of_volume * 1_000_000 + Fraction(1, 2)).__floor__(), 6)


def _write_members(opened: dict[str, Sink], compared: Comparison, differences: Iterable[Difference]) -> None:
    """Both tables of members, some thousand rows at a time."""
    own: list[Row] = []
    by_bonus: list[Row] = []
    for each in differences:
        own.append(member_row(compared, each))
        by_bonus += bonus_rows(compared, each)
        if len(own) >= 10_000:
            opened["members"].write(own)
            opened["member_bonuses"].write(by_bonus)
            own, by_bonus = [], []
    opened["members"].write(own)
    opened["member_bonuses"].write(by_bonus)


def member_row(compared: Comparison, each: Difference) -> Row:
    """What a member has before and after."""
    cash, (before, after) = compared.cash.amount, _both(each)
    return (
        each.member_id, cash(before.earned), cash(after.earned), cash(each.gain), before.rank, after.rank,
        before.qualified_rank, after.qualified_rank, before.active, after.active,
        decimal(before.personal_volume, 2), decimal(after.personal_volume, 2),
        decimal(before.group_volume, 2), decimal(after.group_volume, 2),
    )  # fmt: skip


def bonus_rows(compared: Comparison, each: Difference) -> Iterator[Row]:
    """What each bonus pays a member before and after, where that differs."""
    cash, (before, after) = compared.cash.amount, _both(each)
    for bonus in dict.fromkeys([*before.bonuses, *after.bonuses]):
        then, now = before.bonuses.get(bonus, 0), after.bonuses.get(bonus, 0)
        if then != now:
            yield each.member_id, bonus, cash(then), cash(now), cash(now - then)


def _both(each: Difference) -> tuple[Figures, Figures]:
    assert each.before is not None
    assert each.after is not None, "both runs have the same members"
    return each.before, each.after


def _sink(path: Path, columns: tuple[str, ...], format: str, *, exact_text: bool) -> Sink:
    if format == "json":
        return _Json(path, columns)
    return sink(path, columns, format, exact_text=exact_text)


class _Json(Sink):
    """A table as a JSON list with an object for each row."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self._path, self._columns, self._begun = path, columns, False
        self._file: IO[str] = path.open("w", encoding="utf-8")

    def write(self, rows: Iterable[Row]) -> None:
        with naming(self._path):
            for row in rows:
                values: dict[str, Any] = dict(zip(self._columns, row, strict=True))
                self._file.write(",\n" if self._begun else "[\n")
                self._file.write(json.dumps(values, ensure_ascii=False))
                self._begun = True

    def close(self) -> None:
        with naming(self._path):
            self._file.write("\n]\n" if self._begun else "[]\n")
            self._file.close()
