"""Plans in words, rules, reports and periods as data: the same as the commands show."""

from collections.abc import Iterator

import pytest

from engine.answers.runs import newest_of_plans
from engine.graph.database import Graph
from engine.passes.replay import plan_of
from engine.plans.shown import sections
from engine.rules.contract import FOLDERS
from engine.rules.library import rules
from engine.settings import Settings
from engine.workbench.reports import every
from tests.support.api import Api
from tests.support.companies import month

COMPANY = """
plan:
  name = "Spoken"
  version = "3"
  [[rank]]
  name = "Silver"
  require = [{ kind = "group_volume", at_least = 400 }]
  [[rank]]
  name = "Gold"
  permanent = true
  require = [{ kind = "group_volume", at_least = 4000 }]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = "activity_skip"
  rates = { none = ["0.05"], Silver = ["0.05", "0.03"] }
  [[bonus]]
  name = "Own"
  kind = "personal"
  rate = "0.02"
members:
  member  sponsor
  1       -
  11      1
orders:
  order  member  qv
  a      11      100
"""


@pytest.fixture(scope="module")
def api(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("spoken"), COMPANY, "2026-11", "2026-10", "2026-11")
    with Api(server_graph) as connected:
        yield connected


def test_a_plan_is_spoken_as_the_command_prints_it(api: Api, server_graph: Graph) -> None:
    query = """{ plans { name version currency latestRun { period number } words rankWords
      ranks { name number match mustBeActive permanent grace }
      bonuses { name kind about words tables { columns rows } } } }"""
    (shown,) = api.data(query)["plans"]
    (run,) = newest_of_plans(server_graph)
    page = list(sections(plan_of(run)))
    assert (shown["name"], shown["version"], shown["currency"]) == ("Spoken", "3", "USD")
    assert shown["latestRun"] == {"period": "2026-11", "number": run.number}
    assert shown["words"] == list(page[0].sentences)
    assert shown["rankWords"] == list(page[1].sentences)
    assert [(each["name"], each["number"], each["permanent"]) for each in shown["ranks"]] == [
        ("Silver", 1, False),
        ("Gold", 2, True),
    ]
    levels, own = shown["bonuses"]
    assert (levels["name"], levels["kind"], levels["about"]) == ("Levels", "unilevel", page[2].about)
    assert (levels["words"], own["words"]) == (list(page[2].sentences), list(page[3].sentences))
    assert [(table["columns"], table["rows"]) for table in levels["tables"]] == [
        (list(grid.columns), [list(row) for row in grid.rows]) for grid in page[2].grids
    ]
    assert levels["tables"]


def test_rules_are_those_of_the_folders(api: Api) -> None:
    bonuses = api.data("{ rules(kind: BONUS) { kind name about purpose parameters { name type default } } }")
    known = rules("bonus", Settings().rules)
    assert [each["name"] for each in bonuses["rules"]] == sorted(known)
    personal = next(each for each in bonuses["rules"] if each["name"] == "personal")
    assert personal["kind"] == "BONUS"
    assert personal["purpose"].startswith(personal["about"])
    assert {"name": "rate", "type": "RATE", "default": "0"} in personal["parameters"]
    kinds = {each["kind"] for each in api.data("{ rules { kind } }")["rules"]}
    assert kinds == {kind.upper() for kind in FOLDERS}


def test_reports_are_listed_with_their_parameters(api: Api) -> None:
    listed = api.data("{ reports { name purpose columns { name kind } parameters { name default } } }")[
        "reports"
    ]
    assert [each["name"] for each in listed] == [each.name for each in every(Settings().rules)]
    near_floor = next(each for each in listed if each["name"] == "near_floor")
    assert {"name": "within_hundredths", "default": 2500} in near_floor["parameters"]
    assert near_floor["columns"][:3] == [
        {"name": "member_id", "kind": "TEXT"},
        {"name": "name", "kind": "TEXT"},
        {"name": "personal_volume_hundredths", "kind": "VOLUME"},
    ]


def test_periods_come_latest_first_with_the_newest_run_of_each_plan(api: Api) -> None:
    periods = api.data("{ periods { name firstDay lastDay open runs { number plan } } }")["periods"]
    assert [(each["name"], each["firstDay"], each["lastDay"]) for each in periods] == [
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2026-10", "2026-10-01", "2026-10-31"),
    ]
    assert [[run["plan"] for run in each["runs"]] for each in periods] == [["Spoken"], ["Spoken"]]
    november, october = (each["runs"][0]["number"] for each in periods)
    assert november > october
    assert periods[1]["open"] is False
    assert len(api.data("{ periods(first: 1) { name } }")["periods"]) == 1
