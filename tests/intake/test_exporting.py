"""A company out of the graph and in again: the same company, which is paid the same, to the last byte."""

import itertools
import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some

from engine.genealogy.changes.lane import CompanyChangedError, read_company
from engine.genealogy.operations.placing import place
from engine.genealogy.placement import options
from engine.graph.database import Graph
from engine.intake import exporting
from engine.intake.columns import instants
from engine.intake.exporting import NothingToExportError, OtherTablesError, export_company, instant_text
from engine.intake.files import Dialect, FileContents, FileHeader
from engine.intake.importing import import_company
from engine.intake.refusals import ImportRefusedError, Refusals
from engine.intake.tables import LAYOUTS, CompanyTable, read
from engine.period import period
from engine.plans.reader import read as read_plan
from engine.run import run
from engine.sample import make
from engine.server import space
from engine.server.space import DiskFullError
from tests.conftest import Upline
from tests.support.companies import cypher
from tests.support.small_tables import dump, write
from tests.support.strategies import PERIODS, Case, forests, grove

PLANS = Path(__file__).parent.parent.parent / "engine" / "plans"
FORESTS = int(os.environ.get("UPLINE_TEST_FORESTS", "3"))
NUMBERS = ("import_no", "opened_no", "closed_no", "withdrawn_no", "last_change", "last_run")
NEWEST_ONLY = (*NUMBERS, "left_chain", "right_chain")
"""What differs between a company and the same one out of its exported tables: one change brought it all."""

LEFT_OUT = {
    "Run", "Rules", "BonusTotal", "TOTAL_OF", "Standing", "UNDER", "ENROLLED_UNDER", "COMPRESSED_INTO",
    "PUSHED_UP", "Earning", "EARNED_BY", "Change", "Past", "PAST_OF", "Chain", "Kept",
}  # fmt: skip
EARLIER_VERSIONS = (
    "MATCH (m)<-[:FACT_OF]-(f) WITH m, f.name AS name, f.period AS period, f ORDER BY f.import_no "
    "WITH m, name, period, collect(f) AS all UNWIND all[..-1] AS old DETACH DELETE old",
    "MATCH (m)<-[:OVERRIDES]-(o) WITH m, o.kind AS kind, o.first_period AS first, o ORDER BY o.import_no "
    "WITH m, kind, first, collect(o) AS all UNWIND all[..-1] AS old DETACH DELETE old",
    "MATCH (m)<-[:OPENING_OF]-(o) WITH m, [o.plan, o.period, o.kind, o.name, o.part] AS about, o ORDER BY "
    "o.import_no WITH m, about, collect(o) AS all UNWIND all[..-1] AS old DETACH DELETE old",
    "MATCH (m)<-[:EARNED_OUTSIDE]-(o) WITH m, [o.period, o.bonus] AS about, o ORDER BY o.import_no "
    "WITH m, about, collect(o) AS all UNWIND all[..-1] AS old DETACH DELETE old",
)
"""Remove the versions of facts and overrides that a later one has taken the place of: no run reads them."""

_folders = itertools.count()


def state(graph: Graph) -> list[str]:
    """What a company is, without its changes, its runs, what was overwritten, and the ends of legs."""
    return [entry for entry in dump(graph, *NEWEST_ONLY) if entry.split(" ")[0] not in LEFT_OUT]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def paid(graph: Graph, plan: Path, *periods: str) -> list[str]:
    """The hashes of the results of some periods."""
    chosen = read_plan(plan)
    return [run(graph, chosen, period(name, chosen.zone)).facts["results_hash"] for name in periods]


def again(graph: Graph, folder: Path, **options: object) -> Path:
    """Export the company, empty the database, import what was exported, and export it once more: the same."""
    first = export_company(graph, folder / "first", **options).folder  # type: ignore[arg-type]
    for statement in EARLIER_VERSIONS:
        graph.batched(cypher(statement))
    before = state(graph)
    graph.batched("schema/wipe")
    import_company(graph, first)
    assert state(graph) == before
    second = export_company(graph, folder / "second", **options).folder  # type: ignore[arg-type]
    assert contents(second) == contents(first)
    return first


@pytest.mark.parametrize("shape", ["bushy", "binary", "deep"])
def test_a_sample_of_each_shape_comes_back_and_is_paid_the_same(
    shape: str, graph: Graph, tmp_path: Path
) -> None:
    make(400, 7, shape, tmp_path / "company")
    import_company(graph, tmp_path / "company", time_zone="Europe/Berlin")
    plan = PLANS / ("binary.toml" if shape == "binary" else "aurora.toml")
    expected = paid(graph, plan, "2026-10", "2026-11")
    again(graph, tmp_path)
    assert read_company(graph).time_zone == "Europe/Berlin"
    assert paid(graph, plan, "2026-10", "2026-11") == expected


@given(case=forests(size=6, most=9))
@example(case=grove(3, 40))
@hypothesis_settings(max_examples=FORESTS)
def test_random_companies_come_back_and_are_paid_the_same(
    case: Case, server_graph: Graph, tmp_path: Path
) -> None:
    folder = tmp_path / str(next(_folders))
    tables, plan = case.write(folder / "company")
    server_graph.batched("schema/wipe")
    import_company(server_graph, tables)
    expected = paid(server_graph, plan, *PERIODS[:2])
    again(server_graph, folder)
    assert paid(server_graph, plan, *PERIODS[:2]) == expected


MEMBERS = """
    member_id sponsor_id placement_id leg enrolled_on status     country
    1         -          -            -   2026-01-01  active     DE
    11        1          1            L   2026-02-01  active     DE
    12        1          1            R   2026-02-01  suspended  US
    13        1          -            -   2026-03-01  active     US
"""
CUSTOMERS = """
    customer_id member_id name since
    c1          11        Cy   2026-02-03
    c2          11        Di   -
"""
FACTS = """
    member_id period  name     value
    1         -       training 1
    1         2026-11 training 2
    11        -       training -3
"""
OVERRIDES = """
    member_id kind   value  first_period last_period actor reason
    1         rank   Silver 2026-11      2026-12     ann   promise
    11        active -      2026-W45     -           -     -
"""
OPENINGS = """
    member_id plan  period  kind name   part  value
    1         Aurora 2026-09 leg  Binary left  12.50
    1         Aurora 2026-09 rank paid   -     Silver
"""
OUTSIDE = """
    member_id period  bonus    amount currency
    11        2026-11 Override 40     USD
    11        2026-10 Override -5     -
"""


def lines(folder: Path, name: str) -> list[str]:
    return (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()[1:]


def test_moves_and_placements_come_with_their_history_and_all_else_as_it_is_now(
    graph: Graph, tmp_path: Path
) -> None:
    tables = {"customers": CUSTOMERS, "facts": FACTS, "overrides": OVERRIDES, "openings": OPENINGS}
    tables["outside_earnings"] = OUTSIDE
    import_company(graph, write(tmp_path / "one", members=MEMBERS, **tables), time_zone="Asia/Tokyo")
    later = {
        "members": MEMBERS.replace("suspended", "terminated"),
        "customers": CUSTOMERS.replace("c1          11", "c1          12"),
        "facts": FACTS.replace("training 2", "training 5"),
        "overrides": OVERRIDES.replace("Silver", "Gold  "),
        "openings": OPENINGS.replace("12.50", "-3"),
        "outside_earnings": OUTSIDE.replace("40 ", "45 "),
        "moves": """
            member_id tree      parent_id leg effective_on recorded_at          actor reason
            11        sponsor   12        -   2026-11-05   2026-11-04T10:00:00Z ann   asked
            11        sponsor   1         -   2026-11-05   2026-11-04T10:00:00Z bob   undone
            12        placement 11        1   2026-11-09   -                    -     -
        """,
    }
    import_company(graph, write(tmp_path / "two", **later))
    place(graph, "13", options("outer_right", {}), on=date(2026, 11, 12), actor="desk")
    first = again(graph, tmp_path)
    assert lines(first, "members")[2] == "12,1,2026-02-01,,1,R,terminated,US,"
    assert lines(first, "customers") == ["c1,12,Cy,2026-02-03,", "c2,11,Di,,"]
    moves = [line.rpartition(",")[0] for line in lines(first, "moves")]
    assert moves[:3] == [
        "11,sponsor,12,2026-11-05,,2026-11-04T10:00:00Z,ann",
        "11,sponsor,1,2026-11-05,,2026-11-04T10:00:00Z,bob",
        "12,placement,11,2026-11-09,L,2026-11-08T15:00:00Z,",
    ]
    assert moves[3].startswith("13,placement,1,2026-11-12,R,")
    assert lines(first, "facts") == ["1,training,1,", "1,training,5,2026-11", "11,training,-3,"]
    overrides = ["1,rank,2026-11,Gold,2026-12,ann,promise", "11,active,2026-W45,,,,"]
    assert lines(first, "overrides") == overrides
    openings = ["1,Aurora,2026-09,leg,-3,Binary,left", "1,Aurora,2026-09,rank,Silver,paid,"]
    assert lines(first, "openings") == openings
    assert lines(first, "outside_earnings") == ["11,2026-10,Override,-5,", "11,2026-11,Override,45,USD"]
    settings = {"time_zone": "Asia/Tokyo", "one_tree": False, "remarked_refunds": []}
    assert json.loads((first / "company.json").read_text()) == settings


def test_two_trees_of_which_one_is_empty_come_back_as_two(graph: Graph, tmp_path: Path) -> None:
    """Nobody is placed: without company.json the tables would say that there is one tree."""
    placed = "member_id sponsor_id placement_id enrolled_on\n1 - - 2026-01-01\n2 1 9 2026-01-01"
    write(tmp_path / "company", members=placed)
    import_company(graph, tmp_path / "company", accept_valid=True, refusals_to=tmp_path / "refusals.csv")
    assert read_company(graph).one_tree is False
    again(graph, tmp_path)
    assert read_company(graph).one_tree is False


LEGS = """
    member_id sponsor_id enrolled_on leg
    1         -          2026-01-01  -
    11        1          2026-02-01  A
    12        1          2026-02-01  B
"""


def test_the_legs_of_one_tree_come_back(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path / "company", members=LEGS))
    assert lines(again(graph, tmp_path), "members")[1] == "11,1,2026-02-01,,,A,active,,"


ODD = [
    "=1+1",
    "'=1",
    "''@x",
    "'",
    "-5",
    "+5",
    "@",
    "a\rb",
    "a\nb",
    "a\r\nb",
    'q"q',
    "a,b",
    "\u202ea",
    "Né",
    "\x00",
]
texts = some.text(some.characters(exclude_categories=["Cs"]), max_size=20)


@given(names=some.lists(texts, max_size=6))
@example(names=ODD)
@hypothesis_settings(max_examples=10)
@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_any_text_comes_back(format: str, names: list[str], server_graph: Graph, tmp_path: Path) -> None:
    kept = [name for name in names if "\ufeff" not in name]
    folder = tmp_path / str(next(_folders))
    (folder / "company").mkdir(parents=True)
    count = len(kept) + 1
    columns = {
        "member_id": [f"m{number}" for number in range(count)],
        "sponsor_id": [None] + ["m0"] * len(kept),
        "enrolled_on": ["2026-01-01"] * count,
        "name": ["Top", *kept],
        "owner_id": ["Top", *reversed(kept)],
    }
    pq.write_table(pa.table(columns), folder / "company" / "members.parquet")
    server_graph.batched("schema/wipe")
    import_company(server_graph, folder / "company")
    again(server_graph, folder, format=format)


def test_exact_text_is_written_as_it_is(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "company").mkdir()
    rows = "member_id,sponsor_id,enrolled_on,name\n'=1,,2026-01-01,'@a\n"
    (tmp_path / "company" / "members.csv").write_text(rows)
    import_company(graph, tmp_path / "company")
    assert lines(export_company(graph, tmp_path / "safe").folder, "members")[0].startswith("'=1,")
    exact = again(graph, tmp_path, exact_text=True)
    assert lines(exact, "members") == ["=1,,2026-01-01,@a,,,active,,"]


def test_every_table_has_the_columns_that_an_import_reads(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path / "company", members=MEMBERS))
    folder = export_company(graph, tmp_path / "out").folder
    tables = read(folder, Refusals())
    assert {name: table.read.header.names for name, table in tables.items()} == {
        layout.name: layout.columns for layout in LAYOUTS
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-05T10:00:00.000001Z", "2026-11-05T10:00:00.000001Z"),
        ("1900-01-01T00:00:00+23:59", "1900-01-01T00:00:00+23:59"),
        ("1900-01-01T00:00:00+01:00", "1900-01-01T22:59:00+23:59"),
        ("2199-12-31T23:59:59.999999-23:59", "2199-12-31T23:59:59.999999-23:59"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z"),
    ],
)
def test_an_instant_is_written_so_that_it_can_be_read(text: str, expected: str) -> None:
    instant = datetime.fromisoformat(text).astimezone(UTC)
    assert instant_text(instant) == expected
    refusals = Refusals()
    file = FileContents(FileHeader(Path("o.csv"), (), 1, Dialect()), 1, {})
    table = CompanyTable("orders", file, 1, {"ordered_at": pa.array([expected])})
    read_back = instants(table, "ordered_at", ZoneInfo("UTC"), refusals)
    assert (refusals.any, read_back.to_pylist()) == (False, [instant])


def test_instants_at_the_ends_of_their_range_come_back(graph: Graph, tmp_path: Path) -> None:
    orders = """
    order_id ordered_at                member_id kind currency amount qualifying_volume commissionable_volume
    a        1900-01-01T00:00:00+14:00 1         sale JPY      5      1                 1
    b        2199-12-31T23:59:59-12:00 1         sale KWD      0.001  1.5               0
    """
    import_company(graph, write(tmp_path / "company", members=LEGS, orders=orders))
    first = again(graph, tmp_path)
    assert lines(first, "orders") == [
        "a,1900-01-01T09:59:00+23:59,1,sale,1.00,1.00,5,JPY,,,",
        "b,2199-12-31T12:00:59-23:59,1,sale,1.50,0.00,0.001,KWD,,,",
    ]


def test_pages_put_together_are_the_whole_company(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables, _ = grove(5, 6).write(tmp_path / "company")
    import_company(graph, tables)
    whole = contents(export_company(graph, tmp_path / "whole").folder)
    monkeypatch.setattr(exporting, "PAGE", 7)
    assert contents(export_company(graph, tmp_path / "pages").folder) == whole


def test_a_change_in_the_middle_is_refused_and_the_folder_stays_as_it_was(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_company(graph, write(tmp_path / "company", members=MEMBERS))
    folder = export_company(graph, tmp_path / "out").folder
    before = contents(folder)
    later = write(tmp_path / "later", members=MEMBERS.replace("suspended", "active"))
    whole = exporting._pages

    def pages(graph: Graph, noun: str) -> Iterator[list[list[Any]]]:
        yield from whole(graph, noun)
        if noun == "orders":
            import_company(graph, later)

    monkeypatch.setattr(exporting, "_pages", pages)
    with pytest.raises(CompanyChangedError, match="change 2 came while"):
        export_company(graph, folder)
    assert contents(folder) == before


def test_what_cannot_be_exported_is_refused_and_writes_nothing(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NothingToExportError):
        export_company(graph, tmp_path / "out")
    import_company(graph, write(tmp_path / "company", members=MEMBERS))
    with pytest.raises(OtherTablesError, match=r"members\.csv"):
        export_company(graph, tmp_path / "company", format="parquet")
    monkeypatch.setattr(space, "free", lambda _folder: 1000)
    with pytest.raises(DiskFullError):
        export_company(graph, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command_writes_the_tables_and_an_import_finds_nothing_new(
    graph: Graph, upline: Upline, tmp_path: Path
) -> None:
    import_company(graph, write(tmp_path / "company", members=MEMBERS, facts=FACTS), time_zone="Asia/Tokyo")
    done = upline("export", "--company", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "company.json" in done.stdout
    upline("import", tmp_path / "out")
    assert read_company(graph).newest == 1
    refused = upline("export", "--company", "--out", tmp_path / "out", "--period", "2026-11")
    assert refused.returncode == 2


@pytest.mark.parametrize(
    "text",
    [
        *("{", "[]", '{"zone": "UTC"}', '{"time_zone": 1}', '{"one_tree": "no"}', "[" * 50_000, "\ud800"),
        *('{"remarked_refunds": "too_large"}', '{"remarked_refunds": ["all"]}', '{"remarked_refunds": [[]]}'),
    ],
    ids=["cut", "list", "other key", "number", "text", "deep", "half", "a text", "other name", "a list"],
)  # fmt: skip
def test_a_company_file_that_says_something_else_is_refused(text: str, graph: Graph, tmp_path: Path) -> None:
    write(tmp_path / "company", members=MEMBERS)
    (tmp_path / "company" / "company.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ImportRefusedError) as caught:
        import_company(graph, tmp_path / "company")
    assert [(one.name, one.where) for one in caught.value.refusals] == [("bad_company_file", "company.json")]
    assert read_company(graph).newest == 0


def test_the_zone_of_the_command_line_goes_before_that_of_the_folder(graph: Graph, tmp_path: Path) -> None:
    folder = write(tmp_path / "company", members=MEMBERS)
    (folder / "company.json").write_text('{"time_zone": "Asia/Tokyo"}')
    assert import_company(graph, folder).time_zone == "Asia/Tokyo"
    assert import_company(graph, folder, time_zone="UTC").time_zone == "UTC"
