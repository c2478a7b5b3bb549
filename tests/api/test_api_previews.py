"""A preview through the API: what the operation then does, for those who may make it, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.access.policy import Policy
from engine.access.viewer import Role, Viewer
from engine.genealogy.operations.kinds import MoveMember
from engine.graph.database import Graph
from engine.money import decimal
from engine.passes.record import result
from engine.preview.previewing import preview
from tests.api.test_api_doors_trees import Under
from tests.conftest import Upline
from tests.support.api import Api
from tests.support.months import month

PREVIEW = """
mutation($input: PreviewChangeInput!) {
  previewChange(input: $input) {
    preview {
      kind on changed { what id before after }
      untouched { period plan }
      periods {
        period plan computed whyNot fromResult wouldEarnMore wouldEarnLess membersChanged
        paidBefore { amount currency } paidAfter { amount }
        members {
          memberId gain { amount }
          before { groupVolume rank earned { amount } bonuses { bonus amount { amount } } }
          after { personalVolume groupVolume active qualifiedRank rank earned { amount } }
        }
      }
    }
    errors { code path }
    clientMutationId
  }
}
"""
MOVE = {"changeSponsor": {"memberId": "112", "sponsorId": "12", "on": "2026-11-20"}}


@pytest.fixture
def api(graph: Graph, tmp_path: Path) -> Iterator[Api]:
    month(graph, tmp_path)
    with Api(graph) as api:
        yield api


def previewed(api: Api, **values: Any) -> dict[str, Any]:
    payload: dict[str, Any] = api.data(PREVIEW, input=values)["previewChange"]
    return payload


def test_the_doors_show_the_same_preview(graph: Graph, api: Api, upline: Upline) -> None:
    day = result(graph).facts["last_day"].to_native()
    operation = MoveMember(member_id="112", parent_id="12", on=day)
    (expected,) = preview(graph, operation).periods
    values = {"memberId": "112", "parentId": "12", "on": str(day)}
    payload = previewed(api, moveMember=values, clientMutationId="mine")
    assert (payload["errors"], payload["clientMutationId"]) == ([], "mine")
    (period,) = payload["preview"]["periods"]
    assert (period["period"], period["plan"], period["fromResult"]) == ("2026-11", "Small", True)
    assert expected.differences
    assert period["membersChanged"] == len(expected.differences)
    assert [each["memberId"] for each in period["members"]] == [one.member_id for one in expected.differences]
    assert period["paidAfter"]["amount"] == decimal(expected.earned_after, 2)
    assert [each["gain"]["amount"] for each in period["members"]] == [
        decimal(one.gain, 2) for one in expected.differences
    ]
    done = upline("member", "move", "112", "--under", "12", "--on", str(day), "--preview", "--json")
    assert done.returncode == 0, done.stderr
    assert f'"paid_after": "{decimal(expected.earned_after, 2)}"' in done.stdout
    table = upline("member", "move", "112", "--under", "12", "--on", str(day), "--preview")
    assert f"2026-11 by Small: {len(expected.differences)} with other figures" in table.stdout.replace(
        "\n", " "
    )
    assert "nothing was changed" in table.stderr
    assert graph.read("genealogy/company")[0]["last_change"] == 1


def test_a_preview_is_refused_as_the_operation_is(api: Api) -> None:
    circle = previewed(api, changeSponsor={"memberId": "1", "sponsorId": "112"})
    assert (circle["preview"], circle["errors"][0]["code"]) == (None, "circle")
    assert circle["errors"][0]["path"][:2] == ["input", "changeSponsor"]
    for values in (
        {},
        {**MOVE, "terminateMember": {"memberId": "11"}},
        {**MOVE, "periods": 13},
        {"placeMember": {"memberId": "12"}},
    ):
        assert previewed(api, **values)["errors"][0]["code"] == "bad_input"


def test_only_those_preview_who_may_make_the_change(graph: Graph, api: Api) -> None:
    assert previewed(api, **MOVE)["errors"] == []
    for viewer in (Viewer("ben", Role.MEMBER, "11"), Viewer("staff", Role.FINANCE)):
        with Api(graph, identity=Under(viewer, Policy(enroll=True))) as other:
            assert other.refused(PREVIEW, input=MOVE)[0] == "not_allowed"
