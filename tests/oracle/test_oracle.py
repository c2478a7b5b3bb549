"""The oracle's trees, volumes and ranks against figures worked by hand and figures that companies printed."""

from datetime import date
from pathlib import Path

import pytest

from tests import oracle
from tests.oracle.notation import CHAIN, paid, run, unilevel
from tests.oracle.tables import read
from tests.oracle.trees import parents, upline

# --- group volume ---------------------------------------------------------------------------------


def test_group_volume_this_month_and_both_months(tmp_path: Path) -> None:
    """GV-01: orders of this month count, those of last month only in the lifetime figure."""
    last, now = run(
        tmp_path,
        "",
        "member_id sponsor_id\nparent -\nuser parent\nc0 user\nc1 user",
        """member_id volume ordered_at
        user 1 2026-11-03
        user 1 2026-10-03
        c0 1 2026-11-04
        c0 1 2026-11-05
        c0 1 2026-11-06
        c1 2 2026-11-07""",
        "2026-10 2026-11",
    )
    user, c0 = now.standings["user"], now.standings["c0"]
    assert (user.personal_volume, user.group_volume) == (100, 600)
    assert (c0.personal_volume, c0.group_volume) == (300, 300)
    assert last.standings["user"].group_volume + user.group_volume == 700


@pytest.mark.parametrize(
    ("members", "orders", "member", "group"),
    [
        ("user -\nc0 user\nc1 user", "c0 3\nc1 3", "user", 600),  # GV-02
        ("D -\nteam D", "D 100\nteam 5000", "D", 510_000),  # GV-04
        ("YOU -\nA YOU\nB YOU\nC YOU", "YOU 300\nA 300\nB 1000\nC 1000", "YOU", 260_000),  # GV-06, month 1
        ("YOU -\nA YOU\nB YOU\nC YOU", "YOU 300\nA 300\nB 1500\nC 1500", "YOU", 360_000),  # GV-06, month 2
        ("1 -\n12 1\n123 12", "123 50\n123 -20", "1", 3000),
    ],
)
def test_group_volume_holds_the_members_own(
    tmp_path: Path, members: str, orders: str, member: str, group: int
) -> None:
    (result,) = run(tmp_path, "", f"member_id sponsor_id\n{members}", f"member_id volume\n{orders}")
    assert result.standings[member].group_volume == group


def test_personal_volume_with_and_without_customers_and_kinds(tmp_path: Path) -> None:
    orders = """member_id qualifying_volume commissionable_volume customer_id kind
        1 10 1 - sale
        1 20 2 c sale
        1 40 4 - kit
        1 -5 -1 c refund"""
    for plan, expected in [
        ("", (6500, 600)),
        ("[volume]\ncustomers = false", (5000, 600)),
        ('[volume]\nexclude_kinds = ["kit"]', (2500, 200)),
    ]:
        (result,) = run(tmp_path, plan, "member_id\n1", orders)
        standing = result.standings["1"]
        assert (standing.personal_volume, standing.commissionable_volume) == expected


def test_the_time_zone_cuts_the_period(tmp_path: Path) -> None:
    orders = """member_id volume ordered_at
        1 1 2026-11-01T03:59:59Z
        1 2 2026-11-01T04:00:00Z
        1 4 2026-12-01T04:59:59Z"""
    (result,) = run(tmp_path, 'time_zone = "America/New_York"', "member_id\n1", orders)
    assert result.standings["1"].personal_volume == 600  # four hours behind in October, five in December


# --- trees ----------------------------------------------------------------------------------------


def test_the_tree_of_the_periods_last_day(tmp_path: Path) -> None:
    """A move holds from its day on; of two on one day the later recorded one decides."""
    october, november, december = run(
        tmp_path,
        "",
        """member_id sponsor_id enrolled_on
            1 - 2026-01-01
            2 - 2026-01-01
            3 1 2026-01-01
            4 3 2026-11-30
            5 4 2026-12-01""",
        periods="2026-10 2026-11 2026-12",
        moves="""member_id tree parent_id effective_on recorded_at
            3 sponsor 1 2026-11-30 2026-11-02T00:00:00Z
            3 sponsor 2 2026-11-30 2026-11-03T00:00:00Z
            3 sponsor - 2026-12-31 2026-11-01T00:00:00Z""",
    )
    assert {each: standing.parent_id for each, standing in october.standings.items()} == {
        "1": None,
        "2": None,
        "3": "1",
    }
    assert november.standings["3"].parent_id == "2"
    assert november.standings["4"].depth == 2
    assert "5" not in november.standings
    assert december.standings["3"].parent_id is None
    assert december.standings["5"].depth == 2


def test_below_somebody_who_has_not_enrolled_yet_is_a_root(tmp_path: Path) -> None:
    members = "member_id sponsor_id enrolled_on\nlate - 2026-12-01\n1 late 2026-01-01"
    (result,) = run(tmp_path, "", members)
    assert list(result.standings) == ["1"]
    assert result.standings["1"].parent_id is None


@pytest.mark.parametrize(("tree", "group"), [("placement", 700), ("sponsor", 300)])
def test_two_trees(tmp_path: Path, tree: str, group: int) -> None:
    """Member 4 is sponsored by 2 and placed under 3; 5 waits in the holding tank, a root."""
    (result,) = run(
        tmp_path,
        f'tree = "{tree}"' + unilevel('none = ["0.10"]', tree='"sponsor"'),
        "member_id sponsor_id placement_id\n1 - -\n2 - -\n3 1 1\n4 2 3\n5 2 -",
        "member_id volume\n1 1\n3 2\n4 4\n5 8",
    )
    assert result.standings["1"].group_volume == group
    assert paid(result) == {"1": 20, "2": 120}
    assert result.standings["5"].parent_id == (None if tree == "placement" else "2")
    assert result.standings["5"].sponsor_id == "2"


# --- ranks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("volumes", "requirement", "counted"),
    [
        ("U:0 S1:19000", 'at_least = 20000, leg_cap = "0.8", cap_own = true', 16000),  # RK-01
        ("U:600 S1:600 S2:4600 S3:1200 S4:600", "at_least = 5000", 7600),  # RK-02
        ("U:0 S1:4000", 'at_least = 4350, leg_cap = "0.4"', 1740),  # RK-05
        ("U:0 S1:20000", 'at_least = 16000, leg_cap = "0.5"', 8000),  # RK-06
        ("U:9000 S1:8000", 'at_least = 16000, leg_cap = "0.5"', 17000),
        ("U:9000 S1:7999", 'at_least = 16000, leg_cap = "0.5", cap_own = true', 15999),
        ("U:8000 S1:8000", 'at_least = 16000, leg_cap = "0.5", cap_own = true', 16000),
        ("U:0 S1:9000 S2:8000 S3:-1", 'at_least = 16000, leg_cap = "0.5"', 15999),
    ],
)
def test_leg_cap(tmp_path: Path, volumes: str, requirement: str, counted: int) -> None:
    cells = [each.split(":") for each in volumes.split()]
    orders = [f"{member} {'refund' if volume < '0' else 'sale'} {volume}" for member, volume in cells]
    (result,) = run(
        tmp_path,
        f'[[rank]]\nname = "Top"\nrequire = [{{ kind = "group_volume", {requirement} }}]',
        "member_id sponsor_id\nU -\n" + "\n".join(f"{member} U" for member, _ in cells[1:]),
        "member_id kind volume\n" + "\n".join(orders),
    )
    required = int(requirement.split()[2].strip(","))
    (card,) = result.rank_cards["U"]
    assert tuple(card) == ("Top", "group_volume", required * 100, counted * 100, counted >= required)
    assert result.standings["U"].rank == ("Top" if counted >= required else "none")


def test_the_highest_rank_that_is_met(tmp_path: Path) -> None:
    """RK-02: 7,600 is an Influencer; and lower ranks need not be met."""
    steps = [("Influencer", 5000), ("Ambassador", 10000)]
    ranks = "".join(
        f'[[rank]]\nname = "{name}"\nrequire = [{{ kind = "group_volume", at_least = {floor} }}]\n'
        for name, floor in steps
    )
    ranks += '[[rank]]\nname = "Guru"\nrequire = [{ kind = "fact", name = "training", at_least = 2 }]\n'
    (result,) = run(
        tmp_path,
        ranks,
        "member_id sponsor_id\nU -\nT -\nN -",
        "member_id volume\nU 7600",
        facts="""member_id period name value
            T 2026-11 training 2
            U 2026-10 training 2
            N - training 2
            N 2026-11 training 1""",
    )
    assert {member: each.rank for member, each in result.standings.items()} == {
        "U": "Influencer",
        "T": "Guru",
        "N": "none",
    }


LEGS = """
[activity]
personal_volume = 100
[[rank]]
name = "Silver"
require = [{ kind = "personal_volume", at_least = 200 }]
[[rank]]
name = "Gold"
match = "any"
require = [
  { kind = "legs_with_rank", rank = "Silver", at_least = 2 },
  { kind = "personal_volume", at_least = 1000 },
]
"""


def test_a_leg_counts_once_however_many_it_holds(tmp_path: Path) -> None:
    """1 has legs 12 (a Silver two deep), 13 (Silver itself, and one more below), 14 (nobody)."""
    members = "member_id sponsor_id\n1 -\n12 1\n121 12\n13 1\n131 13\n14 1"
    orders = "member_id volume\n1 100\n121 200\n13 200\n131 200\n14 100"
    (result,) = run(tmp_path, LEGS, members, orders)
    assert {member: each.rank for member, each in result.standings.items()} == {
        "1": "Gold",
        "12": "none",
        "121": "Silver",
        "13": "Silver",
        "131": "Silver",
        "14": "none",
    }
    silver, gold_legs, gold_volume = result.rank_cards["1"]
    assert (silver.actual, gold_legs.actual, gold_volume.actual) == (10_000, 2, 10_000)
    assert (silver.passes, gold_legs.passes, gold_volume.passes) == (False, True, False)


def test_who_is_not_active_has_no_rank_unless_the_rank_allows_it(tmp_path: Path) -> None:
    members = "member_id sponsor_id status\n1 - active\n12 1 suspended\n13 1 active"
    orders = "member_id volume\n1 50\n12 200\n13 200"
    (strict,) = run(tmp_path, LEGS, members, orders)
    assert [each.rank for each in strict.standings.values()] == ["none", "none", "Silver"]
    (loose,) = run(
        tmp_path,
        LEGS.replace("[[rank]]", "[[rank]]\nmust_be_active = false"),
        members,
        orders,
    )
    assert [each.rank for each in loose.standings.values()] == ["Gold", "Silver", "Silver"]


def test_overrides_force_the_rank_for_pay_and_waive_the_floor(tmp_path: Path) -> None:
    """Forced ranks pay but do not qualify uplines; an inactive member keeps the rank and is not paid."""
    plan = LEGS + unilevel('none = ["0.01", "0.01"]\nGold = ["0.10", "0.10"]')
    october, november = run(
        tmp_path,
        plan,
        "member_id sponsor_id\n1 -\n12 1\n13 12\n14 12",
        "member_id volume\n1 100\n14 200\n13 200",
        "2026-10 2026-11",
        overrides="""member_id kind value first_period last_period actor reason
            13 rank Gold 2026-11 2026-11 a r
            12 rank Gold 2026-W45 - a r
            12 active - 2026-11-30 2027 a r
            1 rank Silver 2026-12 - a r""",
    )
    standing = november.standings
    assert (standing["13"].qualified_rank, standing["13"].rank) == ("Silver", "Gold")
    assert (standing["12"].qualified_rank, standing["12"].rank) == ("Gold", "Gold")
    assert (standing["1"].qualified_rank, standing["1"].rank) == ("none", "none")
    assert standing["12"].active
    assert paid(november) == {"1": 400, "12": 4000}
    assert not october.standings["12"].active
    assert october.standings["12"].rank == "none"

    (waiver_gone,) = run(
        tmp_path,
        plan,
        "member_id sponsor_id\n1 -\n12 1",
        "member_id volume\n12 50\n1 100",
        overrides="member_id kind value first_period last_period actor reason\n1 rank Gold 2026-11 - a r",
    )
    assert waiver_gone.standings["1"].rank == "Gold"
    assert paid(waiver_gone) == {"1": 500}


def test_forced_rank_without_activity_is_unpaid(tmp_path: Path) -> None:
    (result,) = run(
        tmp_path,
        LEGS + unilevel('none = ["0.01"]\nGold = ["0.10"]'),
        "member_id sponsor_id\n1 -\n12 1",
        "member_id volume\n12 100",
        overrides="member_id kind value first_period last_period actor reason\n1 rank Gold 2026-11 - a r",
    )
    assert (result.standings["1"].qualified_rank, result.standings["1"].rank) == ("none", "Gold")
    (left,) = result.unpaid
    assert (left.payee_id, left.reason, int(left.exact), len(result.lines)) == ("1", "inactive", 1000, 0)


# --- size, and the comparison itself --------------------------------------------------------------


def test_a_leg_two_thousand_deep(tmp_path: Path) -> None:
    chain = "\n".join(f"{n} {n - 1 if n else '-'}" for n in range(2000, -1, -1))
    plan = "[activity]\npersonal_volume = 1\n" + unilevel('none = ["0.5"]', compression='"activity_skip"')
    (result,) = run(tmp_path, plan, f"member_id sponsor_id\n{chain}", "member_id volume\n0 1\n2000 1")
    assert result.standings["2000"].depth == 2000
    assert result.standings["0"].group_volume == 200
    assert [(line.payee_id, line.level, line.tree_level) for line in result.lines] == [("0", 1, 2000)]


def test_upline_and_parents_are_plain(tmp_path: Path) -> None:
    run(tmp_path, "", CHAIN)
    above = parents(read(tmp_path), "placement", date(2026, 11, 30))
    assert list(upline(above, "1234")) == [(1, "123"), (2, "12"), (3, "1")]


def agreeing_rows(
    result: oracle.Result,
) -> tuple[list[dict[str, object]], list[dict[str, object]], list[dict[str, object]]]:
    """What an engine that agrees would write: standings as integers, money as decimal text."""
    standings = [
        {
            "member_id": each.member_id,
            "parent_id": each.parent_id or "",
            "depth": each.depth,
            "status": each.status,
            "active": str(each.active).lower(),
            "personal_volume": each.personal_volume,
            "commissionable_volume": each.commissionable_volume,
            "group_volume": f"{each.group_volume / 100:.2f}",
            "qualified_rank": each.qualified_rank,
            "rank": each.rank,
        }
        for each in result.standings.values()
    ]
    earnings: list[dict[str, object]] = [
        {"member_id": payee, "bonus": bonus, "amount": f"{amount / 100:.2f}"}
        for (payee, bonus), amount in result.earnings.items()
    ]
    shares: list[oracle.Line | oracle.Unpaid] = [*result.lines, *result.unpaid]
    lines: list[dict[str, object]] = [
        {
            "payee_id": each.payee_id,
            "bonus": each.bonus,
            "order_id": each.order_id,
            "source_id": each.source_id,
            "level": each.level,
            "tree_level": getattr(each, "tree_level", ""),
            "rate": str(getattr(each, "rate", "")),
            "exact": str(each.exact / 100),
            "amount": getattr(each, "amount", None),
            "reason": getattr(each, "reason", ""),
        }
        for each in shares
    ]
    return standings, earnings, lines


def test_differences_are_named(tmp_path: Path) -> None:
    plan = unilevel('none = ["0.10", "0.05", "0.01"]')
    (result,) = run(tmp_path, plan, CHAIN, "member_id volume\n1234 10.10\n12 1")
    standings, earnings, lines = agreeing_rows(result)
    assert oracle.differences(result, standings, earnings, lines) == []
    assert len(oracle.differences(result, standings[1:], earnings, lines)) == 1
    assert len(oracle.differences(result, standings, earnings, lines[1:])) == 1
    assert len(oracle.differences(result, standings, [*earnings, *earnings], lines)) == len(earnings)
    wrong = [{**lines[0], "rate": "0.11"}, *lines[1:]]
    missing, surplus = oracle.differences(result, standings, earnings, wrong)
    assert missing.startswith("line expected, not found: bonus=U order=o1")
    assert surplus.startswith("line found, not expected: bonus=U order=o1")
