"""Guard rails of cost: database hits per member, counted by the server, which repeat where time does not.

tests/graph/test_query_plans.py checks each pass of one plan on a shallow tree. This file checks whole runs of
plans that ship, on trees whose depth grows with the company; the next month next to the last; and what
people read.
"""

import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from engine import sample
from engine.access.reach import Reach
from engine.answers.pages import Stretch
from engine.answers.pay import statement
from engine.answers.standings import standing, standings, uplines
from engine.graph.database import Graph
from engine.graph.queries import Query, query
from engine.intake.importing import import_company
from engine.passes.record import result
from engine.period import period
from engine.plans import reader
from engine.run import run
from tests.conftest import Address
from tests.support.companies import forget_plans
from tests.support.hits import hits

SIZES = (120, 480)
GROWTH = 1.3
"""How much more a stage may cost per member in a company four times as large."""
FEW = 20
"""Hits per member below which growth is no matter."""
HISTORY = 10
"""Hits per member and stage that a second month may cost more: it looks up what the first one left."""
MOST_READ = 500
"""Hits of one read of a few members' figures; a scan over the larger company's standings costs more."""
FOLDER = Path(reader.__file__).parent
MONTHLY, BINARY = "aurora", "binary"
PLANS = (MONTHLY, BINARY)
"""Together they have every stage; each kind of bonus has its turn in test_hits_families.py."""
MONTHS, WEEKS = ("2026-10", "2026-11"), ("2026-W46", "2026-W47")

Hits = dict[str, float]


class Counting(Graph):
    """A graph that adds up the database hits of all its queries, by stage of the run under way."""

    def __init__(self, address: Address) -> None:
        super().__init__(address.uri, address.user, address.password)
        self.hits: Counter[str] = Counter()
        self._stage, self._thread, self._adding = "begin", threading.get_ident(), threading.Lock()

    def read(self, name: str | Query, /, **parameters: object) -> list[dict[str, Any]]:
        return self.batched(name, **parameters)

    def write_rows(self, name: str | Query, /, **parameters: object) -> list[dict[str, Any]]:
        if name == "runs/beat":
            if threading.get_ident() == self._thread:
                facts = parameters["facts"]
                assert isinstance(facts, dict)
                self._stage = str(facts["stage"])
            return super().write_rows(name, **parameters)
        return self.batched(name, **parameters)

    def batched(self, name: str | Query, /, **parameters: object) -> list[dict[str, Any]]:
        loaded = query(name) if isinstance(name, str) else name
        if loaded.mode == "schema" or loaded.name == "runs/beat":  # the heart beats whatever a stage costs
            return super().batched(loaded, **parameters)
        with self.session() as session:
            result = session.run("PROFILE " + loaded.text, loaded.bind(**parameters))
            rows = [dict(row) for row in result]
            counted = sum(hits(result.consume().profile))
        stage = "tasks" if threading.current_thread().name.startswith(("parallel", "hash")) else self._stage
        with self._adding:
            self.hits[stage] += counted
        return rows

    def counted(self) -> Counter[str]:
        """The hits since the last time."""
        hits, self.hits, self._stage = self.hits, Counter(), "begin"
        return hits


@pytest.fixture(scope="module")
def costs(
    neo4j_address: Address, server_graph: Graph, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[int, tuple[Hits, Hits]]]:
    """By plan and size: hits per member and stage of two periods, one after the other, and of reads."""
    hits: dict[str, dict[int, tuple[Hits, Hits]]] = {}
    for shape in ("deep", BINARY):
        for members in SIZES:
            server_graph.batched("schema/wipe")
            folder = tmp_path_factory.mktemp(f"{shape}{members}")
            sample.make(members, 7, shape, folder)
            import_company(server_graph, folder)
            with Counting(neo4j_address) as counting:
                for plan in PLANS:
                    if (plan == BINARY) == (shape == BINARY):
                        both = [_month(counting, plan, name, members) for name in _names(plan)]
                        hits.setdefault(plan, {})[members] = (both[0], both[-1])
                if shape == "deep":
                    hits.setdefault("reads", {})[members] = (_reads(counting), {})
    return hits


def _names(plan: str) -> tuple[str, ...]:
    """Two weeks of a binary, two months of any other plan."""
    return WEEKS if plan == BINARY else MONTHS


def _month(counting: Counting, name: str, month: str, members: int) -> Hits:
    """One period's hits; where months are compared, statements are planned anew, as after a restart."""
    plan = reader.read(FOLDER / f"{name}.toml")
    if members == SIZES[1]:
        forget_plans(counting)
    run(counting, plan, period(month, plan.zone))
    return {stage: hits / members for stage, hits in counting.counted().items()}


def _reads(counting: Counting) -> Hits:
    """Hits of reads at the first members, whose surroundings hardly change with the company's size."""
    done = result(counting, MONTHS[1])
    early = [f"M{number:04d}" for number in range(1, 30)]
    low = next(
        one for one, each in standings(counting, Reach.everything, done, early).items() if each.depth == 2
    )
    counting.counted()
    hits: Hits = {}
    uplines(counting, Reach.everything, done, [low], Stretch(50))
    hits["upline"] = float(counting.counted().total())
    statement(counting, Reach.everything, done, low)
    hits["statement"] = float(counting.counted().total())
    standing(counting, Reach.everything, done, low)
    hits["standing"] = float(counting.counted().total())
    return hits


def too_much(
    before: Hits, after: Hits, growth: float = GROWTH, few: float = FEW
) -> dict[str, tuple[float, float]]:
    """What costs more than it should: hits before and after."""
    return {
        name: (round(before.get(name, 0), 1), round(hits, 1))
        for name, hits in after.items()
        if hits > growth * before.get(name, 0) + few
    }


@pytest.mark.parametrize("plan", PLANS)
def test_a_member_costs_no_more_in_a_larger_and_deeper_company(
    plan: str, costs: dict[str, dict[int, tuple[Hits, Hits]]]
) -> None:
    (_, small), (_, large) = (costs[plan][members] for members in SIZES)
    assert {"standings", "volumes", "bonuses", "statements", "checks"} <= large.keys()
    assert too_much(small, large) == {}


@pytest.mark.parametrize("plan", PLANS)
def test_a_month_costs_no_more_for_the_months_before_it(
    plan: str, costs: dict[str, dict[int, tuple[Hits, Hits]]]
) -> None:
    first, second = costs[plan][SIZES[1]]
    assert too_much(first, second, 1, HISTORY) == {}


@pytest.mark.parametrize("plan", PLANS)
def test_the_first_month_after_an_import_costs_no_more_than_the_next(
    plan: str, costs: dict[str, dict[int, tuple[Hits, Hits]]]
) -> None:
    """The planner knows nothing yet of what has just come in; no pass may depend on its guesses."""
    first, second = costs[plan][SIZES[1]]
    assert too_much(second, first) == {}


def test_a_read_costs_the_same_in_a_company_of_any_size(
    costs: dict[str, dict[int, tuple[Hits, Hits]]],
) -> None:
    for members in SIZES:
        hits_by_read, _ = costs["reads"][members]
        assert {name: hits for name, hits in hits_by_read.items() if not 0 < hits < MOST_READ} == {}


def test_a_quadratic_step_is_seen() -> None:
    assert too_much({"volumes": 30.0}, {"volumes": 120.0}) == {"volumes": (30.0, 120.0)}
    assert too_much({"volumes": 30.0}, {"volumes": 36.0}) == {}
