"""Several calendars in one plan: a weekly binary by monthly ranks and activity of four weeks."""

from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.explain.explanation import explain
from engine.graph.database import Graph
from engine.passes import record
from tests.oracle.notation import facts, ladder
from tests.support.family import story

PAIR_OF_LEGS = "member_id sponsor_id placement_id leg\nU - - -\nL U U L\nR U U R"
WEEKLY = '\n[[bonus]]\nname = "Binary"\nkind = "binary"\ncalendar = "week"\nrate = {}\n'
MONTHLY = '\n[[bonus]]\nname = "Levels"\nkind = "unilevel"\ncalendar = "month"\nrates = ["0.05"]\n'
BY_RANK = '{ none = "0.05", Gold = "0.10" }'
# U orders once a month, the legs every week.
ORDERS = """member_id volume ordered_at
    U 100 2026-10-28T12:00:00Z
    L 200 2026-11-04T12:00:00Z
    R 200 2026-11-04T12:00:00Z
    L 300 2026-11-25T12:00:00Z
    R 300 2026-11-25T12:00:00Z"""


def test_activity_of_the_last_days_lets_a_monthly_order_count_in_every_week(
    graph: Graph, tmp_path: Path
) -> None:
    weeks = "2026-W45 2026-W48"
    plan = "[activity]\npersonal_volume = 100\ndays = 28\n" + WEEKLY.format('"0.10"')
    output = story(graph, tmp_path, plan, PAIR_OF_LEGS, ORDERS, weeks)
    assert [output.paid(period=week) for week in weeks.split()] == [{"U": "20"}, {}]  # W48 begins 26 days on
    short = plan.replace("days = 28", "days = 7")
    assert story(graph, tmp_path, short, PAIR_OF_LEGS, ORDERS, weeks).paid(period="2026-W45") == {}
    day = plan.replace("28", "33")
    output = story(graph, tmp_path, day, PAIR_OF_LEGS, ORDERS, weeks)
    assert output.paid(period="2026-W48") == {"U": "30"}  # 28 October to 29 November are 33 days


def test_weeks_are_paid_by_the_rank_of_the_last_month(graph: Graph, tmp_path: Path) -> None:
    """Gold asks for 500 below in a month; October makes it, and no single week does."""
    gold = '[[rank]]\nname = "Gold"\nrequire = [{ kind = "group_volume", at_least = 500 }]\n'
    orders = ORDERS + "\nL 300 2026-10-05T12:00:00Z\nR 200 2026-10-13T12:00:00Z"
    plan = 'rank_calendar = "month"\n' + gold + WEEKLY.format(BY_RANK) + MONTHLY
    periods = "2026-W41 2026-W42 2026-10 2026-W45 2026-11 2026-W48"
    output = story(graph, tmp_path, plan, PAIR_OF_LEGS, orders, periods)
    assert output.paid("Binary", "2026-W42") == {
        "U": "10"
    }  # 5 % of 200: before the first month nobody has a rank
    assert output.paid("Binary", "2026-W45") == {"U": "20"}  # 10 % of 200
    assert output.ranks("2026-W45") == {"U": "Gold", "L": "none", "R": "none"}
    assert output.paid("Levels", "2026-10") == {"U": "25"}
    assert output.paid("Binary", "2026-11") == {}


MATCHES = """
[[bonus]]
name = "Match"
kind = "{}"
calendar = "month"
bonuses = ["Binary", "Levels"]
tree = "sponsor"
{}
[[cap]]
bonuses = ["Binary"]
amount = 25
"""
TOP = PAIR_OF_LEGS.replace("\nU - - -", "\nT - - -\nU T T L")


@pytest.mark.parametrize(
    ("kind", "rest"),
    [("matching", 'rates = ["0.50"]'), ("generation_matching", 'border = "own"\nrates = ["0.50"]')],
)
def test_a_month_matches_what_the_weeks_that_end_in_it_paid(
    kind: str, rest: str, graph: Graph, tmp_path: Path
) -> None:
    """Week 44 ends on 1 November and counts; week 49 ends in December and does not. Week 48 is cut to 25."""
    plan = WEEKLY.format('"0.10"') + MONTHLY + MATCHES.format(kind, rest)
    orders = (
        ORDERS
        + "\nL 100 2026-10-30T12:00:00Z\nR 150 2026-10-30T12:00:00Z\nL 900 2026-11-30T12:00:00Z"
        + "\nR 900 2026-11-30T12:00:00Z"
    )
    weeks = "2026-W43 2026-W44 2026-W45 2026-W46 2026-W48 2026-W49"
    output = story(graph, tmp_path, plan, TOP, orders, f"{weeks} 2026-11")
    assert [output.paid("Binary", week).get("U") for week in weeks.split()] == [
        None, "10", "20", None, "25", "25",
    ]  # fmt: skip
    assert output.paid("Levels", "2026-11") == {"U": "140"}
    # Half of 10 + 20 + 25 of the weeks, and of the 140 of the month itself.
    assert output.paid("Match", "2026-11")["T"] == "97.5"
    report = output.report["periods"][-1]  # type: ignore[index]
    assert any("no complete run of 2026-W47" in note for note in report["notes"])
    assert len(report["hashes"]["matched"]) == 64
    assert "matched" not in output.report["periods"][0]["hashes"]  # type: ignore[index]
    if kind == "matching":
        named = {row["order_id"] for row in output.lines("Match", "2026-11") if row["payee_id"] == "T"}
        assert named == {"Binary 2026-W44", "Binary 2026-W45", "Binary 2026-W48", "Levels"}


def test_an_explanation_of_a_match_goes_through_the_week(graph: Graph, tmp_path: Path) -> None:
    plan = WEEKLY.format('"0.10"') + MONTHLY + MATCHES.format("matching", 'rates = ["0.50"]')
    orders = "order_id " + ORDERS.replace("    L 200", "    a L 200").replace("    U", "    u U")
    orders = orders.replace("    R 200", "    b R 200").replace("    L 300", "    c L 300")
    orders = orders.replace("    R 300", "    d R 300")
    story(graph, tmp_path, plan, TOP, orders, "2026-W45 2026-11")
    explanation = explain(graph, Reach.everything, record.result(graph, "2026-11"), "T", "a")
    match = explanation.stories[-1]
    assert match.verdict.startswith("paid 35.00 USD")
    assert [step.line.order_id for step in match.steps] == ["Binary 2026-W45", "Levels"]
    late = explain(graph, Reach.everything, record.result(graph, "2026-11"), "L", "a").stories[-1]
    assert late.verdict == "not paid: is not above those who earned something from the order (U)"


def test_an_override_of_the_week_goes_before_the_rank_of_the_month(graph: Graph, tmp_path: Path) -> None:
    plan = 'rank_calendar = "month"\n' + ladder("Silver", "Gold") + WEEKLY.format(BY_RANK) + MONTHLY
    overrides = "member_id kind value first_period last_period\nU rank Gold 2026-W45 2026-W45"
    output = story(
        graph, tmp_path, plan, PAIR_OF_LEGS, ORDERS, "2026-10 2026-W45 2026-W48",
        facts=facts("U:1"), overrides=overrides,
    )  # fmt: skip
    assert [output.paid("Binary", week) for week in ("2026-W45", "2026-W48")] == [{"U": "20"}, {"U": "15"}]
