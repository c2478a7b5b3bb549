"""A request that comes again changes nothing and gets the first answer; and a place that is named by hand."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier

import pytest

from engine.genealogy.changes.lane import read_company
from engine.genealogy.changes.requests import DAYS, KeyReusedError, Request, keep, request
from engine.genealogy.operations.placing import place
from engine.genealogy.placement import (
    ByHand,
    Placement,
    PlaceTakenError,
    UnknownPlaceError,
    options,
    waiting,
)
from engine.genealogy.refusals import BeforeEnrolmentError, CircleError, UnknownMemberError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.conftest import Address, Upline
from tests.support.companies import cypher
from tests.support.small_tables import ask, dump, edges, write

TANK = """
member_id sponsor_id placement_id leg enrolled_on
R         -          -            -   2026-01-01
A         R          R            L   2026-01-01
N         R          -            -   2026-01-02
O         A          -            -   2026-01-03
"""
DAY = date(2026, 2, 1)


def asked(key: str, **arguments: object) -> Request:
    made = request("desk", key, "place", arguments)
    assert made
    return made


def test_the_same_key_places_once_and_gets_the_same_answer(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, members=TANK))
    first = place(graph, "N", ByHand("R", "right"), on=DAY, request=asked("k", member="N"))
    assert (first.parent_id, first.leg, first.since) == ("R", "R", DAY)
    before = dump(graph)
    assert place(graph, "N", ByHand("R", "right"), on=DAY, request=asked("k", member="N")) == first
    with pytest.raises(KeyReusedError, match="'k' belongs to an earlier request"):
        place(graph, "O", ByHand("A", "left"), request=asked("k", member="O"))
    other = request("other desk", "k", "place", {"member": "O"})
    assert dump(graph) == before
    assert place(graph, "O", ByHand("A", "L"), on=DAY, request=other).parent_id == "A"
    kept = ask(graph, "MATCH (r:Request) RETURN r.actor AS actor, r.change AS change ORDER BY change")
    assert kept == [{"actor": "desk", "change": 2}, {"actor": "other desk", "change": 3}]


def test_a_refused_request_is_decided_anew(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, members=TANK))
    same = asked("k", member="N")
    with pytest.raises(PlaceTakenError):
        place(graph, "N", ByHand("R", "left"), on=DAY, request=same)
    assert place(graph, "N", options("outer_right", {}), on=DAY, request=same).leg == "R"


def test_of_two_who_send_one_key_at_once_one_places(
    graph: Graph, tmp_path: Path, neo4j_address: Address
) -> None:
    import_company(graph, write(tmp_path, members=TANK))
    together = Barrier(4)

    def one(_number: int) -> Placement:
        with Graph(neo4j_address.uri, neo4j_address.user, neo4j_address.password) as own:
            together.wait()
            return place(own, "N", ByHand("R", "R"), on=DAY, request=asked("k", member="N"))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(one, range(4)))
    assert len(set(answers)) == 1
    assert read_company(graph).last_change == 2


KILLED = """
import os, signal, sys
from datetime import date
from engine.genealogy.changes.requests import request
from engine.genealogy.operations.placing import place
from engine.genealogy.placement import ByHand
from engine.graph.database import Graph
with Graph(*sys.argv[1:]) as graph:
    same = request("desk", "k", "place", {"member": "N"})
    place(graph, "N", ByHand("R", "R"), on=date(2026, 2, 1), request=same)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_whoever_is_killed_before_the_answer_gets_it_with_the_same_key(
    graph: Graph, tmp_path: Path, neo4j_address: Address
) -> None:
    import_company(graph, write(tmp_path, members=TANK))
    address = (neo4j_address.uri, neo4j_address.user, neo4j_address.password)
    killed = subprocess.run([sys.executable, "-c", KILLED, *address], env=os.environ, check=False)
    assert killed.returncode == -signal.SIGKILL
    before = dump(graph)
    again = place(graph, "N", ByHand("R", "R"), on=DAY, request=asked("k", member="N"))
    assert (again.parent_id, again.leg) == ("R", "R")
    assert dump(graph) == before


def test_keys_are_forgotten_after_their_days(graph: Graph) -> None:
    assert keep(graph, asked("old"), {"run": 1}) == {"run": 1}
    graph.batched(
        cypher(f"MATCH (r:Request) SET r.recorded_at = datetime() - duration({{days: {DAYS + 1}}})")
    )
    assert keep(graph, asked("new"), {"run": 2}) == {"run": 2}
    assert [row["key"] for row in ask(graph, "MATCH (r:Request) RETURN r.key AS key")] == ['["desk", "new"]']
    assert keep(graph, asked("new"), {"run": 3}) == {"run": 2}


@pytest.mark.parametrize(
    ("hand", "error", "words"),
    [
        (ByHand("X", "L"), UnknownMemberError, "no member is called 'X'"),
        (ByHand("N", "L"), CircleError, "under itself"),
        (ByHand("R"), UnknownPlaceError, "has no leg"),
        (ByHand("R", "L\x07"), UnknownPlaceError, "control signs"),
        (ByHand("R", "left"), PlaceTakenError, "taken by A"),
        (ByHand("O", "left"), BeforeEnrolmentError, "enrolled on 2026-01-03"),
    ],
)
def test_a_place_that_is_none_is_refused(
    graph: Graph, tmp_path: Path, hand: ByHand, error: type[Exception], words: str
) -> None:
    import_company(graph, write(tmp_path, members=TANK))
    before = dump(graph)
    with pytest.raises(error, match=words):
        place(graph, "N", hand, on=date(2026, 1, 2))
    assert dump(graph) == before


def test_the_command_places_by_hand(graph: Graph, tmp_path: Path, upline: Upline) -> None:
    import_company(graph, write(tmp_path, members=TANK))
    done = upline("place", "N", "--under", "A", "--leg", "right", "--on", "2026-02-01")
    assert done.stdout == "N is placed under A in leg R from 2026-02-01 on\n"
    assert ("N", "placement", "A", "R", DAY, None) in edges(graph)
    assert [each.member_id for each in waiting(graph)] == ["O"]
    assert "place_option" in upline("place", "N", "O", "--under", "A").stderr
    assert "place_option" in upline("place", "N", "--leg", "L").stderr
