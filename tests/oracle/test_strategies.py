"""The random companies and plans are sound, and the oracle keeps its own laws on them."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from tests import oracle
from tests.support.strategies import PERIODS, RANKS, Case, companies, drawn, forest, forests, grove, plans


def computed(case: Case) -> list[oracle.Result]:
    with TemporaryDirectory() as folder:
        directory, plan = case.write(Path(folder))
        return oracle.compute(directory, plan, list(PERIODS))


@settings(max_examples=25, deadline=None)
@given(forests())
def test_nothing_is_lost_or_doubled(case: Case) -> None:
    for result in computed(case):
        standings = result.standings.values()
        roots = [standing for standing in standings if standing.parent_id is None]
        assert sum(root.group_volume for root in roots) == sum(each.personal_volume for each in standings)
        for bonus, totals in result.totals.items():
            lines = [line for line in result.lines if line.bonus == bonus]
            left = [share for share in result.unpaid if share.bonus == bonus]
            earned = [amount for (_, name), amount in result.earnings.items() if name == bonus]
            assert totals.paid_exact == sum(line.exact for line in lines)
            assert totals.breakage == sum(share.exact for share in left)
            assert totals.budget == totals.paid_exact + totals.breakage
            assert totals.paid == sum(earned) == totals.paid_exact + totals.rounding
        assert all(result.standings[line.payee_id].active for line in result.lines)


def without(prefix: str, result: oracle.Result) -> tuple[list[object], list[object]]:
    """The standings and lines of one company of a forest, its prefix taken off."""

    def bare(value: str) -> str:
        return value.removeprefix(prefix)

    standings = [
        replace(
            each,
            member_id=bare(member),
            parent_id=each.parent_id and bare(each.parent_id),
            sponsor_id=each.sponsor_id and bare(each.sponsor_id),
        )
        for member, each in result.standings.items()
        if member.startswith(prefix)
    ]
    lines = [
        replace(
            each, payee_id=bare(each.payee_id), order_id=bare(each.order_id), source_id=bare(each.source_id)
        )
        for each in result.lines
        if each.order_id.startswith(prefix)
    ]
    return list(standings), list(lines)


def test_a_forest_is_its_companies_side_by_side() -> None:
    plan = drawn(plans(len(RANKS)), 6, 3)[-1]
    some = drawn(companies(), 12, 3)
    together = computed(Case(forest(some), plan))
    for number, company in enumerate(some):
        for alone, among in zip(computed(Case(company, plan)), together, strict=True):
            assert without("", alone) == without(f"{number}/", among)


@pytest.mark.long
def test_groves_are_rich() -> None:
    """Enough of everything that two engines could disagree on."""
    cases = [grove(number, 40) for number in range(12)]
    results = [result for case in cases for result in computed(case)]
    lines = [line for result in results for line in result.lines]
    standings = [standing for result in results for standing in result.standings.values()]
    assert len(lines) > 800
    assert any(line.exact < 0 for line in lines)
    assert any(line.level > 2 for line in lines)
    assert any(line.tree_level > line.level for line in lines)
    reasons = {share.reason for result in results for share in result.unpaid}
    assert reasons >= {"inactive", "lower_rate", "no_upline", "rank"}
    assert reasons & {"active_legs", "recruits", "personal_volume"}, "no level that something has to open"
    assert {standing.rank for standing in standings} >= {"none", "Bronze", "Silver"}
    assert any(standing.rank != standing.qualified_rank for standing in standings)
    assert any(standing.depth > 7 for standing in standings)
    assert sum(len(case.tables.rows["moves"]) for case in cases) > 50


def test_the_same_seed_gives_the_same_grove() -> None:
    assert grove(5, 10) == grove(5, 10)
    assert grove(5, 10) != grove(6, 10)
