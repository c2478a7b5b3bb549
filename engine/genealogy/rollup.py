"""Structural roll-up: the trees edited for good, where members are terminated or were inactive for long.

Members below such a member move to the nearest one above who stays, from a day on and for a reason,
like any other move; the member keeps a place, with nobody below. Nothing is written: the moves are tables,
to look at and then to import, so that history shows who moved whom, and why. `RollUpMembers` does the same at
once, as one operation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.drafts import Drafts
from engine.genealogy.changes.lane import read_company
from engine.genealogy.operations.kinds import RollUpMembers
from engine.genealogy.operations.picture import Picture
from engine.genealogy.operations.rolling_up import rolled_up
from engine.graph.database import Graph
from engine.text import csv_writer, quoted

FILES = {
    "members": ("member_id", "sponsor_id", "enrolled_on"),
    "moves": ("member_id", "tree", "parent_id", "leg", "effective_on", "actor", "reason"),
    "customers": ("customer_id", "name", "member_id", "since"),
}
"""The tables that a roll-up writes; members has no rows, an import asks for the file."""


@dataclass(frozen=True, slots=True)
class RollUp:
    """What a roll-up would change. `gone` are the members rolled up; `stayed` those below who cannot move.

    Nobody moves whose leg is part of a binary or a matrix, or who is directly below a root.
    """

    gone: tuple[str, ...]
    moves: tuple[tuple[str, str, str], ...]
    """Member, tree, new parent."""
    customers: tuple[tuple[str, str, str], ...]
    """Customer, name, new member."""
    stayed: tuple[str, ...]
    customers_since: Mapping[str, str]

    def write(self, folder: Path, on: date, actor: str = "upline", reason: str = "rolled up") -> Path:
        """Write the changes as company tables, effective on a day, for an import; returns the folder.

        A text that a spreadsheet would compute has an apostrophe in front, which the import takes off again.
        """
        drafts = Drafts(folder, "members.csv")  # without it, nothing of a folder is imported
        day = on.isoformat()
        since = self.customers_since
        rows: dict[str, list[tuple[str, ...]]] = {
            "members": [],
            "moves": [(member, tree, parent, "", day, actor, reason) for member, tree, parent in self.moves],
            "customers": [(one, name, member, since[one]) for one, name, member in self.customers],
        }
        for name, header in FILES.items():
            with drafts.path(f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                out = csv_writer(file)
                out.writerow(header)
                out.writerows([quoted(field) for field in row] for row in rows[name])
        drafts.finish()
        return folder


def roll_up(
    graph: Graph,
    *,
    terminated: bool = True,
    inactive_periods: int = 0,
    plan: str | None = None,
    customers_only: bool = False,
    on: date | None = None,
) -> RollUp:
    """Find what a roll-up changes: of terminated members, and of those inactive in the last n periods.

    The periods are those of a plan's complete runs, the latest ones; raises TooFewRunsError. With
    `customers_only` the trees stay and only customers are credited to the nearest member who stays. `on` is
    the day whose trees are looked at; without it they are those after all moves that are known.
    """
    picture = Picture(graph.read, read_company(graph))
    operation = RollUpMembers(
        terminated=terminated, inactive_periods=inactive_periods, plan=plan, customers_only=customers_only
    )
    rolled = rolled_up(picture, operation, on or date.max)
    moves = [(each, tree, to) for tree, places in rolled.places.items() for each, (to, _) in places.items()]
    names, since = {}, {}
    for each in rolled.customers:
        customer = picture.customer(each)
        assert customer is not None
        day = customer.facts.get("since")
        names[each], since[each] = customer.facts.get("name") or "", day.isoformat() if day else ""
    return RollUp(
        rolled.gone,
        tuple(sorted(moves)),
        tuple(sorted((each, names[each], to) for each, to in rolled.customers.items())),
        rolled.staying,
        since,
    )
