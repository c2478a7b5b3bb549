"""The oracle's bonuses against figures worked by hand and figures that companies and vendors printed."""

from fractions import Fraction
from pathlib import Path

import pytest

from engine.workbench.notation import rows
from tests import oracle
from tests.oracle.notation import (
    CHAIN,
    FLAT,
    NOVEMBER,
    by_order,
    facts,
    ladder,
    paid,
    regular,
    run,
    unilevel,
)
from tests.oracle.rounding import rounded

# --- unilevel without compression -----------------------------------------------------------------


def test_five_wide_five_deep(tmp_path: Path) -> None:
    """UL-02: 3,905 members below, 500 each, one rate on five levels; UL-01 and UL-03 differ in it alone."""
    rate, amount = "0.0125", 2_440_625
    tree = regular(5, 5)
    orders = "member_id volume\n" + "\n".join(f"{row['member_id']} 500" for row in rows(tree)[1:])
    (result,) = run(tmp_path, unilevel(f"none = {[rate] * 5}"), tree, orders)
    assert paid(result)["YOU"] == amount
    per_level = {
        level: sum(line.exact for line in result.lines if (line.payee_id, line.level) == ("YOU", level))
        for level in range(1, 6)
    }
    assert per_level == {level: Fraction(rate) * 50_000 * 5**level for level in range(1, 6)}


def test_a_flat_amount_per_member(tmp_path: Path) -> None:
    """UL-05: 5 dollars for each of 3,905 members on five levels."""
    tree = regular(5, 5)
    orders = "member_id volume\n" + "\n".join(f"{row['member_id']} 5" for row in rows(tree)[1:])
    (result,) = run(tmp_path, unilevel('none = ["1", "1", "1", "1", "1"]'), tree, orders)
    assert paid(result)["YOU"] == 1_952_500


@pytest.mark.parametrize(
    ("rates", "volume", "sources", "expected"),
    [
        (
            '["0.2", "0.05", "0.04"]',
            100,
            "B C D E F K",
            {
                "B": {"A": 2000},
                "C": {"A": 2000},
                "D": {"A": 2000},
                "E": {"B": 2000, "A": 500},
                "F": {"B": 2000, "A": 500},
                "K": {"E": 2000, "B": 500, "A": 400},
            },
        ),  # UL-06
        ('["0.1", "0.08", "0.06"]', 80, "B E", {"B": {"A": 800}, "E": {"B": 800, "A": 640}}),  # UL-07
        ('["0.1", "0.1", "0.1"]', 100, "E", {"E": {"B": 1000, "A": 1000}}),  # UL-09
    ],
)
def test_by_event(
    tmp_path: Path, rates: str, volume: int, sources: str, expected: dict[str, dict[str, int]]
) -> None:
    orders = "member_id volume\n" + "\n".join(f"{source} {volume}" for source in sources.split())
    members = "member_id sponsor_id\nA -\nB A\nC A\nD A\nE B\nF B\nK E"
    (result,) = run(tmp_path, unilevel(f"none = {rates}"), members, orders)
    assert by_order(result) == expected


def test_rank_opens_depth(tmp_path: Path) -> None:
    """UL-10: factor 40 %, a Member earns one level, Silver two, Gold three, Diamond five."""
    rates = "\n".join(
        f"{rank} = {['0.05'] * depth}"
        for rank, depth in [("Member", 1), ("Silver", 2), ("Gold", 3), ("Diamond", 5)]
    )
    (result,) = run(
        tmp_path,
        ladder("Member", "Silver", "Gold", "Diamond") + unilevel(rates, base='"0.4"'),
        "member_id sponsor_id\nTL -\nS TL\nA S\nD S\nB A\nC B",
        "member_id volume\nC 200",
        facts=facts("TL:4 S:3 A:2 D:2 B:1"),
    )
    assert by_order(result) == {"C": {"B": 400, "A": 400, "S": 400, "TL": 400}}
    assert [(left.level, left.reason, int(left.exact)) for left in result.unpaid] == [(5, "no_upline", 400)]
    assert result.totals["U"].budget == 2000


BY_RANK = 'associate = ["0.05", "0.04", "0.03"]\nsilver = ["0.07", "0.06", "0.05", "0.04", "0.03"]'


def test_an_inactive_member_keeps_the_level(tmp_path: Path) -> None:
    """UL-11: mid misses the floor of 100, level 1 is lost, root earns level 2."""
    (result,) = run(
        tmp_path,
        "[activity]\npersonal_volume = 100\n"
        + ladder("associate", "silver")
        + unilevel(BY_RANK, base='"0.4"'),
        "member_id sponsor_id\nroot -\nmid root\nleaf mid",
        "member_id qualifying_volume commissionable_volume\nroot 150 0\nleaf 150 100",
        facts=facts("root:2 mid:2 leaf:2"),
    )
    (line,) = result.lines
    assert (line.payee_id, line.level, line.tree_level, line.rate, line.amount) == (
        "root",
        2,
        2,
        Fraction("0.06"),
        240,
    )
    assert [(left.level, left.reason) for left in result.unpaid] == [
        (1, "inactive"),
        (3, "no_upline"),
        (4, "no_upline"),
        (5, "no_upline"),
    ]


def test_rates_of_a_rank_that_is_not_listed(tmp_path: Path) -> None:
    """Gold has the rates of Silver, the nearest lower rank listed; Bronze and no rank have none."""
    (result,) = run(
        tmp_path,
        ladder("Bronze", "Silver", "Gold", "Ruby") + unilevel('Silver = ["0.1"]\nRuby = ["0.3", "0.2"]'),
        "member_id sponsor_id\nn -\nb -\ns -\ng -\nr -\nn1 n\nb1 b\ns1 s\ng1 g\nr1 r",
        "member_id volume\nn1 10\nb1 10\ns1 10\ng1 10\nr1 10",
        facts=facts("b:1 s:2 g:3 r:4"),
    )
    assert paid(result) == {"s": 100, "g": 100, "r": 300}
    left = {each.source_id: (each.reason, int(each.exact)) for each in result.unpaid if each.level == 1}
    assert left == {
        "n1": ("rank", 300),
        "b1": ("rank", 300),
        "s1": ("lower_rate", 200),
        "g1": ("lower_rate", 200),
    }
    assert result.totals["U"] == oracle.Totals(
        Fraction(2500), Fraction(500), Fraction(2000), 500, Fraction(0)
    )


# --- compression ----------------------------------------------------------------------------------


def test_inactive_promoters_are_compressed_out(tmp_path: Path) -> None:
    """UC-01: a chain of twelve, P1, P3, P7 and P11 idle: eight levels up to P12."""
    promoters, idle = [f"P{n}" for n in range(1, 13)], {"P1", "P3", "P7", "P11"}
    chain = "\n".join(map(" ".join, zip(promoters, ["YOU", *promoters], strict=False)))
    volumes = "\n".join(f"{member} {int(member not in idle)} 100" for member in ["YOU", *promoters])
    rates = '["0.05", "0.05", "0.05", "0.05", "0.05", "0.05", "0.01", "0.01"]'
    (result,) = run(
        tmp_path,
        "[activity]\npersonal_volume = 1\n" + unilevel(f"none = {rates}", compression='"activity_skip"'),
        f"member_id sponsor_id\nYOU -\n{chain}",
        f"member_id qualifying_volume commissionable_volume\n{volumes}",
    )
    lines_of_source = {
        line.source_id: line for line in result.lines if line.payee_id == "YOU" and line.source_id not in idle
    }
    assert {source: line.level for source, line in lines_of_source.items()} == {
        "P2": 1,
        "P4": 2,
        "P5": 3,
        "P6": 4,
        "P8": 5,
        "P9": 6,
        "P10": 7,
        "P12": 8,
    }
    assert {source: line.rate for source, line in lines_of_source.items()} == {
        source: Fraction("0.01" if source in ("P10", "P12") else "0.05") for source in lines_of_source
    }
    assert {source: line.tree_level for source, line in lines_of_source.items()} == {
        s: int(s[1:]) for s in lines_of_source
    }


def test_dynamic_takes_level_by_level(tmp_path: Path) -> None:
    """DC-01: parent2 (rank 1) may not take level 3, and is not offered anything deeper."""
    (result,) = run(
        tmp_path,
        ladder("R1", "R2", "R3")
        + unilevel(
            'R1 = ["0.1"]\nR2 = ["0.1", "0.05"]\nR3 = ["0.1", "0.05", "0.01"]',
            compression='"dynamic"',
            base='"0.8"',
        ),
        "member_id sponsor_id\nparent1 -\nparent2 parent1\nparent3 parent2\nparent4 parent3\nuser parent4",
        "member_id volume\nuser 500",
        facts=facts("parent1:3 parent2:1 parent3:2 parent4:1 user:1"),
    )
    assert by_order(result) == {"user": {"parent4": 4000, "parent3": 2000, "parent1": 400}}
    assert [(line.payee_id, line.level, line.tree_level) for line in result.lines] == [
        ("parent4", 1, 1),
        ("parent3", 2, 2),
        ("parent1", 3, 4),
    ]
    assert result.unpaid == []


def test_dynamic_stops_where_a_level_finds_nobody(tmp_path: Path) -> None:
    """A Gold would earn level 2, but level 1 went past everybody: nothing is paid."""
    (result,) = run(
        tmp_path,
        ladder("Gold") + unilevel('none = ["0.1"]\nGold = ["0", "0.2"]', compression='"dynamic"'),
        CHAIN,
        "member_id volume\n1234 10",
        facts=facts("1:1 12:1 123:1"),
    )
    assert result.lines == []
    assert [(left.level, left.reason, int(left.exact)) for left in result.unpaid] == [
        (1, "no_upline", 100),
        (2, "no_upline", 200),
    ]


@pytest.mark.parametrize(
    ("mid", "expected"),
    [
        (1, {"mid": 200, "root": 240}),  # DC-03: mid is an associate, nobody is skipped
        (0, {"root": 280}),  # mid is below the threshold and counts as absent
    ],
)
def test_threshold_rank(tmp_path: Path, mid: int, expected: dict[str, int]) -> None:
    rule = '{ rule = "threshold_rank", rank = "associate" }'
    (result,) = run(
        tmp_path,
        ladder("associate", "silver") + unilevel(BY_RANK, compression=rule, base='"0.4"'),
        "member_id sponsor_id\nroot -\nmid root\nleaf mid",
        "member_id volume\nleaf 100",
        facts=facts(f"root:2 mid:{mid} leaf:2"),
    )
    assert by_order(result) == {"leaf": expected}


@pytest.mark.parametrize(
    ("rule", "top", "left"),
    [
        ("none", [], [("4", 2, "inactive"), ("3", 3, "inactive"), ("2", 4, "rank")]),
        ("status_skip", [("1", 4, 5, 400)], [("4", 2, "inactive"), ("2", 3, "rank")]),
        ("activity_skip", [("1", 3, 5, 300)], [("2", 2, "rank"), (None, 4, "no_upline")]),
        ("dynamic", [("1", 2, 5, 200)], [(None, 3, "no_upline"), (None, 4, "no_upline")]),
    ],
)
def test_one_upline_under_every_rule(
    tmp_path: Path, rule: str, top: list[object], left: list[object]
) -> None:
    """Above 6: 5 active, 4 idle, 3 terminated, 2 active with one level by rank, 1 Gold with four levels.

    Where nobody is skipped, 1 is at level 5, out of reach.
    """
    (result,) = run(
        tmp_path,
        "[activity]\npersonal_volume = 10\n"
        + ladder("Gold")
        + unilevel('none = ["0.1"]\nGold = ["0.1", "0.2", "0.3", "0.4"]', compression=f'"{rule}"'),
        """member_id sponsor_id status
        1 - active
        2 1 active
        3 2 terminated
        4 3 active
        5 4 active
        6 5 active""",
        """member_id qualifying_volume commissionable_volume
        1 10 0
        2 10 0
        3 10 0
        4 9 0
        5 10 0
        6 0 10""",
        facts=facts("1:1"),
    )
    placed = [(line.payee_id, line.level, line.tree_level, line.amount) for line in result.lines]
    assert placed == [("5", 1, 1, 100), *top]
    assert [(each.payee_id, each.level, each.reason) for each in result.unpaid] == left


# --- personal bonus, refunds, rounding ------------------------------------------------------------

RETAIL = '\n[[bonus]]\nname = "R"\nkind = "personal"\non = "{on}"\n{rate}\n'


@pytest.mark.parametrize(("on", "amount"), [("own", 200), ("customers", 600), ("all", 800)])
def test_personal_bonus(tmp_path: Path, on: str, amount: int) -> None:
    orders = """member_id customer_id kind volume
        1 - sale 10
        1 c sale 40
        1 c refund -10
        2 c sale 10"""
    plan = "[activity]\npersonal_volume = 11\n" + RETAIL.format(on=on, rate='rate = "0.20"')
    (result,) = run(tmp_path, plan, "member_id\n1\n2", orders)
    assert paid(result) == {"1": amount}
    assert all(line.level == 0 for line in result.lines)
    assert [(left.payee_id, left.reason) for left in result.unpaid] == (
        [] if on == "own" else [("2", "inactive")]
    )


@pytest.mark.parametrize(
    ("volume", "amount"), [("9.99", 0), ("10", 50), ("499.99", 2500), ("500", 5000), ("1000", 10000)]
)
def test_tiers_by_personal_volume(tmp_path: Path, volume: str, amount: int) -> None:
    plan = RETAIL.format(on="all", rate='tiers = [[10, "0.05"], [500, "0.10"]]')
    (result,) = run(tmp_path, plan, "member_id\n1", f"member_id volume\n1 {volume}")
    assert result.earned("1") == amount
    assert result.unpaid == []


def test_a_refund_takes_back_by_the_same_walk(tmp_path: Path) -> None:
    plan = unilevel('none = ["0.10", "0.05"]')
    october, november = run(
        tmp_path,
        plan,
        CHAIN,
        """member_id kind volume ordered_at
        1234 sale 10.10 2026-10-01
        1234 refund -10.10 2026-11-01""",
        "2026-10 2026-11",
    )
    assert paid(october) == {"123": 101, "12": 50}
    assert paid(november) == {"123": -101, "12": -50}
    assert november.totals["U"].rounding == Fraction(1, 2)


@pytest.mark.parametrize(
    ("rule", "line", "total"),
    [("half_even", 4, 5), ("half_up", 6, 5), ("floor", 4, 4)],
)
def test_rounding_of_lines_and_of_totals(tmp_path: Path, rule: str, line: int, total: int) -> None:
    """Minor units 2.5 + 2.5 + 0.3, for floor 2.25 + 2.25 + 0.25: round each, or the sum once."""
    volumes = "2.25 2.25 0.25" if rule == "floor" else "2.5 2.5 0.3"
    orders = "member_id volume\n" + "\n".join(f"12 {volume}" for volume in volumes.split())
    for at, expected in [("line", line), ("total", total)]:
        plan = f'[rounding]\nrule = "{rule}"\nat = "{at}"\n' + unilevel('none = ["0.01"]')
        (result,) = run(tmp_path, plan, "member_id sponsor_id\n1 -\n12 1", orders)
        assert paid(result) == {"1": expected}
        assert [each.amount is None for each in result.lines] == [at == "total"] * 3
        totals = result.totals["U"]
        assert totals.paid == totals.paid_exact + totals.rounding == expected
        assert totals.budget == totals.paid_exact + totals.breakage


@pytest.mark.parametrize(
    ("exact", "even", "up", "floor"),
    [
        ("0.5", 0, 1, 0),
        ("1.5", 2, 2, 1),
        ("2.5", 2, 3, 2),
        ("2.51", 3, 3, 2),
        ("0.49", 0, 0, 0),
        ("7", 7, 7, 7),
    ],
)
def test_a_negative_amount_mirrors_the_positive(exact: str, even: int, up: int, floor: int) -> None:
    for rule, whole in [("half_even", even), ("half_up", up), ("floor", floor)]:
        assert rounded(Fraction(exact), rule) == whole
        assert rounded(-Fraction(exact), rule) == -whole


@pytest.mark.parametrize(("currency", "amount"), [("USD", 75), ("JPY", 1), ("KWD", 750)])
def test_point_value_and_minor_units(tmp_path: Path, currency: str, amount: int) -> None:
    plan = 'point_value = "0.75"\n[rounding]\nrule = "half_up"\n' + unilevel('none = ["0.1"]')
    run(tmp_path, plan, "member_id sponsor_id\n1 -\n12 1", "member_id volume\n12 10")
    text = (FLAT + plan).replace("USD", currency)
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    (result,) = oracle.compute(tmp_path, tmp_path / "plan.toml", [NOVEMBER])
    assert paid(result) == {"1": amount}
