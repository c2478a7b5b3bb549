"""Live figures by the API: what `upline live` keeps of an open period, with its age, within reach."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.access.policy import Policy
from engine.access.viewer import Role
from engine.api.identity.configuration import Access, Configuration
from engine.api.identity.identity import Identity
from engine.api.identity.tokens import made
from engine.graph.database import Graph
from engine.intake.importing import import_rows
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of
from engine.period import period
from engine.run import refresh
from engine.runs.live import Live
from engine.settings import Secret
from tests.support.api import Api, queries
from tests.support.months import month

CONFIGURATION = Configuration(("HS256",), Secret("0123456789abcdef0123456789abcdef"))
LIVE = """query($id: ID!, $period: String, $plan: String) { member(memberId: $id) {
  live(period: $period, plan: $plan) { period plan memberId personalVolume commissionableVolume customerVolume
    groupVolume orderCount active change asOf age upToDate delay } } }"""
ORDER = {
    "order_id": "n1", "ordered_at": "2026-12-20T10:00:00Z", "member_id": "112", "customer_id": "c3",
    "kind": "sale", "qualifying_volume": "60.00", "commissionable_volume": "50", "amount": "60",
    "currency": "USD",
}  # fmt: skip


@pytest.fixture
def run(graph: Graph, tmp_path: Path) -> RunRecord:
    return month(graph, tmp_path)


@pytest.fixture
def api(graph: Graph, run: RunRecord) -> Iterator[Api]:
    with Api(graph) as connected:
        yield connected


def refreshed(graph: Graph, run: RunRecord, name: str = "2026-12") -> Live:
    plan = plan_of(run)
    return refresh(graph, plan, period(name, plan.zone))


def live(api: Api, member_id: str, **choice: Any) -> Any:
    return api.data(LIVE, id=member_id, **choice)["member"]["live"]


def test_figures_come_with_their_age_and_say_when_they_are_behind(
    api: Api, graph: Graph, run: RunRecord
) -> None:
    assert live(api, "12") is None
    assert api.refused(LIVE, id="12", period="2026-13")[0] == "bad_period"
    made_first = refreshed(graph, run)
    figures = live(api, "12")
    assert 0 <= figures.pop("age") < 60
    assert figures.pop("asOf") == made_first.as_of.isoformat()
    assert figures == {
        "period": "2026-12", "plan": "Small", "memberId": "12", "personalVolume": "0.00",
        "commissionableVolume": "0.00", "customerVolume": "0.00", "groupVolume": "9999.00", "orderCount": 0,
        "active": False, "change": 1, "upToDate": True, "delay": 0,
    }  # fmt: skip
    assert live(api, "12", period="2026-12", plan="Small")["groupVolume"] == "9999.00"
    assert live(api, "12", period="2027-01") is None
    assert live(api, "12", plan="Large") is None

    import_rows(graph, {"orders": [ORDER]})
    behind = live(api, "112")
    assert (behind["upToDate"], behind["change"], behind["personalVolume"]) == (False, 1, "0.00")
    assert 0 <= behind["delay"] < 60
    refreshed(graph, run)
    after = live(api, "112")
    assert (after["upToDate"], after["change"], after["orderCount"]) == (True, 2, 1)
    assert (after["personalVolume"], after["commissionableVolume"]) == ("60.00", "50.00")
    assert (after["customerVolume"], after["groupVolume"]) == ("50.00", "60.00")
    assert live(api, "1")["groupVolume"] == "10059.00"


def test_the_figures_of_a_level_are_one_trip_also_after_they_were_made_anew(
    api: Api, graph: Graph, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = refreshed(graph, run)
    tree = '{ member(memberId: "1") { children(tree: SPONSOR) { nodes { memberId %s } } } }'
    with queries(monkeypatch, fresh_s=600) as texts:
        api.data(tree % "live { groupVolume }")  # chooses the run
        texts.clear()
        without = api.data(tree % "name")["member"]["children"]["nodes"]
        alone = len(texts)
        nodes = api.data(tree % "live { groupVolume }")["member"]["children"]["nodes"]
        assert len(texts) == 2 * alone + 1
        assert len(nodes) == len(without) == 3
        assert {node["memberId"]: node["live"]["groupVolume"] for node in nodes}["12"] == "9999.00"

        fact = {"member_id": "12", "name": "training", "period": "2026-12", "value": 1}
        import_rows(graph, {"facts": [fact]})
        anew = refreshed(graph, run)
        assert anew.rebuilt
        assert anew.run.number != first.run.number
        assert live(api, "12")["upToDate"] is True
    number = anew.run.number
    answer = api.ask(f'{{ member(memberId: "12") {{ live {{ plan }} }} run(run: {number}) {{ period }} }}')
    assert answer["data"] == {"member": {"live": {"plan": "Small"}}, "run": None}
    assert answer["errors"][0]["extensions"]["code"] == "no_run"


def test_live_figures_are_within_reach(graph: Graph, run: RunRecord) -> None:
    refreshed(graph, run)
    for role, member_id, seen in (
        (Role.MEMBER, "11", False),
        (Role.MEMBER, "12", True),
        (Role.ANALYST, None, True),
    ):
        identity = Identity(Access(Policy(), CONFIGURATION))
        with Api(graph, identity=identity, token=made(CONFIGURATION, role, member_id, 60)) as api:
            shown = api.ask(LIVE, id="12")["data"]["member"]
            assert (shown is not None and shown["live"]["groupVolume"] == "9999.00") == seen
            if member_id:
                own = live(api, member_id)
                assert own["memberId"] == member_id
    identity = Identity(Access(Policy(), CONFIGURATION))
    with Api(graph, identity=identity, token=made(CONFIGURATION, Role.MEMBER, "12", 60)) as api:
        assert live(api, "121")["groupVolume"] == "9999.00"
        move = {"member_id": "111", "tree": "placement", "parent_id": "12", "effective_on": "2026-11-20"}
        import_rows(graph, {"moves": [move]})
        assert not refreshed(graph, run).rebuilt
        assert [live(api, one)["upToDate"] for one in ("12", "111")] == [True, True]  # chosen again
