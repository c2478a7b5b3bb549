"""Names that terminals or spreadsheets would obey, through every command that prints or exports them."""

import csv
from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.run import run_file
from engine.text import quoted
from tests.conftest import Upline

NAME = "\x1b[31mRed\x1b]0;owned\x9b2J\u202e"
IDS = ("=1+1", "@top", "+a", "-b", "'=c", "'d")
"""The first is the sponsor of all others."""
PLAN = """name = "Names"
tree = "sponsor"
[[rank]]
name = "Any"
require = [{ kind = "personal_volume", at_least = 1 }]
[[bonus]]
name = "Team"
kind = "unilevel"
rates = ["0.1", "0.1"]
"""


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Path:
    """Members with such identifiers and names, and a month of their orders."""
    folder = tmp_path / "company"
    folder.mkdir()
    with (folder / "members.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["member_id", "sponsor_id", "enrolled_on", "name"])
        for each in IDS:
            # An apostrophe before a formula is that of an export; an identifier's own is doubled there.
            own = f"'{each}" if each == "'=c" else each
            writer.writerow([own, "" if each == IDS[0] else IDS[0], "2026-01-01", NAME])
    columns = "order_id,ordered_at,member_id,kind,qualifying_volume,commissionable_volume,amount,currency"
    sale = "sale,100,100,100,USD"
    orders = "".join(f"=o{place},2026-11-05,{each},{sale}\n" for place, each in enumerate(IDS[1:4]))
    (folder / "orders.csv").write_text(f"{columns}\n{orders}", encoding="utf-8")
    (tmp_path / "plan.toml").write_text(PLAN)
    import_company(graph, folder)
    run_file(graph, tmp_path / "plan.toml", "2026-11")
    return folder


PRINTING = (
    ("statement", "@top"), ("statement", "=1+1", "--json"), ("explain", "=1+1", "--order", "=o0"),
    ("explain", "=1+1"), ("near",), ("near", "=1+1", "--json"),
    ("tree", "=1+1"), ("downline", "=1+1"), ("downline", "=1+1", "--json"), ("rank", "@top"), ("runs",),
    ("compliance",),
    ("check",), ("report", "top_earners"), ("cypher", "MATCH (m:Member) RETURN m.member_id, m.name"),
    ("cypher", "MATCH (m:Member) RETURN m.name", "--format", "json"),
    ("place",), ("export", "--out", "{out}"),
    ("statement", NAME), ("rules", "show", "bonus", NAME),
    ("run", "--plan", "{plan}", "--period", "2026-11"),
)  # fmt: skip


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("words", PRINTING, ids=[ascii(" ".join(words[:2])) for words in PRINTING])
def test_no_command_prints_what_controls_a_terminal(
    words: tuple[str, ...], upline: Upline, tmp_path: Path
) -> None:
    places = {"{out}": str(tmp_path / "out"), "{plan}": str(tmp_path / "plan.toml")}
    done = upline(*(places.get(word, word) for word in words))
    assert "Traceback" not in done.stderr
    for text in (done.stdout, done.stderr):
        if "json" not in words:
            assert not set("\x1b\x07\x9b\u202e") & set(text)
    if NAME not in words:
        assert done.returncode == 0, done.stderr


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.usefixtures("company")
def test_an_export_is_safe_in_a_spreadsheet_unless_it_is_to_be_exact(upline: Upline, tmp_path: Path) -> None:
    assert upline("export", "--out", tmp_path / "safe").returncode == 0
    assert upline("export", "--out", tmp_path / "exact", "--exact-text").returncode == 0
    safe = {row["member_id"] for row in rows(tmp_path / "safe" / "standings.csv")}
    assert safe == {"'=1+1", "'@top", "'+a", "'-b", "''=c", "'d"}
    assert {row["member_id"] for row in rows(tmp_path / "exact" / "standings.csv")} == set(IDS)
    figures = [row["rounding"] for row in rows(tmp_path / "safe" / "totals.csv")]
    assert figures == [row["rounding"] for row in rows(tmp_path / "exact" / "totals.csv")]
    query = ("cypher", "MATCH (m:Member) RETURN m.member_id AS id ORDER BY id", "--format", "csv")
    assert upline(*query).stdout.splitlines() == ["id", *map(quoted, sorted(IDS))]
    assert upline(*query, "--exact-text").stdout.splitlines() == ["id", *sorted(IDS)]


def test_what_was_exported_can_be_imported(graph: Graph, company: Path, tmp_path: Path) -> None:
    """The identifiers of a safe table are those of the company: nothing is new, nothing has changed."""
    again = tmp_path / "again"
    again.mkdir()
    with (again / "members.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["member_id", "sponsor_id", "enrolled_on", "name"])
        for each in IDS:
            safe = each if each == "'d" else f"'{each}"
            writer.writerow([safe, "" if each == IDS[0] else "'=1+1", "2026-01-01", NAME])
    report = import_company(graph, again)
    assert (report.members.added, report.members.updated, report.members.unchanged) == (0, 0, len(IDS))
    assert import_company(graph, company).members.unchanged == len(IDS)


def test_refused_rows_are_safe_and_can_be_imported_when_corrected(graph: Graph, tmp_path: Path) -> None:
    folder = tmp_path / "company"
    folder.mkdir()
    head = "member_id,sponsor_id,enrolled_on\n"
    (folder / "members.csv").write_text(f"{head}=x,,2026-01-01\n=y,=nobody,2026-01-01\n")
    import_company(graph, folder, accept_valid=True, refusals_to=tmp_path / "refusals.csv")
    refused = rows(tmp_path / "refusals.csv")
    assert [row["row"] for row in refused] == ["'=y,=nobody,2026-01-01"]
    (folder / "members.csv").write_text(head + refused[0]["row"].replace("=nobody", "=x") + "\n")
    assert import_company(graph, folder).members.added == 1
    assert graph.value("genealogy/enrolment_days", ids=["=y"]) is not None
