"""Structural roll-up: the trees edited for good, where members are terminated or were inactive for long.

Members below such a member move to the nearest one above who stays, from a day on and for a reason,
like any other move; the member keeps a place, with nobody below. Nothing is written: the moves are tables,
to look at and then to import, so that history shows who moved whom, and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.composition.trees import OPEN
from engine.drafts import Drafts
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.passes.record import complete
from engine.text import csv_writer, quoted

FILES = {
    "members": ("member_id", "sponsor_id", "enrolled_on"),
    "moves": ("member_id", "tree", "parent_id", "leg", "effective_on", "actor", "reason"),
    "customers": ("customer_id", "name", "member_id", "since"),
}
"""The tables that a roll-up writes; members has no rows, an import asks for the file."""


class TooFewRunsError(UplineError):
    """There are not as many complete periods as the rule looks back on."""


@dataclass(frozen=True, slots=True)
class RollUp:
    """What a roll-up would change. `gone` are the members rolled up; `stayed` those below who cannot move.

    Nobody moves whose leg is part of a binary or a matrix, or who has nobody left above.
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
) -> RollUp:
    """Find what a roll-up changes: of terminated members, and of those inactive in the last n periods.

    The periods are those of a plan's complete runs, the latest ones; raises TooFewRunsError. With
    `customers_only` the trees stay and only customers are credited to the nearest member who stays.
    """
    gone: set[str] = set(graph.value("rollup/terminated")) if terminated else set()
    if inactive_periods:
        gone |= _inactive(graph, inactive_periods, plan)
    ids = sorted(gone)
    moves, stayed = [], set()
    above: dict[str, dict[str, str]] = {}
    for tree, edge in OPEN.items():
        rows = graph.value(query("rollup/parents").fill(edge=edge), gone=ids)
        above[tree] = dict(rows)
    if not customers_only:
        for tree, edge in OPEN.items():
            kept: dict[str, str | None] = {}
            for member, parent, leg in graph.value(query("rollup/children").fill(edge=edge), gone=ids):
                target = _stays(parent, above[tree], gone, kept)
                if target is None or leg is not None:
                    stayed.add(member)
                else:
                    moves.append((member, tree, target))
    known: dict[str, str | None] = {}
    customers, since = [], {}
    for customer, name, day, member in graph.value("rollup/customers", gone=ids):
        if (target := _stays(member, above["sponsor"], gone, known)) is not None:
            customers.append((customer, name or "", target))
            since[customer] = day.iso_format() if day else ""
    return RollUp(tuple(ids), tuple(sorted(moves)), tuple(sorted(customers)), tuple(sorted(stayed)), since)


def _inactive(graph: Graph, periods: int, plan: str | None) -> set[str]:
    runs = [run for run in complete(graph) if plan in (None, run.plan)]
    runs = [
        run for run in runs if (run.plan, run.facts["calendar"]) == (runs[0].plan, runs[0].facts["calendar"])
    ]
    runs.sort(key=lambda run: run.facts["last_day"].to_native(), reverse=True)
    if len(runs) < periods:
        raise TooFewRunsError(
            f"only {len(runs)} periods are complete, {periods} are asked for", todo="Run the periods before."
        )
    numbers = [run.number for run in runs[:periods]]
    return set(graph.value("rollup/inactive", latest=numbers[0], earlier=numbers[1:]))


def _stays(member: str, above: Mapping[str, str], gone: set[str], known: dict[str, str | None]) -> str | None:
    """The nearest one, from a member upwards, who is not rolled up; None where nobody is left."""
    path, at = [], member
    nearest: str | None = None
    while True:
        if at not in gone:
            nearest = at
            break
        if at in known:
            nearest = known[at]
            break
        path.append(at)
        if at not in above:
            break
        at = above[at]
    known.update(dict.fromkeys(path, nearest))
    return nearest
