"""Differential by highest below, infinity with blocking, breakaway and leadership; published cases by id."""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from tests.oracle.notation import facts, ladder
from tests.support.family import Told, story


def bonus(kind: str, rates: str, name: str = "Pay", **options: str) -> str:
    lines = "\n".join(f"{key} = {value}" for key, value in options.items())
    return f'\n[[bonus]]\nname = "{name}"\nkind = "{kind}"\n{lines}\n[bonus.rates]\n{rates}\n'


def lines(told: Told, name: str = "Pay") -> list[tuple[str, ...]]:
    """Source, payee, amount and reason of each line."""
    columns = ("source_id", "payee_id", "exact", "reason")
    return sorted(tuple(row[column] or "-" for column in columns) for row in told.lines(name))


PERSONAL = """
[[bonus]]
name = "Own"
kind = "personal"
[bonus.rate_by_rank]
"""
CHAIN = "member_id sponsor_id\nD -\nC D\nB C\nA B"


def test_sb_14_the_own_rate_on_own_sales_and_the_difference_on_two_networks(
    graph: Graph, tmp_path: Path
) -> None:
    rates = 'Four = "0.24"\nSix = "0.28"'
    told = story(
        graph, tmp_path,
        ladder("Four", "Six") + PERSONAL + rates + bonus("differential", rates),
        "member_id sponsor_id\nA -\nB A\nC A", "member_id volume\nA 50\nB 1500\nC 4000",
        facts=facts("A:2 B:1 C:1"),
    )  # fmt: skip
    assert told.paid("Own")["A"] == "14"
    assert told.paid("Pay") == {"A": "220"}
    assert told.paid()["A"] == "234"
    assert lines(told) == [("B", "A", "60.00", "-"), ("C", "A", "160.00", "-")]


def test_in_01_a_differential_from_the_second_level_down_without_a_limit(
    graph: Graph, tmp_path: Path
) -> None:
    """User5's sale meets a rate of 4 % on its way; a source's own rank does not count as paid."""
    rates = 'Influencer = "0.04"\nSaphire = "0.12"'
    told = story(
        graph, tmp_path,
        ladder("Influencer", "Ambassador", "Saphire")
        + bonus("differential", rates, from_level="2", source_counts="false"),
        """member_id sponsor_id
           USER   -
           User4  USER
           Mid    User4
           User5  Mid
           User6  User4
           User7  User4
        """,
        "member_id volume\nUser5 1200\nUser6 4800\nUser7 2400", facts=facts("USER:3 Mid:1 User6:2"),
    )  # fmt: skip
    assert told.paid() == {"USER": "960"}
    from_user5 = [each for each in lines(told) if each[0] == "User5"]
    assert from_user5 == [("User5", "Mid", "48.00", "level"), ("User5", "USER", "96.00", "-")]
    assert [each[2] for each in lines(told) if each[0] in ("User6", "User7")] == ["576.00", "288.00"]


def test_in_02_volume_on_the_first_level_earns_nothing(graph: Graph, tmp_path: Path) -> None:
    plan = ladder("Influencer") + bonus("differential", 'Influencer = "0.04"', from_level="2")
    members = "member_id sponsor_id\nUSER -\nL1 USER\nUser5 L1"
    told = story(graph, tmp_path, plan, members, "member_id volume\nL1 600", facts=facts("USER:1"))
    assert told.paid() == {}
    assert lines(told) == [("L1", "USER", "24.00", "level")]


def test_a_differential_pays_each_step_of_rates_once_over_inactive_and_lower_members(
    graph: Graph, tmp_path: Path
) -> None:
    rates = 'Silver = "0.05"\nGold = "0.08"\nDiamond = "0.10"'
    told = story(
        graph, tmp_path,
        ladder("Silver", "Gold", "Diamond") + bonus("differential", rates),
        """member_id sponsor_id status
           G - active
           F G active
           E F active
           D E suspended
           C D active
           B C active
           A B active""",
        "member_id volume\nA 1000\nC 1000", facts=facts("B:1 C:2 D:3 E:1 F:2"),
    )  # fmt: skip
    assert lines(told) == [
        ("A", "-", "20.00", "no_upline"), ("A", "B", "50.00", "-"), ("A", "C", "30.00", "-"),
        ("C", "-", "20.00", "no_upline"),
    ]  # fmt: skip


INFINITY = ladder("Gold", "Diamond")
TOWER = "member_id sponsor_id\nG3 -\nD G3\nG2 D\nG1 G2\nX G1\nA X"
HELD = "G1:1 G2:1 G3:1 D:2"
GOLD = 'Gold = "0.01"\nDiamond = "0.02"'


@pytest.mark.parametrize(
    ("options", "paid"),
    [
        ({}, {"G1": "10", "D": "20"}),
        ({"above_levels": "2"}, {"D": "20"}),  # G1 stands on the second level, and blocks
        ({"blocked_by": '"higher"'}, {"G1": "10", "D": "20"}),
        ({"one_more": "true"}, {"G1": "10", "G2": "10", "D": "20"}),
        ({"one_more": "true", "above_levels": "2"}, {"G2": "10", "D": "20"}),
    ],
)
def test_the_first_of_a_rank_is_paid_and_blocks_whoever_stands_above(
    options: dict[str, str], paid: dict[str, str], graph: Graph, tmp_path: Path
) -> None:
    plan = INFINITY + bonus("infinity", GOLD, **options)
    told = story(graph, tmp_path, plan, TOWER, "member_id volume\nA 1000", facts=facts(HELD))
    assert told.paid() == paid


def test_a_higher_rank_blocks_a_lower_one_only_where_the_plan_says_so(graph: Graph, tmp_path: Path) -> None:
    members, orders, held = (
        "member_id sponsor_id\nG -\nD G\nA D",
        "member_id volume\nA 1000",
        facts("G:1 D:2"),
    )
    same = story(graph, tmp_path, INFINITY + bonus("infinity", GOLD), members, orders, facts=held)
    assert same.paid() == {"G": "10", "D": "20"}
    plan = INFINITY + bonus("infinity", GOLD, blocked_by='"higher"')
    assert story(graph, tmp_path, plan, members, orders, facts=held).paid() == {"D": "20"}


def test_a_blockers_own_volume_is_paid_above_unless_the_plan_closes_it(graph: Graph, tmp_path: Path) -> None:
    members, orders, held = (
        "member_id sponsor_id\nG2 -\nG1 G2",
        "member_id volume\nG1 1000",
        facts("G1:1 G2:1"),
    )
    told = story(graph, tmp_path, INFINITY + bonus("infinity", GOLD), members, orders, facts=held)
    assert told.paid() == {"G2": "10"}
    plan = INFINITY + bonus("infinity", GOLD, own_blocks="true")
    told = story(graph, tmp_path, plan, members, orders, facts=held)
    assert told.paid() == {}
    assert ("G1", "G2", "10.00", "blocked") in lines(told)


def test_bl_01_direct_indirect_and_leadership_on_two_generations(graph: Graph, tmp_path: Path) -> None:
    rates = 'Seven = "0.36"\nEight = "0.40"'
    told = story(
        graph, tmp_path,
        ladder("Seven", "Eight") + PERSONAL + rates + bonus("differential", rates, name="Group")
        + bonus("breakaway", 'Eight = ["0.01", "0.01"]', name="Leadership", border='"Eight"'),
        "member_id sponsor_id\nA -\nD A\nB A\nB1 B\nC A\nE A",
        "member_id volume\nA 200\nD 300\nB 50000\nB1 50000\nC 40000\nE 40000",
        facts=facts("A:2 B:2 B1:2 C:1 E:1"),
    )  # fmt: skip
    group = [(each[0], each[2]) for each in lines(told, "Group") if each[1] == "A"]
    assert group == [("C", "1600.00"), ("D", "120.00"), ("E", "1600.00")]  # nothing on B, who is of A's rank
    assert told.paid("Own")["A"] == "80"  # direct: 80 of the own 200 and 120 of D's 300
    generations = [
        (row["level"], row["amount"]) for row in told.lines("Leadership") if row["payee_id"] == "A"
    ]
    assert generations == [("1", "500.00"), ("2", "500.00")]
    assert told.paid()["A"] == "4400"


def test_bl_03_an_override_and_a_silver_bonus_on_half_of_the_retail_volume(
    graph: Graph, tmp_path: Path
) -> None:
    """Silver is who earns an override of 100: 7 % of half of 2,857.15 at least."""
    silver = '[[rank]]\nname = "Silver"\nrequire = [{ kind = "group_volume", at_least = "2857.15" }]\n'
    plan = (
        silver
        + bonus("unilevel", 'none = ["0.07"]', name="Override", base='"0.5"')
        + bonus("unilevel", 'Silver = ["0.03"]', name="Silver", base='"0.5"')
    )
    members = "member_id sponsor_id\nYOU -\nAdvisor YOU"
    told = story(graph, tmp_path, plan, members, "member_id volume\nAdvisor 3000")
    assert (told.paid("Override"), told.paid("Silver")) == ({"YOU": "105"}, {"YOU": "45"})
    told = story(graph, tmp_path, plan, members, "member_id volume\nAdvisor 2857.14")
    assert told.paid() == {"YOU": "100"}


LEADERS = "member_id sponsor_id\nL3 -\nL2 L3\nX L2\nL1 X\nY L1"
VOLUMES = "member_id volume\nL3 100\nL2 50\nX 150\nL1 1000\nY 500"
TWO_GENERATIONS = 'Leader = ["0.05", "0.02"]'


@pytest.mark.parametrize(
    ("options", "paid"),
    [
        ({}, {"L2": "75", "L3": "40"}),  # L1's cut group 1500, L2's 200
        ({"minimum_group": "150"}, {"L2": "75"}),
        ({"minimum_group": "150", "floor_rate": '"0.01"'}, {"L2": "75", "L3": "17"}),
        ({"guaranteed": "500"}, {"L2": "60", "L3": "55"}),  # L2 gives up 5 % of 300
        ({"guaranteed": "5000"}, {"L2": "0", "L3": "115"}),
    ],
)
def test_leaders_earn_on_the_cut_groups_of_leaders_below(
    options: dict[str, str], paid: dict[str, str], graph: Graph, tmp_path: Path
) -> None:
    plan = ladder("Leader") + bonus("breakaway", TWO_GENERATIONS, border='"Leader"', **options)
    told = story(graph, tmp_path, plan, LEADERS, VOLUMES, facts=facts("L1:1 L2:1 L3:1"))
    assert told.paid() == {member: amount for member, amount in paid.items() if amount != "0"}


def test_an_inactive_leader_is_none_and_the_group_goes_to_the_leader_above(
    graph: Graph, tmp_path: Path
) -> None:
    plan = ladder("Leader") + bonus("breakaway", TWO_GENERATIONS, border='"Leader"')
    members = (
        "member_id sponsor_id status\nL3 - active\nL2 L3 suspended\nX L2 active\nL1 X active\nY L1 active"
    )
    told = story(graph, tmp_path, plan, members, VOLUMES, facts=facts("L1:1 L2:1 L3:1"))
    assert told.paid() == {"L3": "75"}
