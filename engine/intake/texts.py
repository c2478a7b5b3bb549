"""Texts of the tables: what no text may be, and identifiers that a reader takes for each other.

Refused are texts that are too long, and a byte order mark within a table: two files were joined there.
Remarked on, and imported as they are, are identifiers that look alike or have signs that nobody sees.
"""

import re
import unicodedata
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from engine import ranges
from engine.genealogy import stored
from engine.graph.database import Graph
from engine.intake.checked import CheckedRows
from engine.intake.columns import flag
from engine.intake.members import CheckedMembers
from engine.intake.refusals import Refusals
from engine.intake.tables import CompanyTable

MARK = "\ufeff"
"""A byte order mark, which belongs only at the beginning of a file."""
IDENTIFIERS = {
    "members": "member_id", "customers": "customer_id", "orders": "order_id", "prospects": "prospect_id",
}  # fmt: skip
"""The column of each table that names its rows."""
EXAMPLES = 3
"""Identifiers that a remark shows."""
MOST_COMPARED = 200_000
"""New rows of a table whose identifiers are compared with stored ones; each takes two or three lookups."""
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f"
)
"""Signs without width: joiners, soft hyphens, marks of direction."""
UNSEEN = f"[{_UNSEEN}]"


def check_texts(table: CompanyTable, refusals: Refusals) -> None:
    """Refuse texts longer than any can be, and byte order marks within the table."""
    most = ranges.TEXT_LENGTH.most
    for name, column in table.columns.items():
        if column.null_count == len(column):
            continue
        if pc.max(pc.binary_length(column)).as_py() > most:
            flag(
                table,
                pc.greater(pc.utf8_length(column), most),
                "text_too_long",
                lambda _, name=name: f"{table.called(name)} is longer than any text can be",  # type: ignore[misc]
                refusals,
                f"Use at most {ranges.TEXT_LENGTH.text(most)} characters.",
            )
        flag(
            table,
            pc.match_substring(column, MARK),
            "byte_order_mark",
            lambda _, name=name: f"{table.called(name)} has a byte order mark: two files were joined here",  # type: ignore[misc]
            refusals,
            "Remove the sign U+FEFF, and the header where it is repeated.",
        )


def remarks(table: CompanyTable) -> list[str]:
    """Sentences on identifiers of a table that look like another of them, or have signs that nobody sees."""
    column = IDENTIFIERS.get(table.name)
    if column is None:
        return []
    ids = pc.unique(pc.drop_null(table[column]))
    sentences = []
    if unseen := pc.filter(ids, pc.match_substring_regex(ids, UNSEEN)).to_pylist():
        shown = ", ".join(ascii(each) for each in unseen[:EXAMPLES])
        sentences.append(
            f"{table.path.name}: {len(unseen):,} {table.called(column)} have signs that nobody sees: {shown}"
        )
    keys = pc.replace_substring_regex(pc.utf8_lower(pc.utf8_normalize(ids, "NFC")), UNSEEN, "")
    if pc.count_distinct(keys).as_py() < len(ids):
        groups: dict[str, list[str]] = {}
        for key, each in zip(keys.to_pylist(), ids.to_pylist(), strict=True):
            groups.setdefault(key, []).append(each)
        twins = [(group[0], other) for group in groups.values() for other in group[1:]]
        sentences += _on_twins(table, column, twins)
    return sentences


def remarks_on_stored(
    members: CheckedMembers, others: Iterable[CheckedRows | None], graph: Graph | None
) -> list[str]:
    """Sentences on new members, customers, orders and prospects whose identifier looks like a stored one.

    `others` are the checked customers, orders and prospects, where there are such tables. Of each table the
    first MOST_COMPARED new rows are looked at.
    """
    if graph is None:
        return []
    sentences = _like_stored(members.table, members.added["member_id"], graph) if members.new else []
    for rows in others:
        if rows is not None and rows.new:
            new = rows.columns[IDENTIFIERS[rows.table.name]].take(pa.array(rows.new[:MOST_COMPARED]))
            sentences += _like_stored(rows.table, new, graph)
    return sentences


def _like_stored(table: CompanyTable, ids: pa.ChunkedArray, graph: Graph) -> list[str]:
    """Sentences on new identifiers of a table that look like stored ones which are not in the table."""
    column = IDENTIFIERS[table.name]
    spellings = {spelling: each for each in ids.to_pylist() for spelling in _spellings(each) - {each}}
    known = [
        spelling
        for portion in stored.in_lookups(sorted(spellings))
        for spelling in graph.value(f"intake/{column}s", ids=portion)
    ]
    if not known:
        return []
    here = set(table[column].to_pylist())
    return _on_twins(table, column, [(each, spellings[each]) for each in known if each not in here])


def _spellings(written: str) -> set[str]:
    """Ways to write an identifier that a reader takes for the same."""
    plain = re.sub(UNSEEN, "", written)
    cases = {plain, plain.lower(), plain.upper(), plain.capitalize()}
    return {unicodedata.normalize(form, each) for form in ("NFC", "NFD") for each in cases}


def _on_twins(table: CompanyTable, column: str, twins: list[tuple[str, str]]) -> list[str]:
    """A sentence for each way in which identifiers differ without looking different, with examples."""
    kinds: dict[str, list[str]] = {}
    for one, other in twins:
        if one.lower() == other.lower():
            kind = "only in capitals"
        elif unicodedata.normalize("NFC", one).lower() == unicodedata.normalize("NFC", other).lower():
            kind = "only in how accents are written (NFC or NFD)"
        else:
            kind = "only in signs that nobody sees"
        kinds.setdefault(kind, []).append(f"{one!a} and {other!a}")
    return [
        f"{table.path.name}: {len(pairs):,} {table.called(column)} differ from another one {kind}: "
        + ", ".join(pairs[:EXAMPLES])
        for kind, pairs in kinds.items()
    ]
