"""A member on any day through the API and the command line."""

import json
from datetime import date
from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.answers import days
from engine.answers.days import Moment
from engine.genealogy.operations.kinds import (
    ChangeOwner,
    EnrollCustomer,
    MoveCustomer,
    MoveMember,
    SuspendMember,
    TakeBack,
)
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


READS = {
    "members_then": ("member", "status"),
    "upline_then": ("above", "upline"),
    "downline_then": ("group", "downline"),
    "counts_then": ("below", "downlineTotal"),
    "customers_then": ("customers", "customers"),
    "customer_count_then": ("customer_count", "customerTotal"),
}
"""Every read of a day in Python, its key in what `upline tree --json` prints, and its field of the API."""
EVERY = """
query($id: ID!, $day: Date, $after: Int) {
  member(memberId: $id) {
    onDay(asOf: $day, knownAfter: $after) {
      status downlineTotal customerTotal
      upline { member { memberId } } downline { member { memberId } }
      customers { customerId name since became { memberId } }
    }
  }
}"""


def test_every_read_of_a_day_is_behind_three_doors(company: Graph, upline: Upline) -> None:
    """Status, upline, downline, counts and customers of a day, as known after a change, are the same."""
    assert READS.keys() == {name for name in vars(days) if name.endswith("_then")}
    perform(company, MoveCustomer(customer_id="c1", member_id="12", on=date(2026, 7, 1)))  # change 6
    perform(company, MoveCustomer(customer_id="c2", member_id="11", on=date(2199, 1, 1)))
    perform(company, MoveMember(member_id="121", parent_id="122", leg="L", on=date(2199, 1, 1)))
    perform(company, EnrollCustomer(customer_id="c1", sponsor_id="12", on=date(2026, 8, 1)))
    perform(company, TakeBack(number=6))
    reach, seen = Reach.everything, set()
    moments = [("2026-06-15", None), ("2026-07-15", None), ("2026-07-15", 9), ("2026-08-02", None)]
    moments += [("2026-06-15", 1), ("2199-01-01", None), ("2199-01-01", 6)]
    with Api(company) as api:
        for day, known in moments:
            for member in ("11", "12"):
                at = Moment(date.fromisoformat(day), known)
                options = ["--as-of", day, *(["--known-at", str(known)] if known else []), "--json"]
                shown = json.loads(upline("tree", member, *options).stdout)
                field = api.data(EVERY, id=member, day=day, after=known)["member"]["onDay"]
                then = days.members_then(company, reach, [member], at)[member]
                assert then.status == shown["member"]["status"] == field["status"].lower()
                for name in ("upline_then", "downline_then"):
                    people = getattr(days, name)(company, reach, member, "placement", at)
                    ids = [each.member_id for each in people]
                    key, field_name = READS[name]
                    if name == "upline_then":
                        assert ids == [each["member_id"] for each in shown[key]]
                    assert ids == [each["member"]["memberId"] for each in field[field_name]]
                    seen.add((name, member, *ids))
                count = sum(days.counts_then(company, reach, member, "placement", at).values())
                assert count == shown["below"] == sum(shown["levels"].values()) == field["downlineTotal"]
                mine = days.customers_then(company, reach, member, at)
                served = [(each.customer_id, each.became_id) for each in mine]
                assert served == [(each["customer_id"], each["became_id"]) for each in shown["customers"]]
                assert served == [
                    (each["customerId"], each["became"] and each["became"]["memberId"])
                    for each in field["customers"]
                ]
                total = days.customer_count_then(company, reach, member, at)
                assert total == len(mine) == shown["customer_count"] == field["customerTotal"]
                seen.add((day, known, member, *served))
    assert seen >= {
        ("2026-06-15", None, "11", ("c1", None)), ("2026-07-15", None, "11", ("c1", None)),
        ("2026-07-15", 9, "12", ("c1", None), ("c2", None)), ("2026-08-02", None, "11", ("c1", "c1")),
        ("2199-01-01", None, "11", ("c1", "c1"), ("c2", None)), ("2199-01-01", 6, "11"),
    }  # fmt: skip


def test_a_member_reads_of_the_past_what_is_within_reach(company: Graph) -> None:
    with Api(company, identity=SignedIn(Viewer("ben", Role.MEMBER, "11"))) as api:
        then = api.data(THEN, id="11", day="2026-05-05")["member"]["onDay"]
        assert (then["upline"], then["placement"], then["downlineTotal"]) == ([], None, 3)
        mine = api.data(EVERY, id="111", day="2026-06-15")["member"]["onDay"]
        assert (mine["customers"], mine["customerTotal"]) == (None, None), "the customers of others"
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
