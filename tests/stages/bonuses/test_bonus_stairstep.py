"""Stairstep: groups, brackets, what is deducted, what is not; with the published examples by their ids."""

import json
from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.plans import reader as plans
from tests.oracle import notation
from tests.oracle.notation import facts, ladder
from tests.support.family import agree, story


def stairstep(brackets: str, **options: str) -> str:
    lines = "\n".join(f"{key} = {value}" for key, value in options.items())
    return f'\n[[bonus]]\nname = "Group"\nkind = "stairstep"\nbrackets = {brackets}\n{lines}\n'


AMWAY = '[[300, "0.06"], [1000, "0.09"], [2000, "0.12"], [4000, "0.15"], [7000, "0.18"], [10000, "0.21"]]'
RETAIL = '\n[[bonus]]\nname = "Retail"\nkind = "personal"\nrate = "{}"\n'
FOUR_GROUPS = "member_id sponsor_id\nX -\nA X\nB X\nC X\nD X"
RCM = '[[5000, "0.10"], [10000, "0.115"], [20000, "0.13"]]'


def test_sb_01_the_bonus_of_ten_thousand_points_less_that_of_four_groups(
    graph: Graph, tmp_path: Path
) -> None:
    told = story(
        graph, tmp_path, stairstep(AMWAY) + RETAIL.format("0.20"), FOUR_GROUPS,
        """member_id qualifying_volume commissionable_volume
           X 1000 60000
           A 2000 120000
           B 2000 120000
           C 1000 60000
           D 4000 240000""",
    )  # fmt: skip
    group = told.paid("Group")
    assert group == {"X": "55800", "A": "14400", "B": "14400", "C": "5400", "D": "36000"}
    assert sum(map(int, group.values())) == 126000  # the gross: 21 % of the whole group
    assert told.paid("Retail")["X"] == "12000"
    assert told.paid()["X"] == "67800"


def test_sb_04_and_sb_05b_one_member_alone(graph: Graph, tmp_path: Path) -> None:
    alone = "member_id sponsor_id\nD -"
    orders = "member_id qualifying_volume commissionable_volume\nD {} {}"
    told = story(graph, tmp_path, stairstep('[[1000, "0.12"]]'), alone, orders.format(1000, 2500))
    assert told.paid() == {"D": "300"}
    plan = stairstep('[[100, "0.03"]]') + RETAIL.format("0.30")
    told = story(graph, tmp_path, plan, alone, orders.format(200, 800))
    assert (told.paid("Group"), told.paid("Retail"), told.paid()) == ({"D": "24"}, {"D": "240"}, {"D": "264"})


RCM_TREE = "member_id sponsor_id\nU -\nA U\nB U"
RCM_ORDERS = """member_id volume kind
    U 1000 sale
    A 2000 sale
    A 2000 joining
    B 1000 sale
    B 2000 joining"""


def test_sb_06_joining_volume_pays_the_sponsor_and_a_line_below_the_first_bracket_is_deducted(
    graph: Graph, tmp_path: Path
) -> None:
    options = {"bracket_on": '"bv"', "below_first": '"0.10"', "not_deducted_kinds": '["joining"]'}
    told = story(graph, tmp_path, stairstep(RCM, **options), RCM_TREE, RCM_ORDERS)
    assert told.paid() == {"U": "500"}  # 10 % of 8000 less 200 for A's line and 100 for B's
    told = story(graph, tmp_path, stairstep(RCM, **options, below_first_paid="true"), RCM_TREE, RCM_ORDERS)
    assert told.paid() == {"U": "500", "A": "200", "B": "100"}


def test_a_line_below_the_first_bracket_is_not_deducted_where_the_plan_names_no_rate(
    graph: Graph, tmp_path: Path
) -> None:
    told = story(graph, tmp_path, stairstep(RCM, bracket_on='"bv"'), RCM_TREE, RCM_ORDERS)
    assert told.paid() == {"U": "800"}


def test_sb_08_points_are_worth_eighteen_rupees_each(graph: Graph, tmp_path: Path) -> None:
    plan = 'point_value = "18"\n' + stairstep('[[1, "0.05"], [600, "0.08"], [2400, "0.12"]]')
    tree = "member_id sponsor_id\nYOU -\nA YOU\nB YOU\nC YOU"
    orders = "member_id volume\nYOU 300\nA 300\nB 1000\nC 1000"
    told = story(graph, tmp_path, plan, tree, orders)
    assert told.paid() == {"YOU": "2466", "A": "270", "B": "1440", "C": "1440"}


def test_sb_09_the_bracket_is_by_accumulated_volume_the_pay_by_the_months(
    graph: Graph, tmp_path: Path
) -> None:
    ladder_of_six = (
        '[[16, "0.05"], [8016, "0.08"], [32016, "0.11"], [72016, "0.14"], [120016, "0.17"], [160016, "0.20"]]'
    )
    months = "2026-08 2026-09 2026-10 2026-11"
    orders = "member_id volume ordered_at\n" + "\n".join(
        f"YOU {volume} {month}-10T12:00:00Z"
        for month, volume in zip(months.split(), (40000, 40000, 41000, 40000), strict=True)
    )
    plan = stairstep(ladder_of_six, accumulated="true")
    told = story(graph, tmp_path, plan, "member_id sponsor_id\nYOU -", orders, months)
    paid = [told.paid(period=month)["YOU"] for month in months.split()]
    assert paid == ["4400", "5600", "6970", "8000"]


def test_sb_12_fifteen_less_twelve_per_cent_on_one_team(graph: Graph, tmp_path: Path) -> None:
    plan = stairstep('[[1000, "0.12"], [1500, "0.15"]]', pay_on='"pv"')
    told = story(
        graph, tmp_path, plan, "member_id sponsor_id\nYOU -\nT YOU", "member_id volume\nYOU 500\nT 1000"
    )
    assert [line["amount"] for line in told.lines("Group") if line["source_id"] == "T"][-1] == "30.00"
    assert told.paid() == {"YOU": "105", "T": "120"}


def test_a_line_at_the_same_bracket_pays_nothing_and_never_less(graph: Graph, tmp_path: Path) -> None:
    plan = stairstep('[[1000, "0.10"]]')
    told = story(graph, tmp_path, plan, "member_id sponsor_id\nU -\nA U", "member_id volume\nU 50\nA 1000")
    assert told.paid() == {"U": "5", "A": "100"}


def test_what_an_inactive_member_misses_stays_with_the_company(graph: Graph, tmp_path: Path) -> None:
    plan = stairstep('[[100, "0.05"], [1000, "0.10"]]')
    members = "member_id sponsor_id status\nU - active\nA U suspended\nB A active"
    told = story(graph, tmp_path, plan, members, "member_id volume\nU 500\nA 300\nB 200")
    assert told.paid() == {"U": "75", "B": "10"}  # 10 % of 500, 5 % of A's 500; A's own 15 is not paid
    assert told.rows["totals"][0]["reasons"] == '{"inactive": "15.00"}'


def test_a_leaders_group_breaks_away_from_the_groups_above(graph: Graph, tmp_path: Path) -> None:
    plan = ladder("Leader") + stairstep('[[100, "0.05"], [1000, "0.10"]]', border='"Leader"')
    members = "member_id sponsor_id\nU -\nA U\nB U\nB1 B"
    orders = "member_id volume\nU 100\nA 200\nB 900\nB1 100"
    told = story(graph, tmp_path, plan, members, orders, facts=facts("B:1"))
    assert told.paid() == {"U": "5", "A": "10", "B": "95", "B1": "5"}


@pytest.mark.parametrize(("own_order", "rate"), [(300, "360"), (600, "520")])
def test_sb_16_a_team_leaders_rate_depends_on_the_own_order(
    own_order: int, rate: str, graph: Graph, tmp_path: Path
) -> None:
    plan = """
        [activity]
        personal_volume = 200
        [[rank]]
        name = "Consultant"
        require = [{ kind = "personal_volume", at_least = 200 }]
        [[rank]]
        name = "Team leader"
        require = [{ kind = "legs_with_rank", rank = "Consultant", at_least = 5 }]
        [[rank]]
        name = "Team leader 13"
        require = [
          { kind = "legs_with_rank", rank = "Consultant", at_least = 5 },
          { kind = "personal_volume", at_least = 600 },
        ]
        [[bonus]]
        name = "Team"
        kind = "unilevel"
        [bonus.rates]
        "Team leader" = ["0.09"]
        "Team leader 13" = ["0.13"]
        """
    members = "member_id sponsor_id\nTL -\n" + "\n".join(f"M{number} TL" for number in range(5))
    orders = f"member_id volume\nTL {own_order}\n" + "\n".join(f"M{number} 800" for number in range(5))
    told = story(graph, tmp_path, plan, members, orders)
    assert told.paid() == {"TL": rate}


@pytest.mark.parametrize("name", ["stairstep", "differential", "breakaway", "party_roles"])
def test_a_ready_plan_of_the_family_pays(name: str, graph: Graph, tmp_path: Path) -> None:
    """A small company in which every bonus of the plan finds somebody to pay."""
    plan = (Path(plans.__file__).parent / f"{name}.toml").read_text(encoding="utf-8")
    sides = [f"{side}{number}" for side in "AB" for number in range(3)]
    members = "member_id sponsor_id\nTOP -\nA TOP\nB TOP\nC TOP\n" + "\n".join(
        f"{each} {each[0]}" for each in sides
    )
    members += "\nDEEP A0\nDEEPER DEEP\nDEEPEST DEEPER"
    everybody = ["TOP", "A", "B", "C", *sides, "DEEP", "DEEPER", "DEEPEST"]
    orders = "member_id customer_id volume kind\n" + "\n".join(
        f"{member} {'c' if member == 'A0' else '-'} 2500 starter" for member in everybody
    )
    tables = {"customers": "customer_id name member_id since\nc Kim A0 2026-01-01"}
    home = tmp_path / name
    home.mkdir()
    notation.run(home, "", members, orders, **tables)
    (home / "plan.toml").write_text(plan, encoding="utf-8")
    assert agree(graph, home, home / "plan.toml", ["2026-11"]) == []
    totals = json.loads((home / "out" / "report.json").read_text(encoding="utf-8"))["periods"][0]["totals"]
    assert [row["bonus"] for row in totals if row["payees"] == 0] == []
