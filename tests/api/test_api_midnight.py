"""A server turns what is planned when its day begins in the company's time zone."""

import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.api.serving.midnight import LONGEST_S, Midnight, until_midnight
from engine.genealogy.changes.lane import read_company
from engine.genealogy.operations.kinds import ChangeSponsor, MoveMember, TerminateMember
from engine.genealogy.operations.performing import perform
from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.genealogy.test_performing import TWO_TREES
from tests.support.companies import cypher
from tests.support.days import travel
from tests.support.serving import eventually
from tests.support.small_tables import write

SOON = date.today() + timedelta(days=10)
PARENT = "MATCH (:Member {member_id: '111'})-[:PLACED_UNDER]->(parent) RETURN parent.member_id AS parent"


def test_midnight_is_that_of_the_company() -> None:
    zone = ZoneInfo("Asia/Tokyo")
    assert until_midnight(datetime(2026, 6, 1, 14, 58, tzinfo=UTC), zone) == 121
    assert until_midnight(datetime(2026, 6, 1, 15, 0, tzinfo=UTC), zone) == LONGEST_S


def test_a_server_turns_what_is_due_and_says_what_it_gave_up(
    graph: Graph, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import_company(graph, write(tmp_path, **TWO_TREES))
    perform(graph, MoveMember(member_id="111", parent_id="12", leg="M", on=SOON))
    perform(graph, ChangeSponsor(member_id="1111", sponsor_id="12", on=SOON))
    perform(graph, TerminateMember(member_id="12"))
    midnight = Midnight(graph)
    assert midnight.look() > 0
    assert graph.value(cypher(PARENT)) == "11", "nothing is due"
    travel(graph, SOON)
    with caplog.at_level(logging.WARNING, "upline.api"), midnight:
        eventually(lambda: read_company(graph).next_turn is None)
        eventually(lambda: "is given up: cannot_sponsor" in caplog.text)
    assert graph.value(cypher(PARENT)) == "12"
