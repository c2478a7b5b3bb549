"""Pools: equal parts, shares by rank, and parts by contribution; nothing of a pool is lost."""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from tests.oracle.notation import facts, ladder
from tests.support.family import Told, story


def pool(graph: Graph, folder: Path, body: str, members: str, orders: str, **others: str) -> Told:
    plan = ladder("Silver", "Gold") + f'\n[[bonus]]\nname = "Pool"\nkind = "pool"\n{body}\n'
    return story(graph, folder, plan, members, orders, **others)


def star(count: int) -> str:
    return "member_id sponsor_id\ntop -\n" + "\n".join(f"m{number} top" for number in range(count))


def test_ps_01_divides_one_per_cent_of_a_million_among_fifty(graph: Graph, tmp_path: Path) -> None:
    fifty = " ".join(f"m{number}:1" for number in range(50))
    told = pool(
        graph, tmp_path, 'share = "0.01"\nrank = "Silver"', star(60), "member_id volume\ntop 1000000",
        facts=facts(fifty),
    )  # fmt: skip
    assert told.rows["totals"][0]["budget"] == "10000.00"
    assert told.paid() == {f"m{number}": "200" for number in range(50)}


@pytest.mark.parametrize(
    ("share", "contributed", "rank", "paid"),
    [("0.3", 100_000, 0, 30_000), ("0.3", 100_000, 1, 60_000), ("0.7", 200_000, 2, 420_000)],
)
def test_ps_04_pays_by_contribution_times_a_multiplier_by_rank(
    share: str, contributed: int, rank: int, paid: int, graph: Graph, tmp_path: Path
) -> None:
    body = (
        f'share = "{share}"\nby = "contribution"\nmultiplier_by_rank = {{ none = 1, Silver = 2, Gold = 3 }}'
    )
    orders = f"member_id volume\nm0 {contributed}\nm1 {1_000_000 - contributed}"
    members = "member_id sponsor_id status\ntop - active\nm0 top active\nm1 top suspended"
    told = pool(graph, tmp_path, body, members, orders, facts=facts(f"m0:{rank}"))
    assert told.paid() == {"m0": f"{paid:g}"}


def test_a_pool_that_multipliers_overdraw_is_scaled_down_unless_the_plan_says_so(
    graph: Graph, tmp_path: Path
) -> None:
    body = 'share = "0.1"\nby = "contribution"\nmultiplier_by_rank = { none = 1, Gold = 3 }\n'
    orders, held = "member_id volume\nm0 600\nm1 300\ntop 100", facts("m0:2 m1:2")
    told = pool(graph, tmp_path, body, star(2), orders, facts=held)
    assert told.paid() == {"m0": "64.28", "m1": "32.14", "top": "3.57"}
    assert told.rows["totals"][0]["breakage"] == "0.01"
    told = pool(graph, tmp_path, body + "overdraw = true", star(2), orders, facts=held)
    assert told.paid() == {"m0": "180", "m1": "90", "top": "10"}
    assert told.rows["totals"][0]["breakage"] == "-180.00"


def test_shares_by_rank_and_a_pool_that_nobody_qualifies_for(graph: Graph, tmp_path: Path) -> None:
    body = 'share = "0.1"\nby = "shares"\nrank = "Silver"\nshares_by_rank = { Silver = 1, Gold = 4 }'
    orders = "member_id volume\ntop 1000"
    told = pool(graph, tmp_path, body, star(3), orders, facts=facts("m0:1 m1:2"))
    assert told.paid() == {"m0": "20", "m1": "80"}
    told = pool(graph, tmp_path, body, star(3), orders)
    total = told.rows["totals"][0]
    assert told.paid() == {}
    assert total["breakage"] == "100.00"
    assert total["reasons"] == '{"no_qualifier": "100.00"}'


def test_a_share_for_each_whole_piece_of_volume(graph: Graph, tmp_path: Path) -> None:
    """100.00 among four shares: m0 has two whole hundreds, m1 one, doubled for Gold, m2 none."""
    body = 'share = "0.1"\nby = "contribution"\namong = "qualifiers"\neach = 100\nrank = "Silver"\n'
    body += "multiplier_by_rank = { Silver = 1, Gold = 2 }"
    orders = "member_id volume\ntop 552\nm0 200\nm1 149\nm2 99"
    told = pool(graph, tmp_path, body, star(3), orders, facts=facts("m0:1 m1:2 m2:1"))
    assert told.paid() == {"m0": "50", "m1": "50"}


COUNTRIES = """member_id sponsor_id country
    top - US
    de1 top DE
    de2 top DE
    us1 top US"""


def test_a_pool_of_one_country_is_shared_everywhere_or_there(graph: Graph, tmp_path: Path) -> None:
    body = 'share = "0.1"\nrank = "Silver"\ncountries = ["DE"]\n'
    orders, held = "member_id volume\nde1 300\nde2 300\nus1 1000", facts("de1:1 us1:2")
    told = pool(graph, tmp_path, body, COUNTRIES, orders, facts=held)
    assert told.paid() == {"de1": "30", "us1": "30"}
    told = pool(graph, tmp_path, body + 'qualifiers = "countries"', COUNTRIES, orders, facts=held)
    assert told.paid() == {"de1": "60"}


def test_a_higher_rank_shares_in_the_lower_pool_or_has_one_of_its_own(graph: Graph, tmp_path: Path) -> None:
    gold = '\n[[bonus]]\nname = "Gold pool"\nkind = "pool"\nshare = "0.1"\nrank = "Gold"\n'
    orders, held = "member_id volume\ntop 1000", facts("m0:1 m1:2")
    told = pool(graph, tmp_path, 'share = "0.1"\nrank = "Silver"\n' + gold, star(2), orders, facts=held)
    assert told.paid() == {"m0": "50", "m1": "150"}
    exact = 'share = "0.1"\nrank = "Silver"\nmembership = "exact"\n'
    told = pool(graph, tmp_path, exact + gold, star(2), orders, facts=held)
    assert told.paid() == {"m0": "100", "m1": "100"}


def test_shares_that_the_company_counts_and_a_limit_of_each_part(graph: Graph, tmp_path: Path) -> None:
    counted = "member_id period name value\nm0 - legs 3\nm1 2026-11 legs 1\nm2 2026-10 legs 9"
    body, orders = 'share = "0.1"\nby = "fact"\nfact = "legs"\n', "member_id volume\ntop 1000"
    told = pool(graph, tmp_path, body, star(3), orders, facts=counted)
    assert told.paid() == {"m0": "75", "m1": "25"}
    told = pool(graph, tmp_path, body + "most_each = 40", star(3), orders, facts=counted)
    assert told.paid() == {"m0": "40", "m1": "25"}
    assert told.rows["totals"][0]["reasons"] == '{"pool_rest": "35.00"}'
