"""Placement rules that members and the company prefer, by the API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.genealogy.preferences import Preference, preference
from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.api.test_api_mutations import PLACE, TANK, codes, done
from tests.support.api import Api
from tests.support.small_tables import dump, write

PREFER = """
mutation Prefer($input: PreferPlacementInput!) {
  preferPlacement(input: $input) { change errors { code message todo path } }
}"""


@pytest.fixture
def tank(graph: Graph, tmp_path: Path) -> Graph:
    import_company(graph, write(tmp_path, members=TANK))
    return graph


@pytest.fixture
def api(graph: Graph) -> Iterator[Api]:
    with Api(graph) as api:
        yield api


def test_what_is_preferred_places_where_the_client_names_no_place(tank: Graph, api: Api) -> None:
    kept = done(api, PREFER, memberId="R", byRule={"name": "outer_right"}, idempotencyKey="p")
    assert kept == {"change": 2, "errors": []}
    assert done(api, PREFER, memberId="R", byRule={"name": "outer_right"}, idempotencyKey="p") == kept
    placed = done(api, PLACE, memberId="N")["placement"]
    assert (placed["parentId"], placed["leg"]) == ("R", "R")
    width = {"name": "matrix", "width": 3}
    assert done(api, PREFER, byRule=width, windowDays=30) == {"change": 4, "errors": []}
    assert preference(tank) == Preference("matrix", {"width": "3"}, 30)
    assert done(api, PREFER, memberId="R")["change"] == 5
    assert preference(tank, "R") is None


def test_what_cannot_be_preferred_changes_nothing(tank: Graph, api: Api) -> None:
    before = dump(tank)
    rule = {"name": "even_fill"}
    assert codes(done(api, PREFER, memberId="nobody", byRule=rule)) == ["unknown_member"]
    assert codes(done(api, PREFER, memberId="R", byRule={"name": "matrx"})) == ["unknown_rule"]
    assert codes(done(api, PREFER, memberId="R", byRule=rule, windowDays=3)) == ["bad_input"]
    assert codes(done(api, PREFER, byRule=rule, windowDays=-1)) == ["window"]
    assert dump(tank) == before


DUE = """
mutation Due($input: PlaceDueInput!) {
  placeDue(input: $input) {
    placements { memberId parentId member { memberId } }
    notPlaced { memberId code message member { memberId } }
    left errors { code }
  }
}"""


def test_whose_window_has_ended_is_placed_and_who_finds_no_place_stops_nobody(tank: Graph, api: Api) -> None:
    assert codes(done(api, DUE)) == ["no_window"]
    done(api, PREFER, byRule={"name": "matrix", "width": 1, "depth": 1}, windowDays=0)
    first = done(api, DUE, first=1, idempotencyKey="d")
    (none,) = first["notPlaced"]
    assert (none["memberId"], none["code"], none["member"]) == ("N", "no_free_place", {"memberId": "N"})
    assert none["message"] == "matrix finds no free place below R."
    assert (first["placements"], first["left"], first["errors"]) == ([], 1, [])
    tried = done(api, DUE, skip=1, dryRun=True)
    before = dump(tank)
    placed = done(api, DUE, skip=1, idempotencyKey="e")
    assert (
        placed["placements"]
        == tried["placements"]
        == [{"memberId": "O", "parentId": "A", "member": {"memberId": "O"}}]
    )
    assert dump(tank) != before
    after = dump(tank)
    assert done(api, DUE, skip=1, idempotencyKey="e") == placed
    assert done(api, DUE, first=1, idempotencyKey="d") == first
    assert codes(done(api, DUE, first=2, idempotencyKey="d")) == ["key_reused"]
    assert codes(done(api, DUE, first=0)) == codes(done(api, DUE, skip=-1)) == ["bad_input"]
    assert dump(tank) == after
