"""The API explains an order as the command does: the same words and figures, for any member and bonus."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from engine.access.reach import Reach
from engine.explain import nothing
from engine.explain.explanation import as_json, explain
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of
from tests.support.api import Api
from tests.support.companies import month

COMPANY = """
plan:
  name = "Told"
  [activity]
  personal_volume = 100
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = "activity_skip"
  rates = ["0.10", "0.05"]
  require = [{ kind = "active_frontline", at_least = 1 }]
  [[bonus]]
  name = "Legs"
  kind = "binary"
  rate = "0.10"
  [[bonus]]
  name = "Match"
  kind = "matching"
  bonuses = ["Levels"]
  rates = ["0.50"]
  [[bonus]]
  name = "Pool"
  kind = "pool"
  share = "0.02"
  [[bonus]]
  name = "Weekly"
  kind = "personal"
  calendar = "week"
  rate = "0.01"
  [[cap]]
  bonuses = ["Levels"]
  amount = 8
members:
  member  sponsor  placement  leg
  1       -        -          -
  2       1        1          L
  3       1        1          R
  4       2        2          L
  5       4        4          L
orders:
  order  member  qv
  a      1       100
  b      2       150
  c      3       120
  d      4       40
  e      5       200
"""
MEMBERS, ORDERS = "12345", "abcde"
LINE = "level treeLevel payeeId sourceId base rate amount reason why"
ASKED = f"""
query ($member: ID!, $order: ID!, $bonus: String, $period: String) {{
  explain(memberId: $member, orderId: $order, bonus: $bonus, period: $period) {{
    orderId sourceId memberId distance elsewhere
    bonuses {{
      bonus verdict about planSays cut
      steps {{ {LINE} skippedCount skipped(first: 5) {{ memberId rule reason figure needed why }} }}
      entries {{ memberId distance through leg figures {{ name text }} lines(first: 5) {{ {LINE} }} }}
      requirements {{ requirement required actual passes }}
    }}
  }}
}}
"""


@pytest.fixture(scope="module")
def run(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    server_graph.batched("schema/wipe")
    return month(server_graph, tmp_path_factory.mktemp("told"), COMPANY)


@pytest.fixture(scope="module")
def api(run: RunRecord, server_graph: Graph) -> Iterator[Api]:
    with Api(server_graph) as connected:
        yield connected


def plain(value: Any) -> Any:
    """An answer with the names and the shape of the command's JSON."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    renamed = {
        re.sub(r"[A-Z]", lambda big: f"_{big[0].lower()}", key): plain(each) for key, each in value.items()
    }
    if "figures" in renamed:
        renamed["figures"] = {each["name"]: each["text"] for each in renamed["figures"]}
    if (count := renamed.pop("skipped_count", None)) is not None:
        assert count == len(renamed["skipped"])
    return renamed


@pytest.mark.parametrize("order", ORDERS)
def test_an_explanation_is_that_of_the_command(
    order: str, api: Api, run: RunRecord, server_graph: Graph
) -> None:
    for member in MEMBERS:
        expected = as_json(explain(server_graph, Reach.everything, run, member, order), plan_of(run))
        assert plain(api.data(ASKED, member=member, order=order)["explain"]) == expected


def test_one_bonus_alone_includes_what_it_matches(api: Api, run: RunRecord, server_graph: Graph) -> None:
    whole = as_json(explain(server_graph, Reach.everything, run, "1", "e"), plan_of(run))
    for place, name in enumerate(["Levels", "Legs", "Match", "Pool"]):
        explanation = plain(api.data(ASKED, member="1", order="e", bonus=name, period="2026-11")["explain"])
        assert explanation["bonuses"] == [whole["bonuses"][place]]
        assert explanation["elsewhere"] == []


def test_what_cannot_be_explained_is_refused_by_name(api: Api) -> None:
    variables = {"member": "1", "order": "a"}
    assert api.refused(ASKED, **variables | {"order": "z"})[0] == "unknown_order"
    assert api.refused(ASKED, **variables | {"member": "z"})[0] == "unknown_member"
    assert api.refused(ASKED, **variables | {"period": "2026-10"})[0] == "no_run"
    code, message = api.refused(ASKED, **variables, bonus="Level")
    assert code == "unknown_bonus"
    assert "Did you mean 'Levels'?" in message


def test_who_was_stepped_over_shows_the_standing_of_the_same_run(api: Api, run: RunRecord) -> None:
    query = """{ explain(memberId: "1", orderId: "e", bonus: "Levels") { bonuses { steps {
      level skipped { memberId reason standing { personalVolume run { number } } } } } } }"""
    steps = api.data(query)["explain"]["bonuses"][0]["steps"]
    # 4 has 40 of the 100 that activity asks for, so that the first level of order e goes to 2.
    assert steps[0]["skipped"] == [
        {
            "memberId": "4",
            "reason": "inactive",
            "standing": {"personalVolume": "40.00", "run": {"number": run.number}},
        }
    ]


def test_two_explanations_in_one_request_are_answered_and_many_are_too_costly(api: Api) -> None:
    one = 'explain(memberId: "1", orderId: "{}") {{ orderId bonuses {{ verdict }} }}'
    both = api.ask(f"{{ first: {one.format('a')} other: {one.format('z')} }}")
    assert both["data"]["first"]["orderId"] == "a"
    assert [error["extensions"]["code"] for error in both["errors"]] == ["unknown_order"]
    many = " ".join(f"q{number}: {one.format('a')}" for number in range(50))
    assert api.refused(f"{{ {many} }}")[0] == "too_costly"


def test_why_nothing_at_all_is_that_of_the_command(api: Api, run: RunRecord, server_graph: Graph) -> None:
    query = """query($member: ID!, $order: ID, $bonus: String) {
      whyNot(memberId: $member, orderId: $order, bonus: $bonus) { memberId orderId members complete
        bonuses { bonus verdict reasons { reason why count example } } } }"""
    asked: tuple[tuple[str, str | None, str | None], ...] = (
        ("1", None, None), ("2", None, "Levels"), ("4", "e", None),
    )  # fmt: skip
    for member, order, bonus in asked:
        answer = nothing.why_not(server_graph, Reach.everything, run, member, order, bonus)
        shown = api.data(query, member=member, order=order, bonus=bonus)["whyNot"]
        assert plain(shown) == nothing.as_json(answer)
    assert api.refused(query, member="1", bonus="Level")[0] == "unknown_bonus"
    assert api.refused(query, member="z")[0] == "unknown_member"
