"""Reports by the API: the same rows as `upline report`, for those who may see what they show."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.access.areas import Area
from engine.access.policy import Policy
from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.api.identity.configuration import Access, Configuration
from engine.api.identity.identity import Identity
from engine.api.identity.tokens import made
from engine.graph.database import Graph
from engine.money import in_currency
from engine.passes.record import RunRecord
from engine.rules.module import RuleError
from engine.settings import Secret
from engine.workbench import reports
from engine.workbench.reports import ColumnKind
from tests.support.api import Api, queries
from tests.support.months import NOTHING_HERE, month

CONFIGURATION = Configuration(("HS256",), Secret("0123456789abcdef0123456789abcdef"))
REPORT = """query($name: String!, $first: Int, $after: String, $run: Int,
    $parameters: [ReportParameterInput!]) {
  report(name: $name, first: $first, after: $after, parameters: $parameters, run: $run) {
    report { name columns { name kind } } run { number } nodes { cells }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
OWN = """// What each member has, in every form that a report may return.
//
// mode:    read
// params:  run: INTEGER, shown: INTEGER = 1
// returns: member_id: STRING, active: BOOLEAN, day: DATE, both: LIST<INTEGER>, half: FLOAT
{areas}
MATCH (standing:Standing {{run: $run}})
RETURN standing.member_id AS member_id, standing.active AS active, date('2026-11-30') AS day,
  [1, null] AS both, 0.5 AS half
ORDER BY member_id LIMIT $shown
"""


@pytest.fixture(scope="module")
def run(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    server_graph.batched("schema/wipe")
    return month(server_graph, tmp_path_factory.mktemp("month"))


@pytest.fixture(scope="module")
def api(server_graph: Graph, run: RunRecord) -> Iterator[Api]:
    with Api(server_graph) as connected:
        yield connected


def shown(api: Api, name: str, **variables: Any) -> dict[str, Any]:
    page: dict[str, Any] = api.data(REPORT, name=name, **variables)["report"]
    return page


@pytest.mark.parametrize("name", [report.name for report in reports.every()])
def test_every_report_has_the_rows_that_the_command_prints(
    api: Api, server_graph: Graph, run: RunRecord, name: str
) -> None:
    report = reports.find(name)
    page = shown(api, name, first=200)
    assert page["report"]["name"] == name
    assert page["run"] == (None if report.living else {"number": run.number})
    kinds = [ColumnKind(each["kind"].lower()) for each in page["report"]["columns"]]
    assert [each["name"] for each in page["report"]["columns"]] == list(report.columns)
    assert [row["cells"] for row in page["nodes"]] == [
        [reports.exact_text(*cell, run.cash) for cell in zip(kinds, row, strict=True)]
        for row in reports.ask(server_graph, report, run)
    ]
    assert page["nodes"] or name in NOTHING_HERE


def test_cells_are_exact(api: Api) -> None:
    """By hand: 11 earned 98.00 and 1 101.00, of 199.00 in all."""
    page = shown(api, "top_earners", first=2)
    names = [each["name"] for each in page["report"]["columns"]]
    best = dict(zip(names, page["nodes"][0]["cells"], strict=True))
    assert (best["member_id"], best["name"], best["earned_minor"]) == ("1", "Ann", "101.00")
    assert (best["place"], best["share_ppm"]) == ("1", "0.507537")
    (floor, *_) = shown(api, "near_floor")["nodes"]
    assert floor["cells"] == ["12", "Cat", "90.00", "10.00", "40.00", "1", "0", "1"]


def test_pages_follow_one_another_and_parameters_count(
    api: Api, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [row["cells"] for row in shown(api, "cohorts", first=200)["nodes"]]
    assert len(whole) > 2
    rows, after, pages = [], None, 0
    while True:
        page = shown(api, "cohorts", first=2, after=after, run=run.number)
        rows += [row["cells"] for row in page["nodes"]]
        assert page["pageInfo"]["hasPreviousPage"] == (pages > 0)
        pages, after = pages + 1, page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert (rows, pages) == (whole, -(-len(whole) // 2))
    one = shown(api, "top_earners", parameters=[{"name": "shown", "value": 1}])
    assert len(one["nodes"]) == 1
    with queries(monkeypatch, fresh_s=60) as texts:
        shown(api, "cohorts", first=2)
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("name", "variables", "code"),
    [
        ("profits", {}, "unknown_report"),
        ("near_floor", {"parameters": [{"name": "run", "value": 1}]}, "report_parameter"),
        ("near_floor", {"parameters": [{"name": "shown", "value": 1}] * 2}, "parameter_twice"),
        ("near_floor", {"run": 99}, "no_run"),
        ("near_floor", {"first": 0}, "page_size"),
        ("near_floor", {"after": "nothing"}, "cursor"),
    ],
)
def test_refusals_have_names(api: Api, name: str, variables: dict[str, Any], code: str) -> None:
    refused, message = api.refused(REPORT, name=name, **variables)
    assert refused == code
    assert re.search(r"\bupline\b", message) is None, "no command of the operator is named"


def test_a_cursor_of_another_report_is_refused(api: Api) -> None:
    cursor = shown(api, "cohorts", first=1)["pageInfo"]["endCursor"]
    assert api.refused(REPORT, name="near_floor", first=1, after=cursor)[0] == "stale_cursor"


def test_rows_beyond_the_most_are_refused(
    api: Api, server_graph: Graph, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST_ROWS", 2)
    page = shown(api, "cohorts", first=2)
    assert page["pageInfo"]["hasNextPage"]
    after = page["pageInfo"]["endCursor"]
    assert api.refused(REPORT, name="cohorts", first=2, after=after)[0] == "row_limit"


EXPECTED = {
    Role.MEMBER: set(),
    Role.SUPPORT: {"leg_balance", "near_floor"} | NOTHING_HERE,
    Role.ANALYST: {
        "breakage", "cohorts", "compliance", "duplication", "income_statement", "orders_left_out",
        "planned", "spillover",
    },
    Role.FINANCE: {report.name for report in reports.every()},
    Role.ADMIN: {report.name for report in reports.every()},
}  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_the_reports_whose_data_it_reads(
    role: Role, server_graph: Graph, run: RunRecord
) -> None:
    token = made(CONFIGURATION, role, "11" if role is Role.MEMBER else None, 60)
    identity = Identity(Access(Policy(downline_money=True, downline_customers=True), CONFIGURATION))
    with Api(server_graph, identity=identity, token=token) as api:
        assert {each["name"] for each in api.data("{ reports { name } }")["reports"]} == EXPECTED[role]
        for report in reports.every():
            if report.name in EXPECTED[role]:
                assert shown(api, report.name)["report"]["name"] == report.name
                continue
            hidden, nobodys = (api.refused(REPORT, name=name) for name in (report.name, "profits"))
            assert hidden == (nobodys[0], nobodys[1].replace("profits", report.name))
            assert hidden[0] == "unknown_report"


def test_a_report_of_the_company_shows_all_unless_it_says_what(
    tmp_path: Path, server_graph: Graph, run: RunRecord
) -> None:
    viewers = {role: Reach(Viewer("somebody", role, "1")) for role in Role}
    for number, (areas, roles) in enumerate(
        {
            "": {Role.FINANCE, Role.ADMIN},
            "// areas:   figures\n": set(Role) - {Role.MEMBER},
            "// areas:   orders, totals\n": {Role.FINANCE, Role.ANALYST, Role.ADMIN},
        }.items()
    ):
        folder = tmp_path / str(number)
        (folder / "reports").mkdir(parents=True)
        (folder / "reports" / "mine.cypher").write_text(OWN.format(areas=areas), encoding="utf-8")
        report = reports.find("mine", folder)
        assert {role for role, reach in viewers.items() if report.open_to(reach)} == roles
        page = reports.page(server_graph, report, run, {}, 20)
        assert page.rows == (("1", "true", "2026-11-30", "[1, null]", "0.5"),)
        page = reports.page(server_graph, report, run, {"shown": 3}, 2)
        assert (len(page.rows), page.more) == (2, True)


def test_an_area_that_is_none_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    path = tmp_path / "reports" / "mine.cypher"
    path.write_text(OWN.format(areas="// areas:   salaries\n"), encoding="utf-8")
    with pytest.raises(RuleError, match="areas names salaries") as refused:
        reports.every(tmp_path)
    assert refused.value.where == f"{path}:6"


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (ColumnKind.MONEY, 1234, "12.34"),
        (ColumnKind.MONEY, -5, "-0.05"),
        (ColumnKind.VOLUME, 9950, "99.50"),
        (ColumnKind.SHARE, 250_000, "0.250000"),
        (ColumnKind.INTEGER, 2**63 - 1, "9223372036854775807"),
        (ColumnKind.BOOLEAN, False, "false"),
        (ColumnKind.TEXT, "Ann", "Ann"),
        (ColumnKind.TEXT, None, None),
    ],
)
def test_values_as_exact_text(kind: ColumnKind, value: object, text: str | None) -> None:
    assert reports.exact_text(kind, value, in_currency("USD")) == text


def test_a_report_may_name_every_area_of_the_companys_data() -> None:
    assert {Area.NAMES, Area.MONEY, Area.CUSTOMERS, Area.ORDERS, Area.FIGURES, Area.TOTALS} <= reports.AREAS
