"""Fixed amounts for pieces: levels, roles, recruiters; grouped plans and rates by rank; by their ids."""

from pathlib import Path

import pytest

from engine.explain.explanation import explain
from engine.graph.database import Graph
from engine.passes.record import result
from tests.oracle.notation import facts, ladder, regular
from tests.support.family import story

CHAIN = "member_id sponsor_id\n1 -\n12 1\n123 12"


def amounts(table: str, **options: str) -> str:
    lines = "\n".join(f"{key} = {value}" for key, value in options.items())
    return f'\n[[bonus]]\nname = "Pay"\nkind = "level_amount"\n{lines}\n[bonus.amounts]\n{table}\n'


def test_five_dollars_for_each_member_on_five_levels(graph: Graph, tmp_path: Path) -> None:
    """UL-05 with three in place of five below each; tests/test_published_regular.py has it as published."""
    members = regular(3, 5)
    ids = [line.split()[0] for line in members.splitlines()[1:]]
    orders = "member_id volume\n" + "\n".join(f"{member} 20" for member in ids)
    plan = amounts("none = [5, 5, 5, 5, 5]", per='"member"')
    told = story(graph, tmp_path, plan, members, orders)
    assert len(ids) - 1 == 363
    assert told.paid()["YOU"] == "1815"


@pytest.mark.parametrize(
    ("options", "paid"),
    [
        ({}, {"1": "3", "12": "15"}),  # o1, o2 and o3, less o4, which takes back o2 whole; o5 has no volume
        ({"per": '"member"'}, {"1": "1", "12": "5"}),
        ({"per": '"volume"', "each": "40"}, {"1": "4", "12": "20"}),
        ({"kinds": '["kit"]'}, {"12": "5", "1": "1"}),
        ({"kinds": '["kit"]', "without_sale": "true"}, {"12": "10", "1": "2"}),
    ],
)
def test_what_makes_a_piece(
    options: dict[str, str], paid: dict[str, str], graph: Graph, tmp_path: Path
) -> None:
    orders = """member_id volume kind refund_of
        123 100 sale -
        123 50 sale -
        123 60 kit -
        123 -50 refund o2
        123 0 kit -
        123 90 sale -
        123 -50 refund o6"""
    if not options:
        paid = {"1": "3", "12": "15"}
    told = story(graph, tmp_path, amounts("none = [5, 1]", **options), CHAIN, orders)
    assert told.paid() == paid


def test_fixed_amounts_go_up_by_rank_over_a_compression(graph: Graph, tmp_path: Path) -> None:
    plan = ladder("Gold") + amounts("none = [5]\nGold = [8, 2]", compression='"dynamic"')
    told = story(graph, tmp_path, plan, CHAIN, "member_id volume\n123 10", facts=facts("1:1"))
    assert told.paid() == {"12": "5", "1": "2"}
    assert told.rows["totals"][0]["reasons"] == '{"lower_rate": "3.00"}'


def test_the_fee_of_the_lower_plan_of_payer_and_receiver(graph: Graph, tmp_path: Path) -> None:
    """Plans of 10, 20 and 50 a month: 10 % of the lower fee of the two."""
    plan = ladder("Basic", "Plus", "Pro") + amounts(
        "Basic = [1, 1]\nPlus = [2, 2]\nPro = [5, 5]", grouped="true", per='"member"'
    )
    orders = "member_id volume\n1 20\n12 10\n123 50"
    told = story(graph, tmp_path, plan, CHAIN, orders, facts=facts("1:2 12:1 123:3"))
    assert told.paid() == {"1": "3", "12": "1"}  # 1 on 12's fee and 2 on 123's; 12 stands on the lowest plan


def test_ul_08_the_rate_of_the_lower_ranked_of_source_and_payee(graph: Graph, tmp_path: Path) -> None:
    plan = ladder("Plus", "Pro") + (
        '\n[[bonus]]\nname = "Pay"\nkind = "grouped_level"\n'
        '[bonus.rates]\nnone = ["0.05"]\nPlus = ["0.10"]\nPro = ["0.20", "0.10"]\n'
    )
    orders = "member_id volume\n12 100\n123 1000"
    told = story(graph, tmp_path, plan, CHAIN, orders, facts=facts("1:2 12:1 123:2"))
    assert told.paid() == {"1": "110", "12": "100"}  # 10 % of 100 and of 1000; 12 has Plus on 123's 1000


@pytest.mark.parametrize(("rank", "seller"), [(1, "50"), (2, "150"), (3, "240"), (4, None)])
def test_ul_14_seller_and_enroller_by_rank_on_four_fifths(
    rank: int, seller: str | None, graph: Graph, tmp_path: Path
) -> None:
    plan = (
        ladder("One", "Two", "Three", "Four")
        + """
        [[bonus]]
        name = "Seller"
        kind = "personal"
        base = "0.8"
        rate_by_rank = { One = "0.125", Two = "0.375", Three = "0.6", Four = "0" }
        [[bonus]]
        name = "Enroller"
        kind = "unilevel"
        base = "0.8"
        [bonus.rates]
        Two = ["0.10"]
        """
    )
    members = "member_id sponsor_id\nparent -\nuser parent"
    told = story(
        graph, tmp_path, plan, members, "member_id volume\nuser 500", facts=facts(f"parent:2 user:{rank}")
    )
    assert told.paid("Seller").get("user") == seller
    assert told.paid("Enroller") == {"parent": "40"}


ROLES = """
[[bonus]]
name = "Roles"
kind = "role_shares"
roles = ["PM", "OL", "VL"]
amounts = [1, 1, 1]

[[bonus]]
name = "Recruiter"
kind = "recruiter"
direct = { VS1 = 5, VS2 = 20 }
"""
HELD = {"VS1": 1, "VS2": 2, "PM": 3, "OL": 4, "VL": 5}


@pytest.mark.parametrize(
    ("case", "upline", "paid"),
    [
        ("PU-01", "VL OL PM VS2 VS1", {"VL": "1", "OL": "1", "PM": "1", "VS2": "15", "VS1": "5"}),
        ("PU-02", "VL OL PM VS2", {"VL": "1", "OL": "1", "PM": "1", "VS2": "20"}),
        ("PU-04", "VL VS2 VS1", {"VL": "3", "VS2": "15", "VS1": "5"}),
        ("PU-06", "VL VS1", {"VL": "18", "VS1": "5"}),
        ("PU-08", "PM VS2 VS1", {"PM": "1", "VS2": "15", "VS1": "5"}),
        ("PU-10", "PM", {"PM": "21"}),
        ("PU-11", "VL", {"VL": "23"}),
        ("nobody of a role", "VS1", {"VS1": "5"}),
    ],
)
def test_pu_shares_of_missing_roles_pass_up(
    case: str, upline: str, paid: dict[str, str], graph: Graph, tmp_path: Path
) -> None:
    names = [*upline.split(), "NEW"]
    above = ["-", *names]
    members = "member_id sponsor_id\n" + "\n".join(
        f"{name} {parent}" for name, parent in zip(names, above, strict=False)
    )
    held = " ".join(f"{name}:{HELD.get(name, 1)}" for name in names)
    told = story(
        graph, tmp_path, ladder(*HELD) + ROLES, members, "member_id volume\nNEW 100", facts=facts(held)
    )
    assert told.paid() == paid, case


def test_an_inactive_sponsor_is_not_paid_and_the_rest_still_goes_up(graph: Graph, tmp_path: Path) -> None:
    members = "member_id sponsor_id status\nVL - active\nVS1 VL suspended\nNEW VS1 active"
    plan = ladder(*HELD).replace('name = "VS1"', 'name = "VS1"\nmust_be_active = false') + ROLES
    told = story(graph, tmp_path, plan, members, "member_id volume\nNEW 100", facts=facts("VL:5 VS1:1 NEW:1"))
    assert told.paid("Recruiter") == {"VL": "15"}
    assert [row["reason"] for row in told.lines("Recruiter")] == ["inactive", ""]


def test_an_enrolment_without_a_sale_pays_nothing_unless_the_plan_says_so(
    graph: Graph, tmp_path: Path
) -> None:
    members, orders = "member_id sponsor_id\nVL -\nNEW VL", "member_id volume kind\nNEW 0 kit"
    plan = ladder(*HELD) + ROLES
    assert story(graph, tmp_path, plan, members, orders, facts=facts("VL:5")).paid() == {}
    told = story(graph, tmp_path, plan + "without_sale = true\n", members, orders, facts=facts("VL:5"))
    assert told.paid() == {"VL": "20"}


def test_an_explanation_finds_everybody_who_has_a_role(graph: Graph, tmp_path: Path) -> None:
    """Each role is looked for from the sale up: who is passed over for one role may hold another."""
    members = "member_id sponsor_id\nVL -\nPM VL\nVS1 PM\nNEW VS1"
    told = story(
        graph, tmp_path, ladder(*HELD) + ROLES, members, "member_id volume\nNEW 100",
        facts=facts("VL:5 PM:3 VS1:1"),
    )  # fmt: skip
    assert told.paid("Roles") == {"PM": "1", "VL": "2"}
    run = result(graph, "2026-11")
    sentences = {
        member: [each.verdict for each in explain(graph, run, member, "o1").stories]
        for member in ("VL", "PM", "VS1")
    }
    share, rest = "level {}, 1.00 USD a piece, pieces: 1", "a piece, pieces: 1"
    both = f"paid 2.00 USD: 1.00 for {share.format(2)}; 1.00 for {share.format(3)}"
    assert sentences == {
        "VL": [both, "not paid: the 2 levels that the bonus pays end below this member"],
        "PM": [f"paid 1.00 USD: {share.format(1)}", f"paid 15.00 USD: level 2, 15.00 USD {rest}"],
        "VS1": [
            "not paid: stepped over for level 1 by role, rank VS1 does not earn this level",
            f"paid 5.00 USD: level 1, 5.00 USD {rest}",
        ],
    }


KITS = """
[[bonus]]
name = "Small kit"
kind = "level_amount"
tree = "sponsor"
kinds = ["small"]
amounts = [30, 10]
{0}
[[bonus]]
name = "Large kit"
kind = "level_amount"
tree = "sponsor"
kinds = ["large"]
amounts = [100, 40, 20]
{0}
"""
RECRUITS = (
    "member_id sponsor_id enrolled_on\n1 - 2026-01-01\n12 1 2026-01-01\n123 12 2026-01-01\nnew 123 2026-11-02"
)


@pytest.mark.parametrize(
    ("options", "paid"),
    [
        ("", {"123": "230", "12": "90", "1": "40"}),
        ("days = 10", {"123": "130", "12": "50", "1": "20"}),
        ("first_orders = 1", {"123": "130", "12": "50", "1": "20"}),
        ("days = 9", {"123": "30", "12": "10"}),
    ],
)
def test_each_kit_pays_amounts_of_its_own_in_the_first_days_or_for_the_first_orders(
    options: str, paid: dict[str, str], graph: Graph, tmp_path: Path
) -> None:
    """A small kit on the first day, a large one on the tenth, and another after that."""
    orders = """member_id kind volume ordered_at
        new small 100 2026-11-02T12:00:00Z
        new large 500 2026-11-11T12:00:00Z
        new large 500 2026-11-12T12:00:00Z
        new sale 70 2026-11-03T12:00:00Z"""
    assert story(graph, tmp_path, KITS.format(options), RECRUITS, orders).paid() == paid
