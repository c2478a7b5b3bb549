"""Placement rules: where they place a newcomer from the holding tank, and what a matrix holds and pays."""

from datetime import date
from pathlib import Path

import pytest

from engine.genealogy.operations.placing import find, place
from engine.genealogy.placement import (
    CannotPlaceError,
    NoFreePlaceError,
    OneTreeError,
    capacity,
    options,
    waiting,
)
from engine.genealogy.refusals import BeforeEnrolmentError, UnknownMemberError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.plans.text import PlanError
from tests.conftest import Upline
from tests.oracle.notation import regular, unilevel
from tests.support.family import story
from tests.support.small_tables import edges, write

MATRIX = """
member_id sponsor_id placement_id leg enrolled_on
A - - - 2026-01-01
B A A - 2026-01-02
C A A - 2026-01-03
D A A - 2026-01-04
E B B - 2026-01-05
F B B - 2026-01-06
G B B - 2026-01-07
H C C - 2026-01-08
I C C - 2026-01-09
J C C - 2026-01-10
K A - - 2026-01-11
"""
LEGS = """
member_id sponsor_id placement_id leg enrolled_on
1 - - - 2026-01-01
2 1 1 L 2026-01-01
3 1 1 R 2026-01-01
4 1 2 L 2026-01-01
5 1 4 R 2026-01-01
6 1 3 right 2026-01-01
7 1 - - 2026-02-01
8 7 - - 2026-02-02
"""


def company(graph: Graph, folder: Path, members: str) -> None:
    write(folder / "company", members=members)
    (folder / "company" / "orders.csv").write_text("order_id,ordered_at,member_id,customer_id,kind,"
        "qualifying_volume,commissionable_volume,amount,currency,refund_of\n")  # fmt: skip
    import_company(graph, folder / "company")


def found_place(graph: Graph, member: str, rule: str, **values: str) -> tuple[str, str]:
    there = find(graph, member, options(rule, values))
    return there.parent_id, there.leg or ""


def test_fm_01_the_next_recruit_of_a_spills_over_to_d(graph: Graph, tmp_path: Path) -> None:
    company(graph, tmp_path, MATRIX)
    there = place(graph, "K", options("matrix", {"width": "3"}), on=date(2026, 2, 1), actor="desk")
    assert (there.parent_id, there.sponsor_id, there.leg) == ("D", "A", "1")
    assert ("K", "placement", "D", "1", date(2026, 2, 1), None) in edges(graph)
    with pytest.raises(CannotPlaceError, match="K has been placed"):
        place(graph, "K", options("matrix", {"width": "3"}))


def test_fm_01_from_the_first_recruit_on_in_a_company_that_begins(graph: Graph, tmp_path: Path) -> None:
    sponsors = dict(zip("BCDEFGHIJK", "AAABBBCCCA", strict=True))
    rows = [
        f"{member} {sponsor} 2026-01-{day:02d}" for day, (member, sponsor) in enumerate(sponsors.items(), 2)
    ]
    company(graph, tmp_path, "\n".join(["member_id sponsor_id enrolled_on", "A - 2026-01-01", *rows]))
    rule = options("matrix", {"width": "3"})
    with pytest.raises(OneTreeError):
        place(graph, "B", rule)
    places = [place(graph, one.member_id, rule, begin=True) for one in waiting(graph)]
    assert "".join(one.parent_id for one in places) == "AAABBBCCCD"
    assert waiting(graph) == []


def test_a_matrix_is_full_at_its_depth(graph: Graph, tmp_path: Path) -> None:
    company(graph, tmp_path, MATRIX)
    with pytest.raises(NoFreePlaceError, match="matrix finds no free place below A"):
        found_place(graph, "K", "matrix", width="3", depth="1")
    assert found_place(graph, "K", "matrix", width="4") == ("A", "1")
    with pytest.raises(PlanError, match="widht"):
        found_place(graph, "K", "matrix", width="3", widht="3")


def test_a_place_must_be_free_on_the_day_and_may_close_no_circle(graph: Graph, tmp_path: Path) -> None:
    company(graph, tmp_path, LEGS)
    with pytest.raises(BeforeEnrolmentError, match="7 enrolled on 2026-02-01"):
        find(graph, "7", options("even_fill", {}), date(2026, 1, 31))
    place(graph, "8", options("outer_left", {}), on=date(2026, 2, 3))
    assert {row[:4] for row in edges(graph) if row[0] == "8"} == {
        ("8", "sponsor", "7", None), ("8", "placement", "7", "L"),
    }  # fmt: skip
    place(graph, "7", options("outer_left", {}), on=date(2026, 2, 4))
    with pytest.raises(UnknownMemberError, match="no member is called"):
        find(graph, "nobody", options("even_fill", {}))


def test_the_command_lists_who_waits_and_places_them(graph: Graph, tmp_path: Path, upline: Upline) -> None:
    company(graph, tmp_path, LEGS)
    assert '"member_id": "7"' in upline("place", "--json").stdout
    done = upline("place", "7", "--rule", "weak_leg", "--set", "by=members", "--on", "2026-02-05")
    assert done.stdout.strip() == "7 is placed under 6 in leg R from 2026-02-05 on"
    assert "8 is placed under 7 in leg L" in upline("place", "--waited", "0", "--dry-run").stdout
    refused = upline("place", "7")
    assert (refused.returncode, "cannot_place" in refused.stderr) == (2, True)


def test_fm_03_the_places_of_full_matrices() -> None:
    assert capacity(3, 7) == [3, 9, 27, 81, 243, 729, 2187]
    assert (sum(capacity(3, 7)), sum(capacity(2, 12))) == (3279, 8190)


def test_fm_04_pays_seven_per_cent_on_the_seventh_level_of_a_matrix(graph: Graph, tmp_path: Path) -> None:
    members = regular(3, 7)
    orders = "\n".join(f"{line.split()[0]} 75" for line in members.splitlines()[2:])
    plan = unilevel('none = ["0", "0", "0", "0", "0", "0", "0.07"]')
    output = story(graph, tmp_path, plan, members, "member_id volume\n" + orders)
    assert {row["amount"] for row in output.rows["earnings"] if row["member_id"] == "YOU"} == {"11481.75"}
    assert len([row for row in output.lines("U") if row["payee_id"] == "YOU"]) == 2187


def test_fm_06_pays_a_dollar_for_each_member_down_to_the_tenth_level(graph: Graph, tmp_path: Path) -> None:
    members = regular(2, 9) + "\nREFERRER -"
    members = members.replace("YOU -", "YOU REFERRER")
    orders = "\n".join(f"{line.split()[0]} 1" for line in members.splitlines()[1:])
    plan = (
        '[[bonus]]\nname = "U"\nkind = "level_amount"\nper = "member"\n'
        "[bonus.amounts]\nnone = [0, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    )
    output = story(graph, tmp_path, plan, members, "member_id volume\n" + orders)
    assert output.paid()["REFERRER"] == "1022"
