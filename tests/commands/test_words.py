"""What people read of a run: every step and figure as the plan and the trade write them."""

import json
import re
from pathlib import Path

import pytest

from engine.graph.database import Graph
from tests.conftest import Upline
from tests.support.companies import month

COMPANY = """
plan:
  name = "Words"
  [activity]
  personal_volume = 1000
  [[rank]]
  name = "Silver"
  must_be_active = false
  require = [{ kind = "fact", name = "silver" }]
  [[rank]]
  name = "Gold"
  require = [{ kind = "group_volume", at_least = 9000, leg_cap = "0.6" }]
  [[bonus]]
  name = "Roles"
  kind = "role_shares"
  roles = ["Silver", "Gold"]
  amounts = [1200, 3400]
  [[bonus]]
  name = "Team"
  kind = "unilevel"
  rates = ["1", "0.5"]
  require = [{ kind = "personal_volume", at_least = 1500 }]
  [[bonus]]
  name = "Leaders"
  kind = "generation"
  border = "Silver"
  rates = ["0.5", "0.25"]
  [[bonus]]
  name = "Infinity"
  kind = "infinity"
  rates = { Gold = "0.5" }
  [[bonus]]
  name = "Pairs"
  kind = "binary"
  rate = "0.5"
  [[bonus]]
  name = "Steps"
  kind = "stairstep"
  brackets = { 1000 = "0.1", 5000 = "0.2" }
  [[bonus]]
  name = "Pool"
  kind = "pool"
  share = "0.5"
  [[cap]]
  bonuses = ["Team"]
  amount = 2500
members:
  member  sponsor  placement  leg
  A       -        -          -
  B       A        A          L
  C       A        A          R
  D       B        B          L
  E       -        -          -
  F       E        E          L
  G       E        E          R
facts:
  member  name
  A       silver
  B       silver
  E       silver
orders:
  order  member  qv
  a      A       2000
  b      B       4000
  c      C       1750
  d      D       3000
  e      E       990
  f      F       9500
  g      G       4000
"""
RAW = re.compile(r"(?<![\d,.-])\d{4,}(?:\.\d+)?(?![\d-])")
"""A number of four digits or more without separators; the year of a day is none."""


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Graph:
    month(graph, tmp_path, COMPANY)
    return graph


def test_numbers_for_people_have_separators_and_steps_have_the_names_of_the_plan(
    company: Graph, upline: Upline
) -> None:
    commands: list[tuple[str, ...]] = [("explain", "A", "--order", order) for order in "abd"]
    commands += [
        ("statement", "A"),
        ("rank", "A"),
        ("rank", "E"),
        ("tree", "A"),
        ("explain", "C", "--order", "d"),
    ]
    pages = {words: upline(*words).stdout for words in commands}
    raw = {
        words: [line for line in page.splitlines() if RAW.search(line) and "the plan says" not in line]
        for words, page in pages.items()
    }
    assert raw == {words: [] for words in commands}
    explained = pages["explain", "A", "--order", "d"]
    assert "role Gold, 1 piece at 3,400.00 USD" in explained
    assert "generation 2, 25 % of 3,000.00" in explained
    assert "rank Gold, 50 % of 3,000.00" in explained
    assert "level 2, 50 % of 3,000.00" in explained
    assert "the plan's caps took" in explained
    assert "2,500.00" in explained
    assert "it requires personal volume 1,500.00: 2,000.00, met" in explained


def test_figures_for_programs_have_no_separators(company: Graph, upline: Upline) -> None:
    explained = json.loads(upline("explain", "A", "--order", "d", "--json").stdout)
    bonuses = {each["bonus"]: each for each in explained["bonuses"]}
    assert bonuses["Roles"]["steps"][1]["rate"] == "3400.00"
    lines = json.loads(upline("statement", "A", "--json").stdout)["lines"]
    rates = {line["bonus"]: line["rate"] for line in lines if line["source_id"] == "D"}
    assert (rates["Roles"], rates["Team"]) == ("3400.00", "0.500000")
    assert bonuses["Steps"]["entries"][-1]["figures"]["group paid on"] == "10750.00"
    assert bonuses["Team"]["requirements"][0]["required"] == "1500.00"


def test_without_an_order_an_explanation_sums_up_and_leads_to_one(company: Graph, upline: Upline) -> None:
    summary = upline("explain", "A", "--bonus", "Steps")
    assert (summary.returncode, summary.stderr) == (0, "")
    assert "upline explain MEMBER --order ORDER shows the way of one order" in summary.stdout


def test_a_rank_card_shows_what_each_leg_counted(company: Graph, upline: Upline) -> None:
    lines = upline("rank", "A").stdout.splitlines()
    gold = next(line for line in lines if line.lstrip().startswith("Gold"))
    assert gold.split("met")[1].strip() == "B 5,400.00, C 1,750.00"
    card = json.loads(upline("rank", "A", "--json").stdout)["card"]
    legs = next(row for row in card if row["rank"] == "Gold")["legs"]
    assert {leg["member_id"]: leg["counts"] for leg in legs} == {"B": "5400.00", "C": "1750.00"}


def test_a_rank_card_says_where_only_activity_is_missing(company: Graph, upline: Upline) -> None:
    lines = [line.strip() for line in upline("rank", "E").stdout.splitlines()]
    assert lines[-2:] == ["to Gold", "only activity is missing: personal volume 990.00 of 1,000.00"]
