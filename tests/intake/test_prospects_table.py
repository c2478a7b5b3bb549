"""The table of prospects: out of a company, and in again."""

from datetime import date
from pathlib import Path

import pytest

from engine.genealogy.operations.kinds import (
    AddProspect,
    ConvertProspect,
    EnrollCustomer,
    EnrollMember,
    UpdateProspect,
)
from engine.genealogy.operations.performing import perform
from engine.graph.database import Graph
from engine.intake.exporting import export_company
from engine.intake.importing import import_company
from engine.intake.refusals import ImportRefusedError
from tests.intake.test_exporting import MEMBERS, again, lines, state
from tests.support.small_tables import write


def test_prospects_and_what_customers_have_become_come_back(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path / "company", members=MEMBERS))
    first, *_ = [row.split()[0] for row in MEMBERS.splitlines() if row.strip()][1:]
    day = date(2026, 6, 1)
    for number in range(4):
        perform(graph, AddProspect(prospect_id=f"p{number}", member_id=first, name="Mia", on=day))
    perform(graph, UpdateProspect(prospect_id="p0", source="fair", status="lost"))
    perform(graph, EnrollMember(member_id="m1", prospect_id="p1", on=day))
    perform(graph, ConvertProspect(prospect_id="p2", on=day))
    perform(graph, ConvertProspect(prospect_id="p3", customer_id="c3", on=day))
    perform(graph, EnrollCustomer(customer_id="c3", member_id="m3", on=day))
    folder = again(graph, tmp_path)
    assert lines(folder, "prospects") == [
        f"p0,{first},Mia,fair,lost,2026-06-01,", f"p1,{first},Mia,,member,2026-06-01,m1",
        f"p2,{first},Mia,,customer,2026-06-01,p2", f"p3,{first},Mia,,customer,2026-06-01,c3",
    ]  # fmt: skip
    assert lines(folder, "customers") == [f"c3,{first},Mia,2026-06-01,m3", f"p2,{first},Mia,2026-06-01,"]
    # The same tables again change nothing; what somebody has become does not change any more.
    before = state(graph)
    import_company(graph, folder)
    assert state(graph) == before
    path = folder / "prospects.csv"
    path, won = folder / "prospects.csv", "member,2026-06-01,m1"
    text = path.read_text()
    for other, refusal in (
        ("member,2026-06-01,m3", "prospect_won"), ("lost,2026-06-01,", "prospect_won"),
        ("lost,2026-06-01,m1", "bad_became"), ("member,2026-06-01,nobody", "unknown_member"),
    ):  # fmt: skip
        path.write_text(text.replace(won, other))
        with pytest.raises(ImportRefusedError, match=refusal):
            import_company(graph, folder)
    path.write_text(text.replace(won, ",,").replace("Mia", "Pia"))
    import_company(graph, folder)
    assert f"p1,{first},Pia,,{won}" in lines(export_company(graph, tmp_path / "third").folder, "prospects")
