"""Breakaway with levels inside each group and an override across its border, as a published plan pays them.

Figures of the worked example: https://github.com/mheuss/mlmforge content/guides/stairstep.md commit 2f7bd22b
"""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from tests.oracle.notation import facts, ladder
from tests.support.family import story

RANKS = ladder("Bronze", "Silver", "Gold", "Platinum", "Diamond")
LEVELS = """
[[bonus]]
name = "Levels"
kind = "group_level"
border = "Gold"
base = "0.4"
[bonus.rates]
none = ["0.05"]
Bronze = ["0.05", "0.03"]
Silver = ["0.05", "0.05", "0.03"]
Gold = ["0.05", "0.05", "0.05"]
"""
OVERRIDE = """
[[bonus]]
name = "Override"
kind = "breakaway"
border = "Gold"
override = "difference"
least = "0.01"
base = "0.4"
rates = { Gold = ["0.05"], Platinum = ["0.07"], Diamond = ["0.09"] }
"""
TREE = "member_id sponsor_id\nDan -\nPat Dan\nGina Pat\nSam Gina\nBeth Gina\nMike Sam"
# Gina's customers' and group's 500 points: Carol buys 300 from Mike, Beth's customers 200 from Beth.
ORDERS = "member_id volume\nCarol 300\nB 200"
TREE_WITH_BUYERS = TREE + "\nCarol Mike\nB Gina"


def paid(graph: Graph, folder: Path, plan: str, held: str) -> dict[str, str]:
    return story(graph, folder, RANKS + plan, TREE_WITH_BUYERS, ORDERS, facts=facts(held)).paid()


HELD = "Dan:5 Pat:4 Gina:3 Sam:2 Beth:1"


def test_levels_are_paid_up_to_the_leader_of_the_group_and_no_further(graph: Graph, tmp_path: Path) -> None:
    told = story(graph, tmp_path, RANKS + LEVELS, TREE_WITH_BUYERS, ORDERS, facts=facts(HELD))
    assert told.paid() == {"Mike": "6", "Sam": "6", "Gina": "10"}
    stopped = [
        (row["payee_id"], row["level"]) for row in told.lines("Levels") if row["reason"] == "breakaway"
    ]
    assert stopped == [("Pat", "2"), ("Dan", "3")]


def test_the_override_is_the_difference_of_rates_on_the_whole_group(graph: Graph, tmp_path: Path) -> None:
    """7 % less 5 %, on 40 % of 500."""
    assert paid(graph, tmp_path, OVERRIDE, HELD) == {"Pat": "4"}


@pytest.mark.parametrize(("rank", "amount"), [("3", "2"), ("4", "4"), ("5", "8")])
def test_a_leader_of_no_higher_rate_earns_the_least(
    rank: str, amount: str, graph: Graph, tmp_path: Path
) -> None:
    assert paid(graph, tmp_path, OVERRIDE, f"Pat:{rank} Gina:3") == {"Pat": amount}


INACTIVE = "[activity]\npersonal_volume = 10\n"


def test_a_leader_who_is_not_active_keeps_the_group_by_option(graph: Graph, tmp_path: Path) -> None:
    """Gina orders nothing: without her border Pat leads everybody below, with it Dan is a generation on."""
    rates = 'rates = ["0.10", "0.05"]\n'
    plan = INACTIVE + RANKS + '[[bonus]]\nname = "Override"\nkind = "breakaway"\nborder = "Gold"\n' + rates
    orders = "member_id volume\nDan 10\nPat 10\nB 200"
    forced = "member_id kind value first_period last_period\nGina rank Gold 2026-11 -"
    held = facts("Dan:5 Pat:4")
    told = story(graph, tmp_path, plan, TREE_WITH_BUYERS, orders, facts=held, overrides=forced)
    assert told.paid() == {"Dan": "21"}
    kept = plan + 'inactive = "keep"\n'
    told = story(graph, tmp_path, kept, TREE_WITH_BUYERS, orders, facts=held, overrides=forced)
    assert told.paid() == {"Pat": "20", "Dan": "11"}
