"""The pages on changes and subscriptions: each example is sent as it stands, and gets the answer shown."""

import json
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType

from engine.api.mutations.operations import MUTATIONS
from engine.api.mutations.payloads import camel
from engine.api.schema import schema
from engine.api.subscriptions import follower
from engine.graph.database import Graph
from engine.intake.importing import import_rows
from engine.passes.record import result
from engine.passes.replay import plan_of
from engine.period import period
from engine.run import refresh
from tests.api.test_api_subscriptions import ORDER, opened
from tests.support.api import Api
from tests.support.months import month
from tests.support.serving import eventually

PAGES = Path(__file__).parent.parent.parent / "docs" / "api"
BLOCK = re.compile(r"```(graphql|json)\n(.*?)```", re.DOTALL)
ELSEWHERE = {
    *map(camel, MUTATIONS),  # test_api_doors_trees.py does each of them through every door
    "preferPlacement", "performOperations", "previewChange",  # test_api_preferences, _bulk and _previews.py
    "adjustBalance", "reverseAdjustment", "approvePosting", "rejectPosting", "holdBalance", "releaseHold",
    "forfeitHold", "endHolds", "setLedgerRules",  # test_api_ledger.py
    "computeWhatIf", "removeWhatIf",  # test_api_what_ifs.py
    "reviewPeriod", "reopenPeriod", "approvePeriod", "commitPeriod", "withdrawPeriod", "setPeriodRules",
    "archiveRun", "verifyRun",  # test_api_periods.py, because the month of this page is not over for good
}  # fmt: skip
"""Changes of people and trees: pages have them as commands and tables, and tests as documents."""
ROOTS = [("Mutation", ("mutations.md", "placing.md")), ("Subscription", ("subscriptions.md",))]
WAITING = [
    {"member_id": "113", "sponsor_id": "1", "enrolled_on": "2026-11-20"},
    {"member_id": "114", "sponsor_id": "12", "enrolled_on": "2026-01-20"},
]
"""Who waits for a place on the page of placing."""


def examples(page: str) -> Iterator[tuple[str, Any, Any]]:
    """Document, variables and answer of each example of a page."""
    blocks = BLOCK.findall((PAGES / page).read_text(encoding="utf-8"))
    kinds = [kind for kind, _ in blocks]
    assert kinds == ["graphql", "json", "json"] * (len(blocks) // 3)
    texts = [text for _, text in blocks]
    for place in range(0, len(texts), 3):
        yield texts[place], json.loads(texts[place + 1]), json.loads(texts[place + 2])


@pytest.fixture
def api(graph: Graph, tmp_path: Path) -> Iterator[Api]:
    month(graph, tmp_path)
    with Api(graph) as api:
        yield api


@pytest.mark.parametrize("page", ROOTS[0][1])
def test_every_example_of_a_change_gets_its_answer(graph: Graph, api: Api, page: str) -> None:
    if page == "placing.md":
        import_rows(graph, {"members": WAITING})
    for document, variables, answer in examples(page):
        sent = partial(api.data, document, **variables)
        if document.startswith("query"):
            eventually(partial(_answers, sent, answer), 60)
        else:
            assert sent() == answer


def _answers(sent: Callable[[], Any], answer: Any) -> bool:
    return bool(sent() == answer)


def test_every_example_of_a_subscription_gets_its_event(graph: Graph, api: Api) -> None:
    refresh(graph, plan_of(result(graph)), period("2026-12"))
    for number, (document, variables, event) in enumerate(examples("subscriptions.md")):
        with opened(api) as socket:
            socket.send(id="1", type="subscribe", payload={"query": document, "variables": variables})
            if "downlineChanged" in document:
                time.sleep(3 * follower.POLL_S)
                import_rows(graph, {"orders": [{**ORDER, "order_id": f"page{number}"}]})
            assert socket.take()["payload"]["data"] == event


@pytest.mark.parametrize(("root", "pages"), ROOTS)
def test_every_door_has_its_example(root: str, pages: tuple[str, ...]) -> None:
    kind = schema.graphql_schema.type_map[root]
    assert isinstance(kind, GraphQLObjectType)
    shown = "".join(document for page in pages for document, _, _ in examples(page))
    assert [name for name in kind.fields if f"{name}(" not in shown and name not in ELSEWHERE] == []
