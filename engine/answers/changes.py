"""Changes of the company's state as those see them who follow: in order, and whose groups they touched."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.access.policy import Policy
from engine.composition.trees import OPEN
from engine.genealogy.changes.writing import FOLLOWED
from engine.graph.database import Graph
from engine.graph.queries import query

MOST = 100
"""Changes that one question returns."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change that counts. `member_ids` are those whom it touched; None where they are too many to list."""

    number: int
    kind: str
    touched: tuple[str, ...]
    member_ids: tuple[str, ...] | None
    at: datetime | None

    @property
    def moves(self) -> bool:
        """Whether it may have changed who is in whose group, or a member's status."""
        return any(each not in FOLLOWED for each in self.touched) or self.member_ids is None


def last_change(graph: Graph) -> int:
    """The number of the last change that counts; 0 where there is none."""
    return int(graph.value("answers/last_change"))


def changes_after(graph: Graph, seen: int) -> list[Change]:
    """The changes after a number, in order, at most MOST of them: the next question brings the others."""
    rows = graph.read("answers/changes_after", seen=seen, first=MOST)
    return [
        Change(
            row["number"],
            row["kind"],
            tuple(row["touched"] or ()),
            tuple(row["member_ids"]) if row["member_ids"] is not None else None,
            row["finished_at"].to_native() if row["finished_at"] else None,
        )
        for row in rows
    ]


def groups_touched(
    graph: Graph, tree: str, member_ids: Sequence[str], tops: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Which of some members are in the groups of others (`tops`) today, by those; nobody: left out."""
    if not member_ids or not tops:
        return {}
    statement = query("answers/groups_touched").fill(edge=OPEN[tree])
    rows = graph.read(statement, member_ids=list(member_ids), tops=list(tops))
    return {row["top"]: tuple(row["member_ids"]) for row in rows}


def still_within(graph: Graph, policy: Policy, pairs: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which pairs of a viewer's member id and another's are still within reach: one question for all.

    None of a viewer who may not read any more because of the status.
    """
    if not pairs:
        return set()
    rows = graph.read(
        "access/still",
        pairs=[{"viewer": viewer, "member_id": member} for viewer, member in pairs],
        sponsor_tree="sponsor" in policy.trees,
        placement_tree="placement" in policy.trees,
    )
    return {
        (row["viewer"], row["member_id"])
        for row in rows
        if row["within"] and row["status"] not in policy.refused
    }
