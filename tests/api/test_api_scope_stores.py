"""Two companies that differ only in what the viewer may not see: every answer is equal to the byte.

Counts, cursors, errors and prices are part of an answer; the statements that it takes are compared too.
"""

import json
from itertools import islice
from pathlib import Path

import pytest

from engine.access.policy import Policy
from engine.access.viewer import Role
from engine.api.cursors import Seals
from engine.api.identity.configuration import Access
from engine.api.identity.identity import Identity
from engine.api.identity.tokens import made
from engine.graph.database import Graph
from tests.api.test_api_arguments import asking, paths_to
from tests.api.test_api_scope import COMPANY, CONFIGURATION, GOALS, NOBODY, OTHERS, OWN, TIMES, sound
from tests.support.api import TOO_SLOW, TRIES, Api, queries
from tests.support.companies import month

CHANGED = (
    COMPANY.replace("7171  7171", "9      9")
    .replace("7272  7272", "50001  50001")
    .replace("Stranger", "Somebody")
    .replace(
        "  viewer  Vera",
        "  XNEW1  Vera  XWEND  XWEND  L  P1\n  XNEW2  Bella  XNEW1  XNEW1  R  P2\n  viewer  Vera",
    )
    .replace("  own    viewer", "  XORDN  XNEW2   -         800   800\n  own    viewer")
)
"""Strangers with other names, orders and volumes, and two more of them, with names of the viewer's group."""
MORE = (
    '{ members(search: "Stranger") { totalCount nodes { memberId } } }',
    '{ members(search: "Somebody") { totalCount nodes { memberId } } }',
    '{ members(search: "Vera") { totalCount nodes { memberId } pageInfo { endCursor hasNextPage } } }',
    '{ members(idStartsWith: "X") { totalCount nodes { memberId } pageInfo { endCursor } } }',
    "{ members(first: 2) { totalCount nodes { memberId } pageInfo { endCursor hasNextPage } } }",
    "{ members(last: 2) { nodes { memberId } pageInfo { startCursor hasPreviousPage } } }",
    '{ member(memberId: "XNEW1") { name } }',
    '{ order(orderId: "XORDN") { kind } }',
    '{ standing(memberId: "XNEW2") { rank } }',
    '{ explain(memberId: "XWEST", orderId: "own") { distance } }',
    '{ explain(memberId: "viewer", orderId: "XORDN") { distance } }',
    '{ explain(memberId: "viewer", orderId: "three") { bonuses { bonus verdict steps { payeeId amount reason '
    "skipped { memberId figure why } } entries { memberId } } } }",
    '{ explain(memberId: "viewer", orderId: "own") { bonuses { bonus verdict about planSays steps { level '
    "reason why skippedCount } entries { distance through leg } } } }",
    '{ whyNot(memberId: "viewer") { members bonuses { verdict reasons { reason why count example } } } }',
    '{ order(orderId: "three") { lines { totalCount nodes { payeeId amount { amount } } } } }',
    '{ standing(memberId: "viewer") { downline(orderBy: {field: GROUP_VOLUME}) { totalCount nodes '
    "{ memberId groupVolume frontline } } upline { totalCount nodes { memberId } } } }",
    '{ standing(memberId: "viewer") { downline(orderBy: {field: EARNED}) { nodes { memberId } } } }',
    "{ run { transfers { totalCount nodes { fromId toId volume } } roots { totalCount } } }",
)
WAYS = 1
SEALS = Seals((b"0" * 32,))


def asked(overlay: str) -> list[str]:
    """Every field by some ways with ids of the group, of strangers and of nobody, and the queries above."""
    every = [
        asking(path, sound(ids, 0, overlay))
        for goal in GOALS
        for path in islice(paths_to(goal), WAYS)
        for ids in (OWN, OTHERS, NOBODY)
    ]
    return [*dict.fromkeys(every), *MORE]


def test_what_the_viewer_may_not_see_changes_no_byte_and_no_statement(
    server_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert CHANGED.count("XNEW") == 5
    identity = Identity(Access(Policy(upline_levels=0), CONFIGURATION))
    token = made(CONFIGURATION, Role.MEMBER, "viewer", 60)
    seen: list[list[tuple[str, str, int]]] = []
    for number, company in enumerate((COMPANY, CHANGED)):
        server_graph.batched("schema/wipe")
        month(server_graph, tmp_path / str(number), company, "2026-10", "2026-11")
        answers = []
        with Api(server_graph, identity=identity, token=token, seals=SEALS) as api:
            (overlay, *_) = api.data("{ run { overlays { name } } }")["run"]["overlays"]
            for query in asked(overlay["name"]):
                for _ in range(TRIES):  # the database plans each statement once, and may be busy
                    with queries(monkeypatch) as texts:
                        response = api.http.post("/graphql", json={"query": query})
                    text = TIMES.sub("", json.dumps(response.json()))
                    if TOO_SLOW not in text:
                        break
                answers.append((query, text, len(texts)))
        seen.append(answers)
    assert len(seen[0]) > len(GOALS) > 80, "every field that leads to objects is asked"
    assert [(*one, *other[1:]) for one, other in zip(*seen, strict=True) if one != other] == []
