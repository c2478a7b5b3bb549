"""The door to Neo4j: a cluster's address serves like a single server's."""

import re
from pathlib import Path

import pytest
from neo4j import Session
from neo4j.exceptions import ServiceUnavailable

from engine.access.reach import Reach
from engine.answers.standings import standings
from engine.graph.database import Ask, Graph, MemoryLimitError
from tests.conftest import Address
from tests.support.companies import ONE_ORDER, cypher, month


def test_a_month_goes_through_a_routing_address(graph: Graph, neo4j_address: Address, tmp_path: Path) -> None:
    """`neo4j://` asks the server which members of the cluster read and write; queries then go to those."""
    routed_uri = neo4j_address.uri.replace("bolt://", "neo4j://")
    assert routed_uri != graph.uri
    with Graph(routed_uri, neo4j_address.user, neo4j_address.password) as routed:
        routed.verify()
        run = month(routed, tmp_path, ONE_ORDER)
        assert [total["paid"] for total in run.totals] == [500]
    # A direct connection shows what was written through the routed one.
    assert {one.group_volume for one in standings(graph, Reach.everything, run, ["1"]).values()} == {10000}


DOCS = (Path(__file__).parent.parent.parent / "docs", Path(__file__).parent.parent.parent / "docker")
SETTING = re.compile(r"`((?:db|dbms|server)\.[a-z_.]+\.[a-z_]+)[=`]")


def test_every_setting_of_neo4j_that_the_documentation_names_exists(graph: Graph) -> None:
    pages = [page.read_text(encoding="utf-8") for folder in DOCS for page in sorted(folder.glob("*.md"))]
    named = {name for page in pages for name in SETTING.findall(page)}
    assert len(named) > 6
    with graph.session() as session:
        known = session.run("SHOW SETTINGS YIELD name RETURN collect(name) AS names").single(strict=True)[
            "names"
        ]
    assert named - set(known) == set()


@pytest.mark.parametrize("way", ["read", "batched", "write_rows"])
def test_a_statement_that_gathers_too_much_is_refused_at_once(way: str, graph: Graph) -> None:
    """The driver takes it for a transient error, and a bonus retries transient errors too."""
    much = cypher("UNWIND range(1, 1000000000) AS number RETURN size(collect(toString(number))) AS numbers")
    with pytest.raises(MemoryLimitError, match=r"UPLINE_HEAP_MIB"):
        getattr(graph, way)(much)
    assert graph.value(cypher("RETURN 1 AS one")) == 1


def test_ctrl_c_stays_one_though_the_session_cannot_be_closed(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a message the driver fails in ways of its own; some look like a fault that passes."""

    def unfit(session: Session) -> None:
        close(session)
        raise ServiceUnavailable

    close = Session.close
    monkeypatch.setattr(Session, "close", unfit)
    calls = []

    def interrupted(_ask: Ask) -> None:
        calls.append(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        graph.together(interrupted)
    assert calls == [1], "it is not tried again"
