"""Figures past 64 bits: the run says in which pass, and after which order, and nothing is kept."""

from pathlib import Path

import pytest

from engine.graph.database import FigureTooLargeError, Graph
from engine.passes.record import complete
from engine.stages.checks import CheckFailedError
from tests.rules.test_reads import written
from tests.support.companies import month

SELLERS = """
members:
  member  sponsor
  1       -
  11      1
  12      1
  111     11
  121     12
orders:
  member  qv
  {}
facts:
  member  name  value
  111     f     {fact}
plan:
  name = "Large"
  tree = "sponsor"
  {plan}
"""


def company(plan: str, orders: int = 1, fact: int = 1) -> str:
    """Each of two members sells so many times the largest volume."""
    rows = [f"{member}     1000000000" for member in ("111", "121") for _ in range(orders)]
    return SELLERS.format("\n  ".join(rows), plan="\n  ".join(plan.strip().splitlines()), fact=fact)


UNILEVEL = '[[bonus]]\nname = "Team"\nkind = "unilevel"\nrates = ["10"]'
FINE = UNILEVEL.replace("10", "0.123456789")
PIECES = """
[[bonus]]
name = "Pieces"
kind = "recruiter"
per = "volume"
each = "0.01"
direct = 10000000000000
"""
POOL = """
[[rank]]
name = "Known"
require = [{ kind = "fact", name = "f" }]
[[bonus]]
name = "Pool"
kind = "pool"
share = "1"
by = "fact"
fact = "f"
"""
FOUR = "".join(
    f"""
[[bonus]]
name = "{name}"
kind = "recruiter"
per = "volume"
each = "0.01"
direct = 300000
"""
    for name in ("A", "B", "C", "D")
)
"""Each pays 3 x 10^18 minor units to the sponsor of each seller; two of them still fit into 64 bits."""
CAP = """
[[cap]]
bonuses = ["A", "B", "C", "D"]
amount = 10
per = "{}"
"""
TOO_LARGE = {
    "the bonuses of a member, before a cap": (company(FOUR + CAP.format("member")), "caps"),
    "the bonuses of an owner, before a cap": (company(FOUR + CAP.format("owner")), "caps"),
    "the bonuses of all, before a cap": (company(FOUR + CAP.format("company")), "caps"),
    "the bonuses of a member": (company(FOUR), "statements"),
    "the units of one payee": (company(UNILEVEL, orders=10), "bonus Team"),
    "the units of all payees": (company(UNILEVEL, orders=6), "bonus Team"),
    "a single product": (company(PIECES), "bonus Pieces"),
    "a product with a rate of nine decimals": (company(FINE), "bonus Team"),
}


@pytest.mark.parametrize("what", TOO_LARGE)
def test_a_figure_past_64_bits_is_refused_with_its_pass_and_the_largest_order(
    what: str, graph: Graph, tmp_path: Path
) -> None:
    text, name = TOO_LARGE[what]
    with pytest.raises(FigureTooLargeError) as raised:
        month(graph, tmp_path, text)
    error = raised.value
    assert error.what == f"{name}: a figure is larger than 9,223,372,036,854,775,807 (64 bits)"
    assert error.where == "period 2026-11"
    assert "The largest order is " in str(error.todo)
    assert " of member 111: 1000000000.00." in str(error.todo)
    assert complete(graph) == []
    assert graph.read("runs/every") == []


PAYS = """// Pays pieces.
//
// kind:    bonus
// scope:   payee
// basis:   count
// params:  none
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER

UNWIND [5000000000000000000, 5000000000000000000][..{lines}] AS base
WITH payee, CASE payee.member_id WHEN '1' THEN base WHEN '11' THEN {other} ELSE 0 END AS base
RETURN payee, 0 AS level, {rate} AS rate, {budget} AS budget, null AS reason, base
"""
PUSHES = """// Pushes.
//
// kind:    push
// params:  none
// returns: receives: BOOLEAN, volume: INTEGER, reason: STRING

RETURN standing.depth = 0 AS receives, 5000000000000000000 AS volume, null AS reason
"""
OWN = {
    "a sum of lines": ("bonus", PAYS.format(lines=2, other=0, rate=1, budget=1)),
    "sums of lines that cancel out": ("bonus", PAYS.format(lines=2, other="-base", rate=1, budget=1)),
    "a product": ("bonus", PAYS.format(lines=1, other=0, rate=3, budget=3)),
    "what stays with the company": ("bonus", PAYS.format(lines=1, other=0, rate=1, budget=3)),
    "volume that is pushed up": ("push", PUSHES),
}
USED = {"bonus": '[[bonus]]\nname = "Mine"\nkind = "mine"', "push": '[volume]\npush_up = "mine"'}


@pytest.mark.parametrize("capped", [False, True], ids=["", "capped"])
@pytest.mark.parametrize("what", OWN)
def test_what_a_company_s_own_rule_adds_up_past_64_bits_is_refused(
    what: str, capped: bool, graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, text = OWN[what]
    written(tmp_path, kind, "mine", text)
    monkeypatch.setenv("UPLINE_RULES", str(tmp_path))
    plan = USED[kind]
    if capped and kind == "bonus":
        plan += CAP.format("member").replace('"A", "B", "C", "D"', '"Mine"')
    # Sums that cancel out leave no total that is too large; then the check of figures finds them.
    with pytest.raises((FigureTooLargeError, CheckFailedError)) as raised:
        month(graph, tmp_path / "company", company(plan))
    if what == "sums of lines that cancel out" and not capped:
        assert "figures_are_integers: 1 earned should be INTEGER, is FLOAT" in str(raised.value)
    else:
        assert "64 bits" in str(raised.value)
        assert raised.value.where == "period 2026-11"
    assert complete(graph) == []


def test_what_just_fits_is_paid(graph: Graph, tmp_path: Path) -> None:
    """Four times the largest volume at the largest rate, for each of two payees."""
    run = month(graph, tmp_path, company(UNILEVEL, orders=4))
    assert [total["paid"] for total in run.totals] == [2 * 4 * 10**12]


def test_a_pool_is_shared_by_the_largest_facts(graph: Graph, tmp_path: Path) -> None:
    """The whole volume times such a fact is far past 64 bits; the rule never multiplies the two at once."""
    run = month(graph, tmp_path, company(POOL, fact=10**15))
    assert [total["paid"] for total in run.totals] == [2 * 10**11]


def test_a_plan_of_the_largest_size_is_run(graph: Graph, tmp_path: Path) -> None:
    """A hundred levels of a bonus, each compressed for itself, and a hundred ranks."""
    ranks = "".join(
        f'[[rank]]\nname = "R{number}"\nrequire = [{{ kind = "personal_volume", at_least = {number} }}]\n'
        for number in range(1, 101)
    )
    levels = ", ".join(['"0.001"'] * 100)
    deep = f'[[bonus]]\nname = "Deep"\nkind = "unilevel"\ncompression = "dynamic"\nrates = [{levels}]'
    run = month(graph, tmp_path, company(ranks + deep))
    assert [total["paid"] for total in run.totals] == [2 * 2 * 10**11 // 1000]
