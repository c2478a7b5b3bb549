"""Prospects of members, each with the history of its status.

Whoever reads a member's customers reads the member's prospects.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.access.areas import Area
from engine.access.pieces import member_in_reach
from engine.access.reach import Reach
from engine.answers.pages import Page, Stretch, empty, page, toward
from engine.errors import excerpt
from engine.genealogy.changes.edges import native
from engine.genealogy.facts import changes
from engine.genealogy.refusals import UnknownProspectError
from engine.graph.database import Graph
from engine.graph.queries import query


@dataclass(frozen=True, slots=True)
class ProspectStep:
    """A status of a prospect: since which day, by which change, recorded when (UTC), by whom, and why."""

    status: str
    on: date | None
    change: int
    recorded_at: datetime
    actor: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Prospect:
    """A prospect: whose it is, what is known of it, and its statuses, the first one first.

    `became_customer` and `became_member` are what it has become, the second one also by way of the first.
    """

    prospect_id: str
    member_id: str
    name: str | None
    source: str | None
    status: str
    since: date | None
    became_customer: str | None
    became_member: str | None
    history: tuple[ProspectStep, ...]


def prospects(graph: Graph, reach: Reach, prospect_ids: list[str]) -> dict[str, Prospect]:
    """Prospects by id; ids that are unknown, or of members whose prospects are beyond reach, are left out."""
    statement = query("answers/prospects").fill(within=member_in_reach())
    rows = graph.read(statement, prospect_ids=prospect_ids, reach=reach.today)
    known = (_prospect(row) for row in rows if reach.sees(Area.CUSTOMERS, row["member_id"]))
    return {each.prospect_id: each for each in known}


def prospect(graph: Graph, reach: Reach, prospect_id: str) -> Prospect:
    """One prospect; raises UnknownProspectError."""
    known = prospects(graph, reach, [prospect_id]).get(prospect_id)
    if known is None:
        raise unknown_prospect(prospect_id)
    return known


def unknown_prospect(prospect_id: str) -> UnknownProspectError:
    """The refusal of an id that no prospect has."""
    return UnknownProspectError(
        f"no prospect is called {excerpt(prospect_id)}", todo="Capitals and leading zeros of ids matter."
    )


def prospects_of(
    graph: Graph, reach: Reach, member_id: str, statuses: tuple[str, ...] | None, stretch: Stretch
) -> Page[Prospect]:
    """A page of a member's prospects, sorted by id, with some statuses or all (None); without a total."""
    if not reach.sees(Area.CUSTOMERS, member_id):
        return empty()
    statement = toward(query("answers/prospects_of"), stretch)
    chosen = None if statuses is None else list(statuses)
    ids = graph.value(statement, member_id=member_id, statuses=chosen, **stretch.bounds)
    known = prospects(graph, reach, ids)
    return page([known[each] for each in ids if each in known], lambda row: row.prospect_id, stretch)


def prospect_total(graph: Graph, reach: Reach, member_id: str, statuses: tuple[str, ...] | None) -> int:
    """How many prospects of some statuses a member has."""
    if not reach.sees(Area.CUSTOMERS, member_id):
        return 0
    chosen = None if statuses is None else list(statuses)
    return int(graph.value("answers/prospect_total", member_id=member_id, statuses=chosen))


def _prospect(row: dict[str, Any]) -> Prospect:
    facts, pasts = native(row["prospect"]), [native(past) for past in row["pasts"]]
    by_number = {change["number"]: native(change) for change in row["changes"]}
    first = pasts[0]["status"] if pasts else facts["status"]
    steps = [(facts.get("since"), facts["import_no"], first), *changes(facts, pasts, "status")]
    became = facts.get("became")
    return Prospect(
        facts["prospect_id"], row["member_id"], facts.get("name"), facts.get("source"), facts["status"],
        facts.get("since"),
        became if facts["status"] == "customer" else None,
        became if facts["status"] == "member" else row["customer_became"],
        tuple(_step(status, on, by_number[number]) for on, number, status in steps),
    )  # fmt: skip


def _step(status: str, on: date | None, change: dict[str, Any]) -> ProspectStep:
    return ProspectStep(
        status, on, change["number"], change["finished_at"], change.get("actor"), change.get("reason")
    )
