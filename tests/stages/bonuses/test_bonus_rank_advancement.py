"""Rank advancement: once per rank and lifetime, after a rank is held, with or without what was skipped."""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from tests.oracle.notation import ladder
from tests.support.family import story

MONTHS = "2026-09 2026-10 2026-11 2026-12"
RANKS = ladder("Silver", "Gold", "Ruby")
MEMBERS = "member_id sponsor_id\nA -"
# Silver in September, Gold in October, nothing in November, Ruby in December.
LIFE = "member_id period name value\nA 2026-09 rank 1\nA 2026-10 rank 2\nA 2026-12 rank 3"


@pytest.mark.parametrize(
    ("options", "paid"),
    [
        ("", ["10", "20", None, "50"]),
        ("held = 2", [None, "10", None, None]),
    ],
)
def test_each_rank_is_paid_once_when_it_has_been_held(
    options: str, paid: list[str | None], graph: Graph, tmp_path: Path
) -> None:
    plan = RANKS + (
        '[[bonus]]\nname = "Rise"\nkind = "rank_advancement"\n'
        f"amounts = {{ Silver = 10, Gold = 20, Ruby = 50 }}\n{options}\n"
    )
    told = story(graph, tmp_path, plan, MEMBERS, "member_id volume\nA 1", MONTHS, facts=LIFE)
    assert [told.paid(period=month).get("A") for month in MONTHS.split()] == paid


@pytest.mark.parametrize(("skipped", "paid"), [("true", "80"), ("false", "50")])
def test_ranks_that_are_skipped_are_paid_by_option_and_never_again(
    skipped: str, paid: str, graph: Graph, tmp_path: Path
) -> None:
    plan = RANKS + (
        '[[bonus]]\nname = "Rise"\nkind = "rank_advancement"\n'
        f"amounts = {{ Silver = 10, Gold = 20, Ruby = 50 }}\npay_skipped = {skipped}\n"
    )
    life = "member_id period name value\nA 2026-10 rank 3\nA 2026-11 rank 2"
    told = story(
        graph, tmp_path, plan, MEMBERS, "member_id volume\nA 1", "2026-10 2026-11 2026-12", facts=life
    )
    assert [told.paid(period=month) for month in MONTHS.split()[1:]] == [{"A": paid}, {}, {}]


@pytest.mark.parametrize(
    ("missed", "paid"),
    [
        ("pay", ["33.33", "33.33", "33.34", None]),
        ("wait", ["33.33", None, "33.33", "33.34"]),
        ("lose", ["33.33", None, "33.34", None]),
    ],
)
def test_an_amount_is_paid_in_instalments_whatever_a_missed_month_does_to_them(
    missed: str, paid: list[str | None], graph: Graph, tmp_path: Path
) -> None:
    """100 in three parts from September on; the rank is missed in October."""
    plan = RANKS + (
        '[[bonus]]\nname = "Rise"\nkind = "rank_advancement"\n'
        f'amounts = {{ Silver = 100 }}\ninstalments = 3\nmissed = "{missed}"\n'
    )
    life = "member_id period name value\n" + "\n".join(
        f"A 2026-{month} rank 1" for month in ("09", "11", "12")
    )
    told = story(graph, tmp_path, plan, MEMBERS, "member_id volume\nA 1", MONTHS, facts=life)
    assert [told.paid(period=month).get("A") for month in MONTHS.split()] == paid
    lost = {row["period"]: row["reasons"] for row in told.rows["totals"]}
    assert lost["2026-10"] == ('{"not_held": "33.33"}' if missed == "lose" else "{}")


def test_a_rank_that_asks_for_one_held_before_is_rewarded_once_it_has_been_held_itself(
    graph: Graph, tmp_path: Path
) -> None:
    """Silver from September on, Gold from October on; each is paid in its second month."""
    held = '[[rank]]\nname = "Gold"\nrequire = [{ kind = "rank_held", rank = "Silver", periods = 1 }]\n'
    rise = '[[bonus]]\nname = "Rise"\nkind = "rank_advancement"\nheld = 2\n'
    rise += "amounts = { Silver = 10, Gold = 20 }\n"
    life = "member_id period name value\nA - rank 1"
    plan = ladder("Silver") + held + rise
    told = story(graph, tmp_path, plan, MEMBERS, "member_id volume\nA 1", MONTHS, facts=life)
    assert [told.ranks(month)["A"] for month in MONTHS.split()] == ["Silver", "Gold", "Gold", "Gold"]
    assert [told.paid(period=month).get("A") for month in MONTHS.split()] == [None, "10", "20", None]
