"""Binary in all its kinds: published cases, what is carried, and the calendars that it runs in."""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from tests.oracle.notation import facts, ladder
from tests.support.family import Told, story

PAIR_OF_LEGS = """
member_id sponsor_id placement_id leg
U - - -
L U U L
R U U R
"""
SEVEN = """
member_id sponsor_id placement_id leg
A - - -
B A A L
C A A R
D B B L
E B B R
F C C L
G C C R
"""
PERCENT = 'kind = "binary"\nrate = "0.10"'


def plan(body: str, more: str = "") -> str:
    return f'{more}\n[[bonus]]\nname = "Binary"\n{body}\n'


def legs(told: Told, member: str, period: str = "2026-11") -> tuple[str, str]:
    """What a member carries on, left and right."""
    found = [row for row in told.rows["legs"] if (row["member_id"], row["period"]) == (member, period)]
    return tuple(f"{float(found[0][f'{side}_after']):g}" for side in ("left", "right"))  # type: ignore[return-value]


def sales(*volumes: tuple[str, int], day: str = "2026-11-10") -> str:
    lines = [f"{member} {volume} {day}T12:00:00Z" for member, volume in volumes]
    return "member_id volume ordered_at\n" + "\n".join(lines)


def two_legs(
    graph: Graph, folder: Path, left: int, right: int, body: str, ranks: str = "", **others: str
) -> Told:
    return story(graph, folder, plan(body, ranks), PAIR_OF_LEGS, sales(("L", left), ("R", right)), **others)


CASES = {
    "BN-01": (
        2000,
        2000,
        'kind = "binary_steps"\namounts = [[2000, 400]]\ncarry_cap = 5000',
        400,
        ("0", "0"),
    ),
    "BN-01 extra volume": (  # of the same page: 3,500 on the left, 2,500 on the right
        3500,
        2500,
        'kind = "binary_steps"\namounts = [[2000, 400]]\ncarry_cap = 5000',
        400,
        ("1500", "500"),
    ),
    "BN-03": (0, 6000, 'kind = "binary_cycles"\nleft = 200\nright = 200\nper_cycle = 15', 0, ("0", "6000")),
    "BN-13": (700, 1000, PERCENT, 70, ("0", "300")),
    "BN-13 flush": (700, 1000, PERCENT + '\nafter = "flush"', 70, ("0", "0")),
    "BN-15 weaker": (3000, 5000, PERCENT, 300, ("0", "2000")),
    "BN-15 ratio": (3000, 5000, PERCENT + "\nratio = true", 180, ("0", "2000")),
}


@pytest.mark.parametrize("case", CASES)
def test_published_cases_of_two_legs(case: str, graph: Graph, tmp_path: Path) -> None:
    left, right, body, pay, carried = CASES[case]
    told = two_legs(graph, tmp_path, left, right, body)
    assert told.paid() == ({"U": f"{pay:g}"} if pay else {})
    assert legs(told, "U") == carried


def test_bn_05_pays_nine_cycles_less_the_cut_of_the_whole_company(graph: Graph, tmp_path: Path) -> None:
    body = 'kind = "binary_cycles"\nleft = 200\nright = 200\nper_cycle = 20\n'
    cut = '[[cap]]\nper = "company"\ncut = "0.05"'
    told = two_legs(graph, tmp_path, 1800, 20800, body + cut)
    assert told.paid() == {"U": "171"}
    assert legs(told, "U") == ("0", "19000")
    total = told.rows["totals"][0]
    assert (total["budget"], total["paid"], total["cut"]) == ("180.00", "171.00", "9.00")


def test_bn_07_finds_the_strong_leg_anew_and_pays_by_rank(graph: Graph, tmp_path: Path) -> None:
    body = (
        'kind = "binary_strong_weak"\nstrong = 200\nweak = 100\n'
        "per_cycle = { Emerald = 14, Ruby = 16, Diamond = 18 }"
    )
    ranks = ladder("Emerald", "Ruby", "Diamond")
    told = two_legs(graph, tmp_path, 260, 200, body, ranks, facts=facts("U:1"))
    assert told.paid() == {"U": "14"}
    assert legs(told, "U") == ("60", "100")


def test_bn_08_and_bn_10_pay_every_position_on_its_own_legs(graph: Graph, tmp_path: Path) -> None:
    volumes = [("B", 100), ("C", 100), ("D", 100), ("E", 200), ("F", 100), ("G", 100)]
    told = story(graph, tmp_path, plan(PERCENT), SEVEN, sales(*volumes))
    assert told.paid() == {"A": "30", "B": "10", "C": "10"}
    assert [legs(told, member) for member in "ABC"] == [("100", "0"), ("0", "100"), ("0", "0")]
    told = story(
        graph,
        tmp_path,
        plan('kind = "binary"\nrate = "0.05"'),
        SEVEN,
        sales(*((member, 500) for member in "ABCDEFG")),
    )
    assert told.paid() == {"A": "75", "B": "25", "C": "25"}


def test_bn_12_pays_a_share_of_the_package_or_a_flat_amount_for_a_pair(graph: Graph, tmp_path: Path) -> None:
    share = 'kind = "binary_pairs"\npair = 100\nper_pair = 10'
    assert two_legs(graph, tmp_path, 400, 450, share).paid() == {"U": "40"}
    flat = 'kind = "binary_pairs"\npair = 1\nper_pair = 100'
    assert two_legs(graph, tmp_path, 5, 7, flat).paid() == {"U": "500"}


def test_bn_14_carries_into_the_next_month_unless_legs_are_flushed(graph: Graph, tmp_path: Path) -> None:
    members = SEVEN.replace("A", "YOU")
    orders = sales(("D", 100), ("E", 100), ("F", 300), ("G", 200)) + "\n"
    orders += sales(("D", 400), ("F", 100), day="2026-12-10").split("\n", 1)[1]
    months = "2026-11 2026-12"
    told = story(graph, tmp_path, plan(PERCENT), members, orders, months)
    assert [told.paid(period=month).get("YOU") for month in months.split()] == ["20", "40"]
    assert [legs(told, "YOU", month) for month in months.split()] == [("0", "300"), ("0", "0")]
    told = story(graph, tmp_path, plan(PERCENT + '\nafter = "flush"'), members, orders, months)
    assert [told.paid(period=month).get("YOU") for month in months.split()] == ["20", "10"]


def test_bn_20_and_bn_22_carry_the_rest_of_both_legs_of_every_ancestor(graph: Graph, tmp_path: Path) -> None:
    members = "member_id sponsor_id placement_id leg\nP - - -\nL P P L\nR P P R\nL2 L L L\nR2 R R R"
    body = plan('kind = "binary_pairs"\npair = 100\nper_pair = 10')
    months = "2026-11 2026-12"
    orders = sales(("L2", 250), ("R2", 120)) + "\nR2 180 2026-12-02T08:00:00Z"
    told = story(graph, tmp_path, body, members, orders, months)
    assert [told.paid(period=month) for month in months.split()] == [{"P": "10"}, {"P": "10"}]
    assert [legs(told, "P", month) for month in months.split()] == [("150", "20"), ("50", "100")]
    told = story(graph, tmp_path, body, members, sales(("L2", 300), ("R2", 100)))
    assert told.paid() == {"P": "10"}
    assert [legs(told, member) for member in ("L", "P", "R")] == [("300", "0"), ("200", "0"), ("0", "100")]


def test_a_weekly_binary_stands_beside_a_monthly_unilevel(graph: Graph, tmp_path: Path) -> None:
    both = plan('kind = "binary"\nrate = "0.10"\ncalendar = "week"') + (
        '[[bonus]]\nname = "Levels"\nkind = "unilevel"\ncalendar = "month"\n[bonus.rates]\nnone = ["0.05"]\n'
    )
    orders = sales(("L", 300), ("R", 100), day="2026-11-04") + "\nR 500 2026-11-11T12:00:00Z"
    periods = "2026-W45 2026-W46 2026-11"
    told = story(graph, tmp_path, both, PAIR_OF_LEGS, orders, periods)
    assert [told.paid(period=period) for period in periods.split()] == [{"U": "10"}, {"U": "20"}, {"U": "45"}]
    assert {row["bonus"] for row in told.rows["lines"] if row["period"] == "2026-11"} == {"Levels"}
    assert {row["bonus"] for row in told.rows["totals"] if row["period"] == "2026-W45"} == {"Binary"}
    assert legs(told, "U", "2026-W46") == ("0", "300")


def test_tiers_by_the_weaker_leg_say_the_rate_of_the_whole(graph: Graph, tmp_path: Path) -> None:
    body = 'kind = "binary"\ntiers = [[500, "0.05"], [2000, "0.10"]]'
    assert two_legs(graph, tmp_path, 2500, 2000, body).paid() == {"U": "200"}
    assert two_legs(graph, tmp_path, 2500, 1999, body).paid() == {"U": "99.95"}
    told = two_legs(graph, tmp_path, 2500, 499, body)
    assert (told.paid(), legs(told, "U")) == ({}, ("2500", "499"))  # below the first tier nothing is used up


@pytest.mark.parametrize(("over", "left"), [("carry", ("500", "700")), ("lose", ("0", "200"))])
def test_a_limit_by_rank_leaves_what_is_over_it_on_the_legs_or_takes_it(
    over: str, left: tuple[str, str], graph: Graph, tmp_path: Path
) -> None:
    """Ten pairs stand on the legs, five may be paid: Indian plans call the loss washing out."""
    body = (
        f'kind = "binary_pairs"\npair = 100\nper_pair = 10\nmost = {{ none = 2, Gold = 5 }}\nover = "{over}"'
    )
    told = two_legs(graph, tmp_path, 1000, 1200, body, ladder("Gold"), facts=facts("U:1"))
    assert (told.paid(), legs(told, "U")) == ({"U": "50"}, left)


def test_a_limit_on_matched_volume_and_a_cap_on_carry_by_rank(graph: Graph, tmp_path: Path) -> None:
    body = PERCENT + '\nmost = 300\ncarry_cap = { none = 100, Gold = 250 }\nover = "lose"'
    told = two_legs(graph, tmp_path, 1000, 1200, body, ladder("Gold"), facts=facts("U:1"))
    assert (told.paid(), legs(told, "U")) == ({"U": "30"}, ("0", "200"))


def test_the_first_pair_of_all_is_two_to_one_and_later_ones_are_equal(graph: Graph, tmp_path: Path) -> None:
    body = plan('kind = "binary_pairs"\npair = 1\nper_pair = 10\nfirst_double = true')
    orders = """member_id volume ordered_at
        L 1 2026-09-10T12:00:00Z
        R 1 2026-09-10T12:00:00Z
        R 3 2026-10-10T12:00:00Z
        L 3 2026-11-10T12:00:00Z"""
    told = story(graph, tmp_path, body, PAIR_OF_LEGS, orders, "2026-09 2026-10 2026-11")
    # 1:1 is no first pair; 1:4 is one (1:2); with 3:2 left from then on two equal ones.
    assert [told.paid(period=month).get("U") for month in ("2026-09", "2026-10", "2026-11")] == [
        None,
        "10",
        "20",
    ]
    assert [legs(told, "U", month) for month in ("2026-10", "2026-11")] == [("0", "2"), ("1", "0")]


def test_carried_volume_expires_and_the_oldest_is_used_first(graph: Graph, tmp_path: Path) -> None:
    """Carried into two later months at most: 300 of August are gone in November, but for what was matched."""
    months = "2026-08 2026-09 2026-10 2026-11"
    orders = """member_id volume ordered_at
        L 300 2026-08-10T12:00:00Z
        L 50 2026-09-10T12:00:00Z
        R 100 2026-09-12T12:00:00Z
        R 1000 2026-11-10T12:00:00Z"""
    told = story(graph, tmp_path, plan(PERCENT + "\nexpires = 2"), PAIR_OF_LEGS, orders, months)
    assert [told.paid(period=month).get("U") for month in months.split()] == [None, "10", None, "5"]
    assert [legs(told, "U", month)[0] for month in months.split()] == ["300", "250", "50", "0"]


def test_a_run_tells_who_stands_in_no_leg_that_a_binary_knows(graph: Graph, tmp_path: Path) -> None:
    plan = '[[bonus]]\nname = "Legs"\nkind = "binary"\nrate = "0.10"\n'
    members = "member_id sponsor_id placement_id leg\nA - - -\nB A A L\nC A A R\nD A A M\nE A B -\n"
    told = story(graph, tmp_path, plan, members, "member_id volume\nB 100\nC 100\nD 100\nE 50")
    assert told.paid() == {"A": "10"}
    assert _of_legs(told) == [
        "2 members are in no leg that Legs knows (L and R), so their groups count for nobody above them "
        "in that bonus: D (leg M), E (no leg)"
    ]
    sound = members.replace("D A A M\nE A B -\n", "")
    told = story(graph, tmp_path, plan, sound, "member_id volume\nB 100\nC 100")
    assert _of_legs(told) == []


def _of_legs(told: Told) -> list[str]:
    notes: list[str] = told.report["periods"][0]["notes"]  # type: ignore[index]
    return [note for note in notes if "no leg" in note]
