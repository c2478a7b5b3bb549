"""Fast start: the published cases, the window, the count of orders, and who is an enroller."""

from pathlib import Path

from engine.graph.database import Graph
from tests.support.family import story


def fast_start(**options: str) -> str:
    lines = "\n".join(f"{key} = {value}" for key, value in options.items())
    return f'\n[[bonus]]\nname = "F"\nkind = "fast_start"\n{lines}\n'


RATES = '["0.20", "0.10", "0.05"]'
NEW = "2026-10-15"


def test_fs_01_three_orders_in_the_first_60_days(graph: Graph, tmp_path: Path) -> None:
    told = story(
        graph,
        tmp_path,
        "[activity]\npersonal_volume = 100\n" + fast_start(rates=RATES, days="60", first_orders="3"),
        f"member_id sponsor_id enrolled_on\nLisa - 2026-01-01\nMegan Lisa {NEW}",
        "order_id member_id volume\nl Lisa 100\na Megan 132\nb Megan 78\nc Megan 147\nd Megan 50",
    )
    assert told.paid() == {"Lisa": "71.4"}
    paid = {row["order_id"]: row["amount"] for row in told.lines("F") if row["payee_id"] == "Lisa"}
    assert paid == {"a": "26.40", "b": "15.60", "c": "29.40"}


def test_fs_03_ten_percent_of_a_package(graph: Graph, tmp_path: Path) -> None:
    plan, members = fast_start(rates='["0.10"]'), "member_id sponsor_id\nBA -\nN BA"
    assert story(graph, tmp_path, plan, members, "member_id volume\nN 450").paid() == {"BA": "45"}


def test_fs_04_a_kit_pays_three_uplines(graph: Graph, tmp_path: Path) -> None:
    told = story(
        graph,
        tmp_path,
        fast_start(rates='["0.30", "0.10", "0.05"]', kinds='["kit"]'),
        "member_id sponsor_id\nA -\nB A\nC B\nD C",
        "member_id kind volume\nD kit 2930\nD sale 77",
    )
    assert told.paid() == {"C": "879", "B": "293", "A": "146.5"}


def test_the_window_is_counted_in_days_of_the_plans_time_zone(graph: Graph, tmp_path: Path) -> None:
    # Enrolled on November 1st, 10 days: the last one is the 10th, in Auckland (13 hours ahead of UTC).
    told = story(
        graph,
        tmp_path,
        'time_zone = "Pacific/Auckland"\n' + fast_start(rates='["0.10"]', days="10"),
        "member_id sponsor_id enrolled_on\n1 - 2026-01-01\n11 1 2026-11-01",
        "order_id member_id volume ordered_at\n"
        "in 11 100 2026-11-10T10:59:59Z\nout 11 100 2026-11-10T11:00:00Z",
    )
    assert [row["order_id"] for row in told.lines("F")] == ["in"]


def test_it_climbs_the_sponsor_tree_and_an_unearned_share_stays(graph: Graph, tmp_path: Path) -> None:
    # 112 is placed under 11 but sponsored by 12, who is not active.
    told = story(
        graph,
        tmp_path,
        "[activity]\npersonal_volume = 50\n" + fast_start(rates=RATES),
        "member_id sponsor_id placement_id\n1 - -\n11 1 1\n12 1 1\n112 12 11",
        "member_id volume\n1 50\n112 100",
    )
    assert told.paid() == {"1": "10"}
    unpaid = [row for row in told.lines("F") if row["payee_id"] == "12"]
    assert [row["reason"] for row in unpaid] == ["inactive"]


def test_an_unearned_share_moves_up_where_the_plan_says_so(graph: Graph, tmp_path: Path) -> None:
    told = story(
        graph,
        tmp_path,
        "[activity]\npersonal_volume = 50\n" + fast_start(rates=RATES, compression='"activity_skip"'),
        "member_id sponsor_id\n1 -\n12 1\n112 12",
        "member_id volume\n1 50\n112 100",
    )
    assert told.paid() == {"1": "20"}


def test_customers_orders_count_by_option_and_refunds_follow_their_order(
    graph: Graph, tmp_path: Path
) -> None:
    members = f"member_id sponsor_id enrolled_on\n1 - 2026-01-01\n11 1 {NEW}"
    orders = """order_id member_id customer_id kind volume refund_of ordered_at
        a 11 - sale 100 - 2026-10-20T00:00:00Z
        b 11 c1 sale 40 - 2026-11-02T00:00:00Z
        c 11 - sale 30 - 2026-11-03T00:00:00Z
        d 11 - refund -100 a 2026-11-04T00:00:00Z
        e 11 - refund -30 c 2026-11-05T00:00:00Z"""
    customers = "customer_id member_id\nc1 11"

    def paid(**options: str) -> dict[str, str]:
        plan = fast_start(rates='["0.10"]', first_orders="1", **options)
        periods = "2026-10 2026-11"
        return story(graph, tmp_path, plan, members, orders, periods, customers=customers).paid()

    # The first order was paid in October and is taken back in November; c and its refund never counted.
    assert paid() == {"1": "-10"}
    assert paid(customers="true") == {"1": "-10"}


def test_ul_12_active_legs_open_levels(graph: Graph, tmp_path: Path) -> None:
    plan = """
[activity]
personal_volume = 100
[[bonus]]
name = "U"
kind = "unilevel"
base = "0.4"
rates = ["0.07", "0.06", "0.05", "0.04", "0.03"]
depth_by_active_legs = { 1 = 2 }
[[bonus]]
name = "Own"
kind = "personal"
rate = "0"
"""
    members = "member_id sponsor_id\n1 -\n2 1\n3 2\n4 3\n5 4"
    orders = "order_id member_id qualifying_volume commissionable_volume\n"
    orders += "".join(f"o{n} {n} 150 0\n" for n in (1, 2, 3, 4)) + "o5 5 150 100"
    told = story(graph, tmp_path, plan, members, orders)
    assert told.paid("U") == {"4": "2.8", "3": "2.4"}
    reasons = {row["payee_id"]: row["reason"] for row in told.lines("U") if row["reason"]}
    assert (reasons["2"], reasons["1"]) == ("active_legs", "active_legs")
