"""`upline members`: who the members are, page by page, and those whom a search finds."""

import json
from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.conftest import Upline

MEMBERS = """member_id,name,sponsor_id,enrolled_on,status,country
M1,Jürg Müller,,2026-01-01,active,CH
M2,Anna Muller,M1,2026-01-02,active,DE
M3,Will Smith,M1,2026-01-03,suspended,US
"""


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Graph:
    (tmp_path / "members.csv").write_text(MEMBERS, encoding="utf-8")
    import_company(graph, tmp_path)
    with graph.session() as session:
        session.run("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()").consume()
    return graph


def test_members_are_listed_and_searched(company: Graph, upline: Upline) -> None:
    everybody = json.loads(upline("members", "--json").stdout)
    assert [one["member_id"] for one in everybody["members"]] == ["M1", "M2", "M3"]
    assert (everybody["total"], everybody["next_after"]) == (3, None)
    assert everybody["members"][1]["enrolled_on"] == "2026-01-02"
    page = json.loads(upline("members", "--rows", 2, "--json").stdout)
    assert page["next_after"] == "M2"
    rest = json.loads(upline("members", "--rows", 2, "--after", "M2", "--json").stdout)
    assert [one["member_id"] for one in rest["members"]] == ["M3"]
    hits = json.loads(upline("members", "--search", "muler", "--json").stdout)
    assert ([one["name"] for one in hits["members"]], hits["total"]) == (["Jürg Müller", "Anna Muller"], 2)
    assert "Jürg" in upline("members", "--search", "jurg mul").stdout
    assert "Will" in upline("members", "--search", "m3").stdout
    assert json.loads(upline("members", "--search", "*", "--json").stdout)["total"] == 0
    refused = upline("members", "--search", " ")
    assert refused.returncode == 2
    assert "the search is empty" in refused.stderr
