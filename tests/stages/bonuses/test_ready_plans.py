"""Ready plans of the families that pay groups: both engines agree, and each bonus finds somebody to pay."""

import json
from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.plans import reader
from tests.oracle import notation
from tests.support.family import agree


@pytest.mark.parametrize("name", ["stairstep", "differential", "breakaway", "party_roles"])
def test_a_ready_plan_of_the_family_pays(name: str, graph: Graph, tmp_path: Path) -> None:
    """A small company in which every bonus of the plan finds somebody to pay."""
    plan = (Path(reader.__file__).parent / f"{name}.toml").read_text(encoding="utf-8")
    sides = [f"{side}{number}" for side in "AB" for number in range(3)]
    members = "member_id sponsor_id\nTOP -\nA TOP\nB TOP\nC TOP\n" + "\n".join(
        f"{each} {each[0]}" for each in sides
    )
    members += "\nDEEP A0\nDEEPER DEEP\nDEEPEST DEEPER"
    everybody = ["TOP", "A", "B", "C", *sides, "DEEP", "DEEPER", "DEEPEST"]
    orders = "member_id customer_id volume kind\n" + "\n".join(
        f"{member} {'c' if member == 'A0' else '-'} 2500 starter" for member in everybody
    )
    tables = {"customers": "customer_id name member_id since\nc Kim A0 2026-01-01"}
    home = tmp_path / name
    home.mkdir()
    notation.run(home, "", members, orders, **tables)
    (home / "plan.toml").write_text(plan, encoding="utf-8")
    assert agree(graph, home, home / "plan.toml", ["2026-11"]) == []
    totals = json.loads((home / "out" / "report.json").read_text(encoding="utf-8"))["periods"][0]["totals"]
    assert [row["bonus"] for row in totals if row["payees"] == 0] == []
