"""Ranks over several periods: grace, lifetime rank, overrides, accumulated volume."""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from tests.support.family import story
from tests.support.small_tables import ask

LADDER = """rank_grace = 1
[[rank]]
name = "Silver"
require = [{ kind = "personal_volume", at_least = 100 }]
grace = 2
[[rank]]
name = "Gold"
require = [{ kind = "personal_volume", at_least = 500 }]
[[rank]]
name = "Loyal"
must_be_active = false
require = [{ kind = "accumulated_volume", of = "personal", at_least = 650 }]
"""
MONTHS = "2026-09 2026-10 2026-11 2026-12"


def test_an_exempt_member_is_active_and_keeps_the_rank_but_none_that_was_forced(
    graph: Graph, tmp_path: Path
) -> None:
    orders = """
        order_id member_id volume ordered_at
        a 1 500 2026-09-05T00:00:00Z
        b 2 100 2026-09-05T00:00:00Z
        """
    overrides = """
        member_id kind value first_period last_period
        1 exempt - 2026-10 2026-11
        2 rank Gold 2026-10 2026-10
        2 exempt - 2026-11 2026-12
        """
    output = story(
        graph,
        tmp_path,
        LADDER + "[activity]\npersonal_volume = 10\n",
        "member_id sponsor_id\n1 -\n2 1",
        orders,
        MONTHS,
        overrides=overrides,
    )
    ranks = {member: [output.ranks(month)[member] for month in MONTHS.split()] for member in "12"}
    assert ranks == {
        "1": ["Gold", "Gold", "Gold", "none"],  # a grace of one month would have ended in October
        "2": ["Silver", "Gold", "Silver", "Silver"],
    }
    active = ask(
        graph,
        "MATCH (s:Standing {member_id: '1'}) MATCH (r:Run {number: s.run}) "
        "RETURN r.period AS month, s.active AS active ORDER BY month",
    )
    assert [row["active"] for row in active] == [True, True, True, False]


FORCED = """\
1 rank Gold 2026-09 2026-12
1 rank Silver 2026-11-01 2026-12
1 rank Loyal 2026-11 2026-12
1 rank Gold 2026-12-31 2026-12-31"""


@pytest.mark.parametrize("rows", [FORCED.splitlines(), FORCED.splitlines()[::-1]], ids=["in order", "turned"])
def test_of_forced_ranks_the_last_to_begin_holds_whichever_was_stored_first(
    rows: list[str], graph: Graph, tmp_path: Path
) -> None:
    """In November two begin on one day: the one of the day goes before the one of the month."""
    output = story(
        graph,
        tmp_path,
        LADDER,
        "member_id sponsor_id\n1 -\n2 1",
        "member_id volume ordered_at\n2 10 2026-09-05T00:00:00Z",
        MONTHS,
        overrides="\n".join(["member_id kind value first_period last_period", *rows]),
    )
    assert [output.ranks(month)["1"] for month in MONTHS.split()] == ["Gold", "Gold", "Silver", "Gold"]


def test_grace_keeps_the_rank_for_pay_and_a_lifetime_rank_stays(graph: Graph, tmp_path: Path) -> None:
    # 1 is Gold once, 2 Silver once. 3 sells 300 and returns 200, makes up for that, and reaches 650.
    orders = """
        order_id member_id volume kind ordered_at
        a 1 500 sale 2026-09-05T00:00:00Z
        b 2 100 sale 2026-09-05T00:00:00Z
        c 3 300 sale 2026-09-05T00:00:00Z
        d 3 -200 refund 2026-10-05T00:00:00Z
        e 3 300 sale 2026-11-05T00:00:00Z
        f 3 250 sale 2026-12-05T00:00:00Z
        """
    forced = "member_id kind value first_period last_period\n2 rank Gold 2026-12 2026-12"
    output = story(
        graph,
        tmp_path,
        LADDER,
        "member_id sponsor_id\n1 -\n2 1\n3 1",
        orders,
        MONTHS,
        overrides=forced,
    )
    ranks = {member: [output.ranks(month)[member] for month in MONTHS.split()] for member in "123"}
    assert ranks == {
        "1": ["Gold", "Gold", "none", "none"],
        "2": ["Silver", "Silver", "Silver", "Gold"],
        "3": ["Silver", "Silver", "Silver", "Loyal"],
    }
    qualified = [output.ranks(month, "qualified_rank")["2"] for month in MONTHS.split()]
    assert qualified == ["Silver", "none", "none", "none"]
    lifetime = ask(
        graph,
        "MATCH (s:Standing)-[]-() WITH DISTINCT s MATCH (r:Run {number: s.run, period: '2026-12'}) "
        "RETURN s.member_id AS id, s.lifetime_rank AS rank ORDER BY id",
    )
    assert {row["id"]: row["rank"] for row in lifetime} == {"1": 2, "2": 1, "3": 3}
