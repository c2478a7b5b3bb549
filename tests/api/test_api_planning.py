"""Statements of screens are planned before anybody waits for them, once for parameters of all sizes."""

import re
import threading
from datetime import UTC, datetime

import pytest

from engine.access.reach import Reach
from engine.answers import standings
from engine.answers.pages import Stretch
from engine.api.serving import planning
from engine.api.serving.health import Health
from engine.api.serving.planning import Planning
from engine.api.serving.probe import DatabaseState, Probe
from engine.api.timed import TimedGraph
from engine.graph.database import Graph
from engine.graph.queries import gathered
from engine.passes.record import result
from tests.api.test_api_screens import QUERY, SCREENS, api
from tests.support.api import Api, queries
from tests.support.serving import eventually

FIRST = ("Home", "Team", "Downline", "Upline", "Statement")
"""How the titles of the screens begin that find everything planned."""

__all__ = ["api"]  # the company of the screens, as its member sees it


def forget_plans(graph: Graph) -> int:
    """Let the server forget its plans, and return how many it had."""
    with graph.session() as session:
        record = session.run("CALL db.clearQueryCaches()").single(strict=True)
    count = re.search(r"\d+", record["value"])
    return int(count[0]) if count else 0


def test_parameters_are_gathered_outside_of_literals_alone() -> None:
    text = "MATCH (n {id: $id}) // not $this\nWHERE n.`$x` = '$y' AND n.z = $filter.z LIMIT $first"
    assert gathered(text) == (
        "MATCH (n {id: $values.id}) // not $this\nWHERE n.`$x` = '$y' AND n.z = $values.filter.z "
        "LIMIT $values.first"
    )


def test_a_statement_is_planned_once_for_lists_and_texts_of_any_size(api: Api, server_graph: Graph) -> None:
    run, graph = result(server_graph), TimedGraph(server_graph, 60)
    forget_plans(server_graph)
    for ids in ([], ["11"], ["11", "111"], ["11"] * 20, ["a longer id than others"]):
        for stretch in (Stretch(1), Stretch(50, after="1111111111111")):
            standings.families(graph, Reach.everything, run, ids, stretch)
    assert forget_plans(server_graph) == 1


def test_screens_find_their_statements_planned(
    api: Api, server_graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server counts its plans; all that the pages of screens send are among them."""
    plans = Planning(server_graph)
    assert plans.waiting
    forget_plans(server_graph)
    plans.plan()
    assert not plans.waiting
    assert forget_plans(server_graph) == len(plans.texts) >= 30
    planned = {gathered(text) for text in plans.texts}
    screens = {title: body for title, (_, body) in SCREENS.items() if title.startswith(FIRST)}
    assert len(screens) >= len(FIRST)
    for title, body in screens.items():
        query = QUERY.search(body)
        assert query, title
        with queries(monkeypatch) as texts:
            api.data(query["text"])
        assert not [text for text in texts if text not in planned], title


class Held(Planning):
    """Planning that goes on until the test lets it end, and counts how often it begins."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self.let_end, self.begun = threading.Event(), 0

    def plan(self) -> None:
        self.begun += 1
        assert self.let_end.wait(60)


def test_ready_waits_for_the_plans_but_not_for_long(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    health = Health()
    health.turn()
    with Held(graph) as plans, Probe(graph) as probe:
        health.planning, health.probe = plans, probe
        eventually(lambda: probe.answer().ok)
        assert not health.ready()[0]
        plans.let_end.set()
        eventually(lambda: health.ready()[0])
        assert health.ready()[1]["statements_planned"] == 0
    monkeypatch.setattr(planning, "MAIN_S", 0.05)
    with Held(graph) as impatient:
        eventually(lambda: not impatient.waiting)
        impatient.let_end.set()


def test_it_plans_again_when_neo4j_is_back(graph: Graph) -> None:
    with Held(graph) as plans:
        plans.let_end.set()
        eventually(lambda: not plans.waiting)
        plans.changed(DatabaseState("gone", datetime.now(UTC)))
        plans.changed(DatabaseState("ok", datetime.now(UTC)))
        eventually(lambda: plans.begun == 2)


def test_a_company_without_members_has_nothing_to_plan(graph: Graph) -> None:
    with Planning(graph) as plans:
        eventually(lambda: not plans.waiting)
        assert len(plans.texts) == 1  # the count of its members
