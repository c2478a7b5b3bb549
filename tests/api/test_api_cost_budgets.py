"""Budgets: each viewer and each address may spend so much, and gets it back with time."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.api.answering.answer import NEW_TEXT_COST, REQUEST_COST
from engine.api.cost import ledgers
from engine.api.cost.budgets import Allowance, Budgets, Purse, Spending, network
from engine.api.cost.ledgers import OwnLedger, SharedLedger
from engine.api.errors import BudgetSpentError
from engine.graph.database import Graph
from engine.intake.importing import import_rows
from tests.api.test_api_subscriptions import GROUP, ORDER, opened
from tests.support.api import Api
from tests.support.months import month


class Clock:
    """A clock that only the test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_budget_fills_up_again_to_its_most(clock: Clock) -> None:
    budgets = Budgets(Allowance(100, 10), clock=clock)
    assert budgets.left("a") == 100
    budgets.spend("a", 70)
    assert (budgets.left("a"), budgets.left("b")) == (30, 100)
    clock.now += 2
    assert budgets.left("a") == 50
    clock.now += 60
    assert budgets.left("a") == 100


def test_what_is_given_back_is_there_at_once_and_no_more_than_the_most(clock: Clock) -> None:
    budgets = Budgets(Allowance(100, 10), clock=clock)
    budgets.spend("a", 70)
    budgets.spend("a", -50)
    assert budgets.left("a") == 80
    budgets.spend("a", -500)
    assert (budgets.left("a"), len(budgets)) == (100, 0)


def test_the_wait_is_until_enough_is_there(clock: Clock) -> None:
    budgets = Budgets(Allowance(100, 10), clock=clock)
    budgets.spend("a", 95)
    assert budgets.wait("a", 5) == 0
    assert budgets.wait("a", 25) == pytest.approx(2)
    clock.now += 2
    assert budgets.wait("a", 25) == 0
    assert budgets.wait("a", 10_000) == pytest.approx(7.5)  # until it is full: it never has more


def test_the_budgets_that_are_kept_are_bounded(clock: Clock) -> None:
    budgets = Budgets(Allowance(100, 10), OwnLedger(3), clock)
    for key in "abcde":
        budgets.spend(key, 50)
    assert len(budgets) == 3
    assert [budgets.left(key) for key in "abcde"] == [100, 100, 50, 50, 50]


def test_both_budgets_pay_or_neither(clock: Clock) -> None:
    viewers, addresses = Budgets(Allowance(100, 10), clock=clock), Budgets(Allowance(150, 10), clock=clock)
    first, second = (Purse(viewers, addresses, viewer, "here") for viewer in ("first", "second"))
    first.take(90)
    with pytest.raises(BudgetSpentError) as refused:
        second.take(80)
    assert refused.value.wait_s == 2
    assert viewers.left("second") == 100
    second.take(60)
    assert (viewers.left("second"), addresses.left("here")) == (40, 0)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
        ("", ""),
    ],
)
def test_an_address_of_ipv6_counts_with_its_network(address: str, counted: str) -> None:
    assert network(address) == counted


def spend_often(file: Path) -> None:
    budgets = Budgets(Allowance(10_000, 1), SharedLedger(file), Clock())
    for _ in range(1_000):
        budgets.spend("a", 2)
        budgets.spend("a", -1)


def test_processes_share_what_is_left(tmp_path: Path, clock: Clock) -> None:
    one, other = (Budgets(Allowance(10_000, 1), SharedLedger(tmp_path / "file"), clock) for _ in range(2))
    one.spend("a", 70)
    other.spend("b", 20)
    assert (other.left("a"), one.left("b"), one.left("c"), len(one)) == (9_930, 9_980, 10_000, 2)
    clock.now += 30
    assert (one.left("a"), one.left("b")) == (9_960, 10_000)
    other.spend("a", -500)
    assert (one.left("a"), len(one)) == (10_000, 1)
    with ProcessPoolExecutor(2, get_context("spawn")) as processes:
        assert [*processes.map(spend_often, [tmp_path / "file"] * 2)] == [None, None]
    clock.now -= 30
    assert one.left("a") == 8_000


def test_of_too_many_shared_budgets_those_go_that_are_full_first(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledgers, "BUCKETS", 1)
    budgets = Budgets(Allowance(100, 1), SharedLedger(tmp_path / "file"), clock)
    for spent, key in enumerate("abcdefghij", 1):
        budgets.spend(key, spent)
    assert [budgets.left(key) for key in "abcdefghij"] == [100, 100, 97, 96, 95, 94, 93, 92, 91, 90]


QUERY = "{ members(first: 50) { nodes { memberId } } }"
PRICE = REQUEST_COST + 21 + 1 + 50 + 50 - 1
SMALL = Spending(viewer=Allowance(1000, 1), address=Allowance(5000, 1))


@pytest.fixture
def api(server_graph: Graph) -> Iterator[Api]:
    server_graph.batched("schema/wipe")
    with Api(server_graph, SMALL) as connected:
        yield connected


def cost(response: httpx.Response) -> dict[str, Any]:
    shown: dict[str, Any] = response.json()["extensions"]["cost"]
    return shown


def test_the_price_and_what_is_left_come_back(api: Api) -> None:
    first, second = (api.http.post("/graphql", json={"query": QUERY}) for _ in range(2))
    assert cost(first)["requested"] == PRICE
    actual = REQUEST_COST + 21 + 1 - 1  # nobody is there
    assert cost(first)["actual"] == actual
    assert (cost(first)["budget"], cost(first)["restoreRate"]) == (1000, 1)
    left = 1000 - actual - NEW_TEXT_COST * len(QUERY)
    assert left - 1 <= cost(first)["available"] <= left + 5
    # The text is known by now, and only the answer is paid.
    assert actual - 5 <= cost(first)["available"] - cost(second)["available"] <= actual


@pytest.mark.parametrize(
    "query", ["{", "{ nope }", "{ __typename " * 30, "{ members(first: 999) { totalCount } }"]
)
def test_a_budget_is_spent_by_mistakes_too(api: Api, query: str) -> None:
    codes = []
    for _ in range(200):
        response = api.http.post("/graphql", json={"query": query})
        codes.append(response.json()["errors"][0]["extensions"]["code"])
        if response.status_code == 429:
            break
    assert codes[0] != "budget_spent"
    assert codes[-1] == "budget_spent"
    assert 1 <= int(response.headers["retry-after"]) <= 1000
    assert response.json().keys() == {"errors"}


def test_what_is_refused_takes_nothing(api: Api) -> None:
    """A client that asks again and again does not put off the time when its budget allows an answer."""
    dear = "{ a: members(first: 200) { nodes { memberId name status } } }"
    while api.http.post("/graphql", json={"query": QUERY}).status_code == 200:
        pass
    waits = [int(api.http.post("/graphql", json={"query": dear}).headers["retry-after"]) for _ in range(30)]
    assert max(waits) - min(waits) <= 15


def test_a_request_that_costs_more_than_the_server_allows(server_graph: Graph) -> None:
    with Api(server_graph, Spending(request=1000)) as api:
        code, message = api.refused("{ members(first: 200) { nodes { memberId name status country } } }")
    assert code == "too_costly"
    assert "1,000" in message


def test_a_subscription_pays_when_it_begins_and_for_each_event(graph: Graph, tmp_path: Path) -> None:
    month(graph, tmp_path)
    start, event = REQUEST_COST + NEW_TEXT_COST * len(GROUP) + 126, 26
    spending = Spending(viewer=Allowance(int(start + 2.5 * event), 1))
    with Api(graph, spending) as api, opened(api) as socket:
        socket.subscribe(GROUP, memberId="1")
        events = 0
        message: dict[str, Any] = {"type": "next"}
        while message["type"] == "next":
            import_rows(graph, {"orders": [{**ORDER, "order_id": f"n{events}"}]})
            message = socket.take()
            events += 1
            assert events < 30
        (error,) = message["payload"]
        assert error["extensions"]["code"] == "budget_spent"
        assert "Try again in" in error["message"]
        assert events > 1
        socket.subscribe(GROUP, "2", memberId="1")
        assert socket.refused() == "budget_spent"
        assert api.http.post("/graphql", json={"query": QUERY}).status_code == 429
