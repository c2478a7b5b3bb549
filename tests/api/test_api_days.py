"""A member on any day through the API and the command line."""

import json
from datetime import date
from pathlib import Path

import pytest

from engine.access.viewer import Role, Viewer
from engine.genealogy.operations.kinds import ChangeOwner, MoveMember, SuspendMember
from engine.genealogy.operations.performing import perform
from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.api.test_api_subscriptions import SignedIn
from tests.conftest import Upline
from tests.genealogy.test_performing import TWO_TREES
from tests.support.api import Api
from tests.support.small_tables import write

DAY = date(2026, 6, 1)
THEN = """
query($id: ID!, $day: Date, $after: Int, $at: DateTime) {
  member(memberId: $id) {
    onDay(asOf: $day, knownAfter: $after, knownAt: $at) {
      asOf knownAfter status ownerId leg downlineTotal
      sponsor { memberId } placement { memberId }
      upline(first: 2) { level leg since member { memberId } }
      downline(depth: 1) { level leg member { memberId } }
    }
  }
}"""


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Graph:
    """11 moves from 1 to 121 in June; that is corrected to May later; it is suspended then."""
    import_company(graph, write(tmp_path, **TWO_TREES))
    perform(graph, MoveMember(member_id="11", parent_id="121", leg="L", on=DAY))
    perform(graph, MoveMember(member_id="11", parent_id="121", leg="R", on=date(2026, 5, 1)))
    perform(graph, SuspendMember(member_id="11", on=date(2026, 6, 10)))
    perform(graph, ChangeOwner(member_id="11", owner_id="o2", on=date(2026, 6, 10)))
    return graph


def test_a_member_on_a_day_as_it_is_known_now_and_was_known_then(company: Graph) -> None:
    with Api(company) as api:
        now = api.data(THEN, id="11", day="2026-05-05")["member"]["onDay"]
        then = api.data(THEN, id="11", day="2026-05-05", after=2)["member"]["onDay"]
        later = api.data(THEN, id="11", day="2026-06-10")["member"]["onDay"]
        unknown = api.data(THEN, id="11", day="2026-06-10", at="2020-01-01T00:00:00Z")["member"]["onDay"]
        before = api.data(THEN, id="11", day="2026-01-15")["member"]["onDay"]
        today = api.data(THEN, id="11")["member"]["onDay"]
    assert (now["placement"], now["leg"]) == ({"memberId": "121"}, "R")
    assert (then["placement"], then["leg"], then["knownAfter"]) == ({"memberId": "1"}, "L", 2)
    assert (now["status"], now["ownerId"], later["status"], later["ownerId"]) == (
        "ACTIVE",
        "o1",
        "SUSPENDED",
        "o2",
    )
    assert [each["member"]["memberId"] for each in now["upline"]] == ["121", "12"]
    assert [(each["member"]["memberId"], each["leg"]) for each in now["downline"]] == [
        ("111", "L"),
        ("112", "R"),
    ]
    assert (now["downlineTotal"], now["sponsor"]) == (3, {"memberId": "1"})
    assert (unknown, before) == (None, None)
    assert (today["asOf"], today["leg"]) == (date.today().isoformat(), "L")


def test_a_member_reads_of_the_past_what_is_within_reach(company: Graph) -> None:
    with Api(company, identity=SignedIn(Viewer("ben", Role.MEMBER, "11"))) as api:
        then = api.data(THEN, id="11", day="2026-05-05")["member"]["onDay"]
        assert (then["upline"], then["placement"], then["downlineTotal"]) == ([], None, 3)
        assert api.refused(THEN, id="12", day="2026-05-05")[0] == "unknown_member"


def test_the_command_shows_the_tree_of_a_day(company: Graph, upline: Upline) -> None:
    del company
    done = upline("tree", "1", "--as-of", "2026-05-05", "--json")
    shown = json.loads(done.stdout)
    places = {each["member_id"]: each["next_id"] for each in shown["group"]}
    assert (places["11"], shown["below"], shown["tree"]) == ("121", 7, "placement")
    known = upline("tree", "1", "--as-of", "2026-05-05", "--known-at", "2")
    assert "as known after change 2" in known.stderr.replace("\n", " ")
    assert "11 Ben leg L since 2026-02-01" in known.stdout
    refused = upline("tree", "1", "--known-at", "soon")
    assert (refused.returncode, "[known_at]" in refused.stderr) == (2, True)
    nobody = upline("tree", "1", "--as-of", "2025-01-01")
    assert (nobody.returncode, "[unknown_member]" in nobody.stderr) == (2, True)
