"""Several calendars side by side: a weekly binary by monthly ranks and activity of four weeks."""

from pathlib import Path

from engine.graph import Graph
from tests.family import story
from tests.oracle.notation import facts, ladder

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
    told = story(graph, tmp_path, plan, PAIR_OF_LEGS, ORDERS, weeks)
    assert [told.paid(period=week) for week in weeks.split()] == [{"U": "20"}, {}]  # W48 begins 26 days later
    short = plan.replace("days = 28", "days = 7")
    assert story(graph, tmp_path, short, PAIR_OF_LEGS, ORDERS, weeks).paid(period="2026-W45") == {}
    day = plan.replace("28", "33")
    told = story(graph, tmp_path, day, PAIR_OF_LEGS, ORDERS, weeks)
    assert told.paid(period="2026-W48") == {"U": "30"}  # 28 October to 29 November are 33 days


def test_weeks_are_paid_by_the_rank_of_the_last_month(graph: Graph, tmp_path: Path) -> None:
    """Gold asks for 500 below in a month; October makes it, and no single week does."""
    gold = '[[rank]]\nname = "Gold"\nrequire = [{ kind = "group_volume", at_least = 500 }]\n'
    orders = ORDERS + "\nL 300 2026-10-05T12:00:00Z\nR 200 2026-10-13T12:00:00Z"
    plan = 'rank_calendar = "month"\n' + gold + WEEKLY.format(BY_RANK) + MONTHLY
    periods = "2026-W41 2026-W42 2026-10 2026-W45 2026-11 2026-W48"
    told = story(graph, tmp_path, plan, PAIR_OF_LEGS, orders, periods)
    assert told.paid("Binary", "2026-W42") == {
        "U": "10"
    }  # 5 % of 200: before the first month nobody has a rank
    assert told.paid("Binary", "2026-W45") == {"U": "20"}  # 10 % of 200
    assert told.ranks("2026-W45") == {"U": "Gold", "L": "none", "R": "none"}
    assert told.paid("Levels", "2026-10") == {"U": "25"}
    assert told.paid("Binary", "2026-11") == {}


def test_an_override_of_the_week_goes_before_the_rank_of_the_month(graph: Graph, tmp_path: Path) -> None:
    plan = 'rank_calendar = "month"\n' + ladder("Silver", "Gold") + WEEKLY.format(BY_RANK) + MONTHLY
    given = "member_id kind value first_period last_period\nU rank Gold 2026-W45 2026-W45"
    told = story(
        graph, tmp_path, plan, PAIR_OF_LEGS, ORDERS, "2026-10 2026-W45 2026-W48",
        facts=facts("U:1"), overrides=given,
    )  # fmt: skip
    assert [told.paid("Binary", week) for week in ("2026-W45", "2026-W48")] == [{"U": "20"}, {"U": "15"}]
