"""How a change is made: by POST, to its end whatever becomes of the client, by whom the table allows."""

import asyncio
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from engine.access.areas import TABLE, Area, Scope
from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.api.errors import NotAllowedError
from engine.api.mutations.payloads import allow
from engine.api.writing import StillWorkingError, Writing
from engine.genealogy.changes.lane import read_company
from engine.genealogy.operations import combining, performing
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import complete
from tests.api.test_api_mutations import BY_HAND, PLACE, RUN, TANK
from tests.api.test_api_subscriptions import SignedIn
from tests.support.api import Api
from tests.support.months import PERIOD, month
from tests.support.serving import Serve, eventually
from tests.support.small_tables import ask, dump, write


@pytest.fixture
def tank(graph: Graph, tmp_path: Path) -> Graph:
    import_company(graph, write(tmp_path, members=TANK))
    return graph


@pytest.fixture
def api(graph: Graph) -> Iterator[Api]:
    with Api(graph) as api:
        yield api


def test_a_mutation_by_get_is_refused(tank: Graph, api: Api) -> None:
    before = dump(tank)
    by_hand = '{memberId: "N", byHand: {parentId: "R", leg: "R"}}'
    query = f"mutation {{ placeMember(input: {by_hand}) {{ errors {{ code }} }} }}"
    response = api.http.get("/graphql", params={"query": query})
    assert response.status_code == 405
    assert dump(tank) == before


def test_a_client_that_goes_away_does_not_stop_the_change(
    tank: Graph, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    perform_each = performing.perform_each

    def slow(*arguments: Any) -> Any:
        begun.set()
        assert go_on.wait(60)
        return perform_each(*arguments)

    monkeypatch.setattr(combining, "perform_each", slow)
    with pytest.raises(httpx.TimeoutException):
        api.http.post("/graphql", json={"query": PLACE, "variables": {"input": BY_HAND}}, timeout=2)
    assert begun.is_set()
    go_on.set()
    eventually(lambda: read_company(tank).last_change == 2)


def test_a_change_that_takes_long_goes_on_and_the_server_waits_for_it(tank: Graph) -> None:
    writing = Writing(tank, seconds=0.2)
    ended = threading.Event()

    def slow(_graph: Graph) -> str:
        time.sleep(0.6)
        ended.set()
        return "done"

    with pytest.raises(StillWorkingError, match="same request with the same idempotency key"):
        asyncio.run(writing.do(slow))
    assert not ended.is_set()
    said: list[int] = []
    writing.finish(said.append)  # as the server does when it is stopped
    assert (ended.is_set(), said, writing.count) == (True, [1], 0)


def test_a_server_that_is_stopped_lets_its_run_end(
    graph: Graph, tmp_path: Path, cli_env: dict[str, str]
) -> None:
    month(graph, tmp_path)
    with Serve(cli_env) as server:
        server.until_ready()
        sent = {"query": RUN, "variables": {"input": {"period": PERIOD, "afresh": True}}}
        answer = httpx.post(f"{server.api}/graphql", json=sent, timeout=60).json()
        number = answer["data"]["runPeriod"]["progress"]["number"]
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(60) == 0
    assert [run.number for run in complete(graph)] == [number]


@pytest.mark.parametrize("role", list(Role))
def test_only_roles_of_the_table_may_change_something(role: Role) -> None:
    viewer = Viewer("somebody", role, "1" if role is Role.MEMBER else None)
    writing: Any = "what makes changes"
    context: Any = SimpleNamespace(reach=Reach(viewer), writing=writing)
    if TABLE[Area.OPERATE][role] is Scope.NOBODY:
        with pytest.raises(NotAllowedError):
            allow(context)
    else:
        assert allow(context) == ("somebody", writing)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_change_nothing_gets_one_error_and_changes_nothing(tank: Graph, role: Role) -> None:
    viewer = Viewer("somebody", role, "A" if role is Role.MEMBER else None)
    before = dump(tank)
    with Api(tank, identity=SignedIn(viewer)) as api:
        if TABLE[Area.OPERATE][role] is Scope.NOBODY:
            assert api.refused(PLACE, input=BY_HAND)[0] == "not_allowed"
            assert dump(tank) == before
        else:
            assert api.data(PLACE, input=BY_HAND)["placeMember"]["errors"] == []
            assert ask(tank, "MATCH (c:Change {number: 2}) RETURN c.actor AS actor") == [
                {"actor": "somebody"}
            ]
