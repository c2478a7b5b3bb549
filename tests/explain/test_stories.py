"""Stories explain bonuses that are not paid order by order, and orders that a bonus leaves out."""

from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.explain.explanation import as_json, explain
from engine.explain.stories import READ_AT_ONCE, Above, BonusStory
from engine.graph.database import Graph, Row
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of
from tests.support.companies import month

COMPANY = """
plan:
  name = "Whole"
  [activity]
  personal_volume = 50
  [[rank]]
  name = "Silver"
  require = [{ kind = "group_volume", at_least = 400 }]
  [[bonus]]
  name = "Pairs"
  kind = "binary"
  calendar = "week"
  rate = "0.10"
  [[bonus]]
  name = "Match"
  kind = "matching"
  calendar = "week"
  bonuses = ["Pairs"]
  rates = ["0.50"]
  compression = "activity_skip"
  [[bonus]]
  name = "Steps"
  kind = "stairstep"
  brackets = [[100, "0.03"], [400, "0.10"]]
  [[bonus]]
  name = "Shape"
  kind = "structure"
  amount = 20
  require = [{ kind = "active_frontline", at_least = 2 }, { kind = "personal_volume", at_least = 60 }]
  [[bonus]]
  name = "Pool"
  kind = "pool"
  share = "0.02"
  rank = "Silver"
  [[bonus]]
  name = "Leaders"
  kind = "breakaway"
  border = "Silver"
  rates = ["0.05"]
  [[bonus]]
  name = "Advance"
  kind = "rank_advancement"
  amounts = { Silver = 100 }
  [[bonus]]
  name = "Year"
  kind = "unilevel"
  calendar = "year"
  rates = ["0.05"]
  [[cap]]
  bonuses = ["Pairs"]
  per = "member"
  amount = 12
members:
  member  sponsor  placement  leg
  1       -        -          -
  L       1        1          L
  R       1        1          R
  LL      L        L          L
  LR      L        L          R
  LLL     LL       LL         L
  X       -        -          -
orders:
  order  member  qv   cv   ordered_at
  a      1       100  100  2026-11-05T00:00:00Z
  b      L       50   50   2026-11-05T00:00:00Z
  c      R       300  300  2026-11-05T00:00:00Z
  d      LL      50   50   2026-11-05T00:00:00Z
  e      LR      130  130  2026-11-05T00:00:00Z
  f      LLL     200  200  2026-11-05T00:00:00Z
  g      LLL     60   0    2026-11-05T00:00:00Z
  h      LLL     100  100  2026-11-12T00:00:00Z
  i      LLL     0    0    2026-11-05T00:00:00Z
"""


@pytest.fixture
def week(graph: Graph, tmp_path: Path) -> RunRecord:
    return month(graph, tmp_path, COMPANY, "2026-W45")


def stories(graph: Graph, run: RunRecord, member: str, order: str = "f") -> dict[str, BonusStory]:
    return {story.bonus: story for story in explain(graph, Reach.everything, run, member, order).stories}


def test_a_binary_is_explained_by_the_legs_that_the_order_entered(graph: Graph, week: RunRecord) -> None:
    """LLL's 200 came to 1 by L: 430 on the left against 300 on the right, so the right leg is matched."""
    story = stories(graph, week, "1")["Pairs"]
    assert story.verdict == (
        "paid before caps 30.00 USD: 10 % of 300.00; for the period as a whole, this order came in by leg L, "
        "through L"
    )
    assert story.cut == (
        "of the 30.00 USD for the whole period the plan's caps took 18.00 and left 12.00: Pairs may pay "
        "12.00 per member"
    )
    assert [(each.member_id, each.distance, each.leg, each.through) for each in story.entries] == [
        ("LL", 1, "L", "LLL"),
        ("L", 2, "L", "LL"),
        ("1", 3, "L", "L"),
    ]
    figures = dict(story.entries[-1].figures)
    assert {name: figures[name] for name in ("left", "right", "weaker", "matched", "carried on")} == {
        "left": "430.00", "right": "300.00", "weaker": "right", "matched": "300.00",
        "carried on": "130.00, 0.00",
    }  # fmt: skip


def test_a_story_without_a_line_says_what_there_is_instead(graph: Graph, week: RunRecord) -> None:
    verdict = stories(graph, week, "LL")["Pairs"].verdict
    assert verdict.startswith("not paid: the member, active and paid as none, has no line of this bonus in")
    assert "left 200.00, right 0.00, weaker right" in verdict
    assert verdict.endswith("this order came in by leg L, through LLL")
    assert stories(graph, week, "X")["Steps"].verdict.endswith("; this order is not in the member's group")
    own = stories(graph, week, "LLL", "g")["Steps"].verdict
    assert own.endswith("for the period as a whole, this order is the member's own")


def test_carry_of_earlier_weeks_is_shown_by_itself(graph: Graph, tmp_path: Path) -> None:
    """In the second week h's 100 meet 130 that were carried on, and nothing on the right."""
    run = month(graph, tmp_path, COMPANY, "2026-W45", "2026-W46")
    figures = dict(stories(graph, run, "1", "h")["Pairs"].entries[-1].figures)
    assert (figures["left"], figures["carried in"], figures["weaker"]) == ("230.00", "130.00, 0.00", "right")


def test_matching_follows_the_order_through_those_whom_it_paid(graph: Graph, week: RunRecord) -> None:
    story = stories(graph, week, "1")["Match"]
    assert story.verdict == "paid 6.50 USD: level 1, 50 % of 13.00 USD"
    assert {(step.line.source_id, step.line.order_id) for step in story.steps} == {
        ("L", "Pairs"),
        ("1", "Pairs"),
    }
    assert stories(graph, week, "X")["Match"].verdict == (
        "not paid: is not above those who earned something from the order (1, L)"
    )
    without = stories(graph, week, "1", "i")["Match"].verdict
    assert "nobody earned anything there from this order" in without


def test_groups_pools_shapes_and_ranks_say_what_they_are_paid_on(graph: Graph, week: RunRecord) -> None:
    by_bonus = stories(graph, week, "1")
    assert by_bonus["Leaders"].verdict == "paid 21.50 USD: generation 1, 5 % of 430.00"
    assert by_bonus["Steps"].verdict.startswith(
        "paid 31.00 USD: 21.00 for level 1, 7 % of 300.00; 10.00 for 10 %"
    )
    assert by_bonus["Pool"].verdict.startswith("paid 8.30 USD for the period, out of all volume together")
    assert dict(by_bonus["Advance"].entries[-1].figures)["rewarded now"] == "Silver"
    assert all(by_bonus[name].about and by_bonus[name].plan_says for name in by_bonus)
    below = stories(graph, week, "L")
    assert below["Leaders"].verdict == (
        "not paid: the order is in the member's own group, which pays the members above it"
    )
    assert "does not meet personal volume; this order came in" in below["Shape"].verdict
    assert below["Shape"].requirements == (
        ("active frontline", "2", "2", True),
        ("personal volume", "60.00", "50.00", False),
    )
    outside = stories(graph, week, "X")
    assert stories(graph, week, "LR")["Match"].verdict == outside["Match"].verdict
    assert outside["Pool"].verdict == (
        "not paid: the member is not active and paid as none, and not among the members it pays "
        "(2 members share it)"
    )


def test_bonuses_of_another_calendar_name_the_period_to_ask_for(graph: Graph, week: RunRecord) -> None:
    assert explain(graph, Reach.everything, week, "1", "f").elsewhere == (
        "Year is paid for each year: see the period 2026",
    )


def test_stories_as_data(graph: Graph, week: RunRecord) -> None:
    data = as_json(explain(graph, Reach.everything, week, "1", "f"), plan_of(week))
    pairs, match = data["bonuses"][:2]
    assert pairs["entries"][-1]["figures"]["weaker"] == "right"
    assert pairs["entries"][-1]["lines"][0]["amount"] == "30.00"
    assert match["steps"][0]["base"] == "13.00"
    assert match["steps"][1]["why"] == "nobody is left above"


ORDERED = """
plan:
  name = "Orders"
  [activity]
  personal_volume = 10
  [[rank]]
  name = "Silver"
  require = [{ kind = "personal_volume", at_least = 500 }]
  [[rank]]
  name = "Gold"
  require = [{ kind = "personal_volume", at_least = 5000 }]
  [[bonus]]
  name = "Retail"
  kind = "personal"
  tiers = [[1000, "0.20"]]
  on = "customers"
  [[bonus]]
  name = "Start"
  kind = "fast_start"
  rates = ["0.20"]
  days = 30
  [[bonus]]
  name = "First"
  kind = "fast_start"
  rates = ["0.20"]
  first_orders = 1
  kinds = ["sale"]
  [[bonus]]
  name = "Points"
  kind = "level_amount"
  amounts = [1]
  per = "volume"
  each = 500
  [[bonus]]
  name = "Heads"
  kind = "recruiter"
  direct = 5
  per = "member"
  [[bonus]]
  name = "Roles"
  kind = "role_shares"
  roles = ["Silver", "Gold"]
  amounts = [2, 3]
  kinds = ["kit"]
members:
  member  sponsor  enrolled_on
  1       -        2026-01-01
  2       1        2026-01-01
  3       2        2026-10-20
customers:
  customer  member
  c         3
orders:
  order  member  customer  kind    qv   cv   ordered_at            refund_of
  a      1       -         sale    600  600  2026-11-01T00:00:00Z  -
  b      2       -         sale    20   20   2026-11-01T00:00:00Z  -
  c      3       -         sale    100  100  2026-11-18T23:00:00Z  -
  d      3       -         sale    100  100  2026-11-19T00:00:00Z  -
  e      3       c         sale    100  100  2026-11-20T00:00:00Z  -
  f      3       -         kit     90   0    2026-11-21T00:00:00Z  -
  g      3       -         refund  -40  -40  2026-11-22T00:00:00Z  c
"""
NOTHING = "nothing to pay on this order: "
WHY = {
    ("c", "Retail"): "it is 3's own order, and the bonus counts only customers' orders (on)",
    ("d", "Start"): "it came on day 31 of membership, only the first 30 count (days)",
    ("e", "Start"): "a customer bought it, and the bonus counts only the member's own orders (customers)",
    ("d", "First"): "only the first order counts, and this is a later one (first_orders)",
    ("f", "First"): "its kind is kit, and the bonus counts only sale (kinds)",
    ("c", "Points"): "its volume of 100.00 makes no whole piece of 500.00 (each)",
    (
        "d",
        "Heads",
    ): "an active member counts once for all orders, and another order counts (per)",
    ("g", "Heads"): "it does not refund a whole order, so it takes back no piece",
    ("c", "Roles"): "its kind is sale, and the bonus counts only kit (kinds)",
}
"""Why a bonus on orders has no line at all for an order."""


def test_a_bonus_that_leaves_an_order_out_says_by_which_option(graph: Graph, tmp_path: Path) -> None:
    run = month(graph, tmp_path, ORDERED)
    verdicts = {
        (order, bonus): story.verdict
        for order in "cdefg"
        for bonus, story in stories(graph, run, "2", order).items()
        if (order, bonus) in WHY
    }
    assert verdicts == {key: NOTHING + why for key, why in WHY.items()}
    start = stories(graph, run, "2", "c")
    assert start["Start"].verdict == "paid 20.00 USD: level 1, 20 % of 100.00"
    assert start["Heads"].verdict == "paid 5.00 USD: level 1, 1 piece at 5.00 USD"
    assert stories(graph, run, "3", "e")["Retail"].verdict == "not paid: the plan's rate is zero here"
    roles = stories(graph, run, "2", "f")["Roles"]
    assert [(step.line.payee_id, step.line.reason) for step in roles.steps] == [
        ("1", None),
        (None, "no_upline"),
    ]
    assert roles.verdict == "not paid: skipped for role Silver by role, rank none does not earn this level"


RULES = {
    "bonuses/thanks.cypher": """// Thanks: a rate on what a group ordered, above a threshold.
//
// kind:    bonus
// scope:   payee
// basis:   volume
// flow:    tally
// params:  rate: RATE, above: VOLUME = 200
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER

WITH payee, rule, payee[rule.state][0] AS tally
WHERE tally > rule.above
RETURN payee, 0 AS level, rule.rate AS rate, rule.rate AS budget, null AS reason, tally AS base
""",
    "flows/tally.cypher": """// What a member's group ordered.
//
// kind:    flow
// order:   any
// params:  none
// returns: state: LIST<INTEGER>
// shows:   tally: VOLUME = state[0], still_missing: VOLUME = rule.above - state[0]

RETURN [standing.group_volume] AS state
""",
}


def test_a_company_s_own_rule_is_explained_by_its_header(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "rules"
    for name, text in RULES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("UPLINE_RULES", str(home))
    plan = 'plan:\n  name = "Own"\n  [[bonus]]\n  name = "Thanks"\n  kind = "thanks"\n  rate = "0.10"\n'
    run = month(graph, tmp_path / "company", plan + ORDERED[ORDERED.index("members:") :])
    story = stories(graph, run, "1", "e")["Thanks"]
    assert story.verdict == (
        "paid 97.00 USD: 10 % of 970.00; for the period as a whole, this order came in through 2"
    )
    assert story.about == "Thanks: a rate on what a group ordered, above a threshold"
    assert dict(story.entries[0].figures) == {"tally": "350.00", "still missing": "-150.00"}


FROM_BUYER = """
plan:
  name = "Buyers"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = { none = ["0.10", "0.05"] }
  start = "buyer"
members:
  member  sponsor
  1       -
  2       1
customers:
  customer  member
  c         2
orders:
  order  member  customer  kind    qv   cv   refund_of
  a      2       c         sale    100  100  -
  b      2       -         sale    100  100  -
  r      2       -         refund  -40  -40  a
"""


def test_levels_that_begin_with_the_buyer_are_explained_for_customers_and_their_refunds(
    graph: Graph, tmp_path: Path
) -> None:
    run = month(graph, tmp_path, FROM_BUYER)
    payees = {
        order: [step.line.payee_id for step in stories(graph, run, "1", order)["Levels"].steps]
        for order in "abr"
    }
    assert payees == {"a": ["2", "1"], "b": ["1", None], "r": ["2", "1"]}


def test_a_long_way_up_is_explained_whole_and_read_as_far_as_needed(graph: Graph, tmp_path: Path) -> None:
    """A chain longer than two pieces: the root alone is active above, everybody between is skipped."""
    length = 2 * READ_AT_ONCE + 50
    chain = "".join(f"  m{place}  m{place - 1}\n" for place in range(1, length))
    plan = """plan:
  name = "Long"
  activity = { personal_volume = 50 }
  bonus = [{ name = "Team", kind = "unilevel", rates = ["0.05"], compression = "activity_skip" }]
"""
    orders = f"orders:\n  order  member  qv\n  a  m0  60\n  z  m{length - 1}  100\n"
    run = month(graph, tmp_path, f"{plan}members:\n  member  sponsor\n  m0  -\n{chain}{orders}")
    (step,) = stories(graph, run, "m0", "z")["Team"].steps
    assert step.line.payee_id == "m0"
    assert [skip.member_id for skip in step.skipped] == [f"m{place}" for place in range(length - 2, 0, -1)]
    read: list[list[str]] = []

    def rows_above(ids: list[str]) -> list[Row]:
        read.append(ids)
        return [{"member_id": each} for each in ids]

    path = Above([f"m{place}" for place in range(length)], rows_above)
    assert [row["member_id"] for row in path.rows(1, 3)] == ["m1", "m2"]
    assert [len(ids) for ids in read] == [READ_AT_ONCE]
    assert [row["member_id"] for row in path.beyond(5).rows(0, 2)] == ["m5", "m6"]
    assert len(path.rows(0, length + 1)) == length
    assert [len(ids) for ids in read] == [READ_AT_ONCE, READ_AT_ONCE, READ_AT_ONCE, 50]
