"""The py2neo extra against the real server."""

# mypy: allow-untyped-calls
# (py2neo has no types)

from collections.abc import Iterator

import pytest
from py2neo import Graph as PyGraph
from py2neo import NodeMatcher
from py2neo.errors import ClientError

from engine.graph.database import Graph
from engine.passes.record import RunRecord
from engine.settings import Settings
from engine.workbench import reports
from engine.workbench.py2neo import py2neo_graph
from tests.support.months import month


@pytest.fixture(scope="module")
def run(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    server_graph.batched("schema/wipe")
    return month(server_graph, tmp_path_factory.mktemp("month"))


@pytest.fixture
def company(run: RunRecord, settings: Settings) -> Iterator[PyGraph]:
    opened = py2neo_graph(settings)
    yield opened
    assert opened.service is not None
    opened.service.connector.close()


def test_a_report_runs_unchanged(company: PyGraph, server_graph: Graph, run: RunRecord) -> None:
    report = reports.find("cohorts")
    answer = company.run(report.statement.text, run=run.number).data()
    assert [tuple(row.values()) for row in answer] == reports.ask(server_graph, report, run)
    assert [row["earned_minor"] for row in answer] == [199_00, 0, 0]


def test_members_are_matched_as_nodes(company: PyGraph) -> None:
    members = NodeMatcher(company).match("Member")
    assert len(members) == 6
    assert [node["name"] for node in members.where(country="DE").order_by("_.member_id")] == ["Eve", "Cat"]
    ben = members.where(member_id="11").first()
    assert str(ben["enrolled_on"]) == "2026-01-20"
    assert company.match_one((ben,), "SPONSORED_BY").end_node["member_id"] == "1"


def test_a_read_only_transaction_refuses_writes(company: PyGraph) -> None:
    transaction = company.begin(readonly=True)
    assert transaction.evaluate("MATCH (m:Member) RETURN count(m)") == 6
    with pytest.raises(ClientError, match="AccessMode"):
        transaction.run("CREATE (:Intruder)")
    assert company.evaluate("MATCH (n:Intruder) RETURN count(n)") == 0
