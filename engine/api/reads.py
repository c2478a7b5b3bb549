"""What a request may ask of the database: reads only, within its time, one query for many ids."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from neo4j import READ_ACCESS, Session
from neo4j import Query as Text

from engine.answers import overlays
from engine.answers.results import Earning, Standing, standing_of
from engine.api.errors import too_slow
from engine.api.types.pages import Page, page
from engine.composition.trees import between_members, in_tree
from engine.graph.database import Graph, Row
from engine.graph.queries import Query, query
from engine.passes import checks
from engine.passes.record import RunRecord
from engine.rules.contract import questions

FIRST, LAST = chr(0), chr(0x10FFFF)
"""Characters before and after all others: the next id after one, the end of all that begin alike."""


class Reads(Graph):
    """A database as one request sees it, on the connections of another Graph, which stays open."""

    def __init__(self, graph: Graph, seconds: float) -> None:
        self.uri, self.database = graph.uri, graph.database
        self._graph, self._until = graph, time.monotonic() + seconds

    def close(self) -> None:
        """Nothing: the connections belong to the other Graph."""

    @contextmanager
    def session(self, access: str = READ_ACCESS) -> Iterator[Session]:
        """A session of the other Graph, for reading whatever is asked for."""
        del access
        with self._graph.session(READ_ACCESS) as session:
            yield session

    def read(self, asked: str | Query, **given: object) -> list[Row]:
        """Rows of a reading query; raises TooSlowError when the request's time is over."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise too_slow()
        found = query(asked) if isinstance(asked, str) else asked
        text = Text(found.text, timeout=left)
        with self.session() as session:
            return [dict(row) for row in session.run(text, found.bind(**given))]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the living genealogy, with today's sponsor and placement."""

    member_id: str
    name: str | None
    status: str
    country: str | None
    owner_id: str | None
    enrolled_on: date | None
    sponsor_id: str | None
    placement_id: str | None
    leg: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """An order: volumes in hundredths, `amount` in minor units of `currency`."""

    order_id: str
    ordered_at: datetime
    kind: str
    member_id: str
    customer_id: str | None
    customer: str | None
    refund_of: str | None
    qualifying_volume: int
    commissionable_volume: int
    amount: int
    currency: str
    import_no: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A transfer of push-up in a run: `volume` in hundredths; `to_id` is None where nobody could take it."""

    run: int
    from_id: str
    to_id: str | None
    volume: int
    reason: str


def members(graph: Graph, member_ids: list[str]) -> dict[str, Member]:
    """Members by id; unknown ids are left out."""
    return {
        row["member"]["member_id"]: _member(row)
        for row in graph.read("answers/member", member_ids=member_ids)
    }


def member_page(graph: Graph, starts: str, first: int, after: str) -> list[Member]:
    """Members whose id begins like this, by id, one more than `first` where more follow."""
    least = max(starts, after + FIRST) if after else starts
    rows = graph.read("answers/members", least=least, most=starts + LAST, first=first + 1)
    return [_member(row) for row in rows]


def member_total(graph: Graph, starts: str) -> int:
    """How many members have an id that begins like this; of all of them the server keeps count."""
    if not starts:
        return int(graph.value("answers/everyone"))
    return int(graph.value("answers/member_count", starts=starts))


def below(graph: Graph, tree: str, member_ids: list[str], first: int, after: str) -> dict[str, Page[Member]]:
    """Pages of the members directly below some members in the ``sponsor`` or ``placement`` tree of today."""
    rows = graph.read(
        between_members("answers/directly_below", tree), member_ids=member_ids, after=after, first=first + 1
    )
    return {
        row["parent_id"]: page(
            [_member(each) for each in row["members"]], lambda one: one.member_id, first, row["total"], after
        )
        for row in rows
    }


def runs(
    graph: Graph,
    period: str | None = None,
    plan: str | None = None,
    *,
    before: int | None = None,
    day: date | None = None,
    most: int = 1,
) -> list[RunRecord]:
    """Complete runs, newest first; `day` must lie in the period or next to it."""
    rows = graph.read("answers/runs", period=period, plan=plan, before=before, day=day, first=most)
    return [_run(row) for row in rows]


def run_total(graph: Graph, period: str | None, plan: str | None) -> int:
    """How many complete runs there are."""
    return int(graph.value("answers/run_count", period=period, plan=plan))


def frontlines(
    graph: Graph, run: RunRecord, member_ids: list[str], first: int, after: str
) -> dict[str, Page[Standing]]:
    """Pages of several frontlines."""
    rows = graph.read(
        "answers/frontlines", run=run.number, member_ids=member_ids, after=after, first=first + 1
    )
    return {row["parent_id"]: _standings(row, run, first, row["total"], after) for row in rows}


def roots(graph: Graph, run: RunRecord, first: int, after: str) -> Page[Standing]:
    """A page of those whom nobody stands above."""
    row = graph.read("answers/roots", run=run.number, after=after, first=first + 1)[0]
    return _standings(row, run, first, row["total"], after)


def uplines(graph: Graph, run: RunRecord, member_ids: list[str], first: int) -> dict[str, Page[Standing]]:
    """The nearest ancestors of several members, nearest first; `total` counts all of them."""
    rows = graph.read("answers/uplines", run=run.number, member_ids=member_ids, first=first + 1)
    return {row["member_id"]: _standings(row, run, first, row["depth"], "") for row in rows}


def earnings(graph: Graph, run: RunRecord, member_ids: list[str]) -> dict[str, tuple[Earning, ...]]:
    """What each bonus pays some members, in the plan's order; without those who earn nothing."""
    position = {total["bonus"]: total["position"] for total in run.totals}
    found: dict[str, list[Earning]] = {}
    for row in graph.read("answers/earnings", run=run.number, member_ids=member_ids):
        earning = Earning(row["bonus"], row["amount"], row["exact"], row["lines"], row["cut"])
        found.setdefault(row["member_id"], []).append(earning)
    return {
        member_id: tuple(sorted(each, key=lambda earning: position[earning.bonus]))
        for member_id, each in found.items()
    }


def compressed_frontlines(
    graph: Graph, run: RunRecord, label: str, member_ids: list[str], first: int, after: str
) -> dict[str, Page[Standing]]:
    """Pages of several frontlines in a compressed tree; without members who keep no place in it."""
    index, tree = overlays.find(run, label)
    asked = in_tree(query("answers/compressed_frontlines"), tree)
    given = {"run": run.number, "member_ids": member_ids, "overlay": index}
    rows = graph.read(asked, **given, after=after, first=first + 1)
    return {row["parent_id"]: _standings(row, run, first, row["total"], after) for row in rows}


def transfers(graph: Graph, run: RunRecord, first: int, after: str) -> list[Moved]:
    """A run's transfers by the member that the volume left, one more than `first` where more follow."""
    rows = graph.read("push/page", run=run.number, after=after, first=first + 1)[0]["rows"]
    return [Moved(run.number, *row) for row in rows]


def transfer_totals(graph: Graph, runs: list[int]) -> dict[int, int]:
    """How many transfers runs have, by run number."""
    return {run: int(graph.value("push/count", run=run)) for run in runs}


def given(graph: Graph, run: RunRecord, member_ids: list[str]) -> dict[str, Moved]:
    """What left some members by push-up, or found no receiver, by member id."""
    rows = graph.read("push/given", run=run.number, member_ids=member_ids)
    return {row["from_id"]: Moved(run.number, **row) for row in rows}


def received(
    graph: Graph, run: RunRecord, member_ids: list[str], first: int, after: str
) -> dict[str, Page[Moved]]:
    """Pages of what reached some members by push-up."""
    rows = graph.read("push/received", run=run.number, member_ids=member_ids, after=after, first=first + 1)
    return {
        row["to_id"]: page(
            [Moved(run.number, *each) for each in row["rows"]],
            lambda one: one.from_id, first, row["total"], after,
        )
        for row in rows
    }  # fmt: skip


def violations(graph: Graph, run: int, check: str) -> list[dict[str, Any]]:
    """What one check finds wrong with a run, figures as text."""
    rows = graph.read(questions("check")[check], run=run, shown=checks.SHOWN)
    figures = [{key: None if value is None else str(value) for key, value in row.items()} for row in rows]
    return [{**row, "where": row["where"] or ""} for row in figures]


def orders(graph: Graph, order_ids: list[str]) -> dict[str, Order]:
    """Orders by id; unknown ids are left out."""
    found = {}
    for row in graph.read("answers/orders", order_ids=order_ids):
        facts = row["order"]
        found[facts["order_id"]] = Order(
            order_id=facts["order_id"],
            ordered_at=facts["ordered_at"].to_native(),
            kind=facts["kind"],
            member_id=facts["member_id"],
            customer_id=facts.get("customer_id"),
            customer=row["customer"],
            refund_of=row["refund_of"],
            qualifying_volume=facts["qualifying_volume"],
            commissionable_volume=facts["commissionable_volume"],
            amount=facts["amount"],
            currency=facts["currency"],
            import_no=facts["import_no"],
        )
    return found


def _member(row: Row) -> Member:
    facts: dict[str, Any] = row["member"]
    enrolled = facts.get("enrolled_on")
    same = {key: facts.get(key) for key in ("name", "country", "owner_id")}
    edges = {key: row.get(key) for key in ("sponsor_id", "placement_id", "leg")}
    return Member(
        member_id=facts["member_id"],
        status=facts["status"],
        enrolled_on=enrolled.to_native() if enrolled else None,
        **same,
        **edges,
    )


def _run(row: Row) -> RunRecord:
    facts: dict[str, Any] = row["run"]
    same = ("number", "run_id", "period", "plan", "plan_version", "plan_path", "plan_text", "state")
    return RunRecord(
        **{key: facts[key] for key in same},
        started_at=facts["started_at"].to_native(),
        finished_at=facts["finished_at"].to_native(),
        facts=facts,
        totals=tuple(row["totals"]),
        notes=tuple(facts.get("notes", ())),
    )


def _standings(row: Row, run: RunRecord, first: int, total: int, after: str) -> Page[Standing]:
    found = [standing_of(each, run.facts["ranks"]) for each in row["standings"]]
    return page(found, lambda one: one.member_id, first, total, after)
