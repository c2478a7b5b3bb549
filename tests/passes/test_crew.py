"""Stopping a run takes no waiting: queries that run in parallel are stopped in the database too."""

import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
from neo4j.exceptions import Neo4jError

from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.crew import crew
from tests.conftest import Address, Upline
from tests.runs.test_crash import STANDINGS, newest, started, wait_until
from tests.support.companies import cypher

SOON_S = 60
"""Long for a machine that does other work, and short for what would take days."""
ENDLESS = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN max(a * b) AS most"
RULE = f"""// Pays what takes days to count.
//
// kind:    bonus
// scope:   order
// basis:   volume
// params:  none
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER

CALL () {{ {ENDLESS} }}
RETURN source AS payee, 0 AS level, most AS rate, most AS budget, null AS reason,
  order.commissionable_volume AS base
"""


@pytest.mark.parametrize("after", [0.0, 0.02, 0.5])
def test_an_interrupt_ends_queries_that_run_in_parallel(graph: Graph, after: float) -> None:
    """This holds also for queries that the server has just received and is still planning."""
    began = time.monotonic()
    futures = []
    with suppress(KeyboardInterrupt), crew(graph, 2) as pool:
        futures += [pool.submit(graph.read, cypher(ENDLESS)), pool.submit(graph.batched, cypher(ENDLESS))]
        time.sleep(after)
        raise KeyboardInterrupt
    assert time.monotonic() - began < SOON_S
    for future in futures:
        assert (not after and future.cancelled()) or isinstance(future.exception(0), Neo4jError)
    assert graph.value(cypher("RETURN 1 AS one")) == 1


def test_a_graph_stops_only_its_own_queries(graph: Graph, neo4j_address: Address) -> None:
    address = neo4j_address
    with Graph(address.uri, address.user, address.password) as other, crew(graph, 1) as pool:
        future = pool.submit(graph.read, cypher(ENDLESS))
        time.sleep(0.5)
        other.stop()
        assert not future.done()
        graph.stop()
        assert isinstance(future.exception(SOON_S), Neo4jError)


def test_ctrl_c_ends_a_run_in_the_middle_of_a_bonus_and_clears_it_away(
    graph: Graph, cli_env: dict[str, str], upline: Upline, tmp_path: Path
) -> None:
    (tmp_path / "rules" / "bonuses").mkdir(parents=True)
    (tmp_path / "rules" / "bonuses" / "endless.cypher").write_text(RULE)
    plan = tmp_path / "plan.toml"
    plan.write_text('name = "Slow"\n[[bonus]]\nname = "Endless"\nkind = "endless"\n')
    company = tmp_path / "company"
    company.mkdir()
    (company / "members.csv").write_text("member_id,sponsor_id,enrolled_on\nA,,2026-01-01\n")
    (company / "orders.csv").write_text(
        "order_id,ordered_at,member_id,kind,qualifying_volume,commissionable_volume,amount,currency\n"
        "1,2026-11-05,A,sale,100,100,100,USD\n"
    )
    import_company(graph, company)
    env = {**cli_env, "UPLINE_RULES": str(tmp_path / "rules")}
    with started(env, "run", "--period", "2026-11", "--plan", plan) as process:
        wait_until(process, lambda: newest(graph).get("stage") == "bonuses")
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=SOON_S)
    assert (process.returncode, "interrupted" in messages) == (130, True), messages
    assert graph.read(cypher(STANDINGS)) == []
    assert "no_run" in upline("statement", "A").stderr
