"""Rows that a program hands over go through the checks of the tables, and say where they are wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.genealogy.changes.requests import KeyReusedError, request
from engine.graph.database import Graph
from engine.intake.importing import Counts, import_company, import_rows
from engine.intake.refusals import ImportRefusedError
from engine.intake.rows import TablesOfRows, UnknownColumnError, UnknownTableError
from tests.support.small_tables import ask, dump, write

MEMBERS = """
member_id sponsor_id enrolled_on
1         -          2026-01-01
11        1          2026-02-01
"""
ORDERS = """
order_id ordered_at          member_id kind qualifying_volume commissionable_volume amount currency
o1       2026-11-02T10:00:00 11        sale 100.50            100.50                100    USD
"""
ORDER: dict[str, object] = {
    "order_id": "o1",
    "ordered_at": datetime(2026, 11, 2, 10, tzinfo=UTC),
    "member_id": "11",
    "kind": "sale",
    "qualifying_volume": Decimal("100.50"),
    "commissionable_volume": "100.50",
    "amount": 100,
    "currency": "USD",
}
ROWS: TablesOfRows = {
    "members": [
        {"member_id": "1", "enrolled_on": date(2026, 1, 1)},
        {"member_id": "11", "sponsor_id": "1", "enrolled_on": "2026-02-01"},
    ],
    "orders": [ORDER],
}


def test_rows_make_what_files_make(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, members=MEMBERS, orders=ORDERS))
    of_files = dump(graph, "directory", "files", "sha256")
    graph.batched("schema/wipe")
    done = import_rows(graph, ROWS)
    assert (done.members, done.orders) == (Counts(2, 2), Counts(1, 1))
    assert dump(graph, "directory", "files", "sha256") == of_files


def test_orders_come_without_members_and_the_actor_is_kept(graph: Graph) -> None:
    import_rows(graph, {"members": ROWS["members"]})
    done = import_rows(graph, {"orders": [ORDER]}, actor="shop")
    assert done.orders.added == 1
    change = ask(graph, "MATCH (c:Change {number: 2}) RETURN c.actor AS actor, c.member_ids AS ids")
    assert change == [{"actor": "shop", "ids": ["11"]}]
    assert import_rows(graph, {"orders": [ORDER]}).orders == Counts(1, unchanged=1)


def test_a_refused_row_is_named_by_its_place_and_nothing_is_written(graph: Graph) -> None:
    import_rows(graph, ROWS)
    before = dump(graph)
    wrong: dict[str, list[dict[str, object]]] = {
        "orders": [{**ORDER, "order_id": "o2"}, {**ORDER, "order_id": "o3", "member_id": "12"}],
        "members": [{"member_id": "13", "sponsorId": "1", "enrolled_on": "2026-13-01"}],
        "facts": [{"member_id": "1", "name": "points", "value": 1.5}],
    }
    with pytest.raises(UnknownColumnError, match=r"members\[0\].*sponsorId.*'sponsor_id'"):
        import_rows(graph, wrong)
    wrong["members"] = [{"member_id": "13", "sponsor_id": "1", "enrolled_on": "2026-13-01"}]
    with pytest.raises(ImportRefusedError) as caught:
        import_rows(graph, wrong, column_called=str.upper)
    places = {(one.name, one.where, one.what) for one in caught.value.refusals}
    assert places == {
        ("bad_date", "members[0]", "ENROLLED_ON '2026-13-01' is not a date"),
        ("unknown_member", "orders[1]", "member 12 is not known"),
        ("wrong_type", "facts[0]", "VALUE is not exact or not a plain value"),
    }
    assert dump(graph) == before
    with pytest.raises(UnknownTableError, match="'members'"):
        import_rows(graph, {"member": []})


def test_what_is_sound_is_written_where_the_rest_is_accepted(graph: Graph) -> None:
    import_rows(graph, ROWS)
    rows = {"orders": [{**ORDER, "order_id": "o2"}, {**ORDER, "order_id": "o3", "amount": "1.005"}]}
    done = import_rows(graph, rows, accept_valid=True)
    assert done.orders == Counts(2, 1, refused=1)
    assert [(one.name, one.where) for one in done.refusals] == [("bad_decimal", "orders[1]")]
    assert done.refusals_file is None


def test_a_request_that_comes_again_imports_nothing(graph: Graph) -> None:
    import_rows(graph, ROWS)
    rows = {"orders": [{**ORDER, "order_id": "o2"}, {**ORDER, "order_id": "o3", "amount": "1.005"}]}
    same = request("shop", "k", "import", rows)
    done = import_rows(graph, rows, accept_valid=True, request=same)
    before = dump(graph)
    again = import_rows(graph, rows, accept_valid=True, request=same)
    assert replace(again, seconds=0.0) == replace(done, seconds=0.0)
    with pytest.raises(KeyReusedError):
        import_rows(graph, {"orders": []}, request=request("shop", "k", "import", {}))
    assert dump(graph) == before
    nothing = request("shop", "n", "import", ROWS)
    unchanged = import_rows(graph, ROWS, request=nothing)
    assert unchanged.orders == Counts(1, unchanged=1)
    assert import_rows(graph, ROWS, request=nothing).orders == unchanged.orders
