"""Lists of orders: a member's of all time, and those that a run counted for a member and for a group."""

from collections.abc import Iterator
from typing import Any

import pytest

from engine.answers import order_pages
from engine.graph.database import Graph
from tests.support.api import Api
from tests.support.months import month


@pytest.fixture(scope="module")
def api(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The company of tests/support/months.py with its November; tests only read it."""
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("orders"))
    with Api(server_graph) as connected:
        yield connected


def listed(api: Api, field: str, size: int, path: tuple[str, ...]) -> list[str]:
    """Every order of a list, page by page; its total and its cursors agree with it."""
    after, ids = "null", []
    while True:
        info = "totalCount nodes { orderId } pageInfo { hasNextPage endCursor }"
        page: Any = api.data(field % (f"first: {size}, after: {after}", info))
        for step in path:
            page = page[step]
        total = page["totalCount"]
        ids += [node["orderId"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(ids) == total
            return ids
        after = f'"{page["pageInfo"]["endCursor"]}"'


OF_MEMBER = {
    "": ["o3", "o2"],
    'kinds: ["refund"],': [],
    'kinds: ["sale", "refund"], firstDay: "2026-11-03",': ["o3"],
    'lastDay: "2026-11-02",': ["o2"],
    'period: "2026-11",': ["o3", "o2"],
    'period: "2026-11", lastDay: "2026-11-02",': ["o2"],
    'period: "2026-10",': [],
}


@pytest.mark.parametrize("size", [1, 50])
@pytest.mark.parametrize("chosen", OF_MEMBER)
def test_orders_of_a_member_newest_first(api: Api, chosen: str, size: int) -> None:
    field = '{ member(memberId: "11") { orders(' + chosen + " %s) { %s } } }"
    assert listed(api, field, size, ("member", "orders")) == OF_MEMBER[chosen]


OF_RUN = {
    ("121", "group: true,"): ["o7"],  # o8 is of December
    ("11", ""): ["o2", "o3"],
    ("11", "group: true,"): ["o2", "o3", "o5", "o6"],
    ("1", "group: true,"): ["o1", "o2", "o3", "o5", "o6", "o4", "o7"],  # by member: 1, 11, 111, 112, 12, 121
    ("1", 'group: true, firstDay: "2026-11-04", lastDay: "2026-11-06",'): ["o5", "o6", "o4"],
    ("1", 'group: true, kinds: ["refund"],'): [],
}


@pytest.mark.parametrize("sources", [2, 200])
@pytest.mark.parametrize("size", [1, 2, 50])
@pytest.mark.parametrize("chosen", OF_RUN, ids=" ".join)
def test_orders_that_a_run_counted_for_a_group(
    api: Api, chosen: tuple[str, str], size: int, sources: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few members at a time: a large group is found by the index, the others by walking down."""
    monkeypatch.setattr(order_pages, "SOURCES", sources)
    field = '{ standing(memberId: "MEMBER") { orders(OPTIONS %s) { %s } } }'
    field = field.replace("MEMBER", chosen[0]).replace("OPTIONS", chosen[1])
    assert listed(api, field, size, ("standing", "orders")) == OF_RUN[chosen]


def test_days_that_cannot_be_are_refused_by_name(api: Api) -> None:
    query = '{ standing(memberId: "1") { orders(%s) { totalCount } } }'
    assert api.refused(query % 'firstDay: "2026-11-05", lastDay: "2026-11-04"')[0] == "no_days"
    of_member = '{ member(memberId: "1") { orders(%s) { totalCount } } }'
    assert api.refused(of_member % 'period: "2026-11", firstDay: "2026-12-01"')[0] == "no_days"
    assert api.refused(of_member % 'period: "2026-13"')[0] == "bad_period"
