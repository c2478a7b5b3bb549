"""Guard rails of cost, bonus by bonus: database hits per member on a bushy tree and on a pure chain.

One plan with every kind of bonus; the chain is as deep as the company is large, so whatever walks from each
member to the root, or carries a list that grows on the way, costs more per member in the larger company.
"""

import csv
from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.period import period
from engine.plans import reader
from engine.rules.library import rules
from engine.run import run
from tests.conftest import Address
from tests.passes.test_hits import Counting, Hits, too_much
from tests.support.companies import forget_plans
from tests.support.family_plan import EVERY_KIND

SIZES = (200, 800)
SHAPES = ("bushy", "chain")
MONTHS = ("2026-10", "2026-11")
FEW = 100
"""Hits per member that a bonus may cost more; one for each member above would be 300 in the chain."""


def company(folder: Path, members: int, shape: str) -> None:
    """Members below each other or three wide, in legs; every seventh inactive, ranks by a fact."""
    names = [f"M{number}" for number in range(members)]
    rows = []
    for number, name in enumerate(names):
        above = number - 1 if shape == "chain" else (number - 1) // 3
        leg = ("L", "R", "")[(number - 1) % 3] if shape == "bushy" else "LR"[number % 2]
        parent = names[above] if number else ""
        rows.append([name, name, parent, parent, leg if number else "", "2026-01-01", "active", "US", ""])
    head = ["member_id", "name", "sponsor_id", "placement_id", "leg", "enrolled_on", "status", "country"]
    _write(folder / "members.csv", [*head, "owner_id"], rows)
    orders = [
        [f"o{month}-{number}", f"{month}-10T12:00:00Z", name, "", "sale", "100", "100", "100", "USD", ""]
        for month in MONTHS
        for number, name in enumerate(names)
        if number % 7
    ]
    head = ["order_id", "ordered_at", "member_id", "customer_id", "kind", "qualifying_volume"]
    _write(folder / "orders.csv", [*head, "commissionable_volume", "amount", "currency", "refund_of"], orders)
    steps = [[name, "", "rank", str(1 + (n % 10 == 0))] for n, name in enumerate(names) if n % 3 == 0]
    _write(folder / "facts.csv", ["member_id", "period", "name", "value"], steps)


def _write(path: Path, head: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


@pytest.fixture(scope="module")
def costs(
    neo4j_address: Address, server_graph: Graph, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, int], Hits]:
    """By shape and size: hits per member of each bonus, in the second of two months."""
    plan = reader.parse(EVERY_KIND, Path("every_kind.toml"))
    hits_per_member = {}
    forget_plans(server_graph)
    for shape in SHAPES:
        for members in SIZES:
            server_graph.batched("schema/wipe")
            folder = tmp_path_factory.mktemp(f"{shape}{members}")
            company(folder, members, shape)
            import_company(server_graph, folder)
            with Counting(neo4j_address) as counting:
                for month in MONTHS:
                    counting.counted()
                    run(counting, plan, period(month, plan.zone))
                hits = counting.counted()
            hits_per_member[shape, members] = {name: count / members for name, count in hits.items()}
    return hits_per_member


def test_the_plan_has_every_kind_of_bonus() -> None:
    plan = reader.parse(EVERY_KIND, Path("every_kind.toml"))
    assert {bonus.module.name for bonus in plan.bonuses} == rules("bonus").keys()


@pytest.mark.long
@pytest.mark.parametrize("shape", SHAPES)
def test_no_bonus_costs_a_member_more_in_a_larger_or_deeper_company(
    shape: str, costs: dict[tuple[str, int], Hits]
) -> None:
    small, large = (costs[shape, members] for members in SIZES)
    assert all(large.values())
    assert too_much(small, large, few=FEW) == {}


@pytest.mark.long
def test_a_chain_costs_a_member_no_more_than_a_bushy_tree(costs: dict[tuple[str, int], Hits]) -> None:
    """At most four times: members with the same first payee share a lookup, and a chain has few of those."""
    bushy, chain = (costs[shape, SIZES[1]] for shape in SHAPES)
    assert too_much(bushy, chain, 4, FEW) == {}
