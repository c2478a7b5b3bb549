"""Committed runs are archived, and the store is compared with what was committed, row by row."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.access.viewer import Role
from engine.archive import measuring, sorting, writing
from engine.archive.commits import (
    NoArchiveFolderError,
    NotArchivedError,
    RunNotCommittedError,
    archive,
)
from engine.archive.files import check_chain, check_files
from engine.archive.verifying import verify
from engine.archive.writing import ArchiveDiffersError, ArchiveFolderError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes import record
from engine.passes.record import result
from engine.period import period
from engine.periods.committing import CommitUnderWayError, commit
from engine.periods.lives import one
from engine.periods.withdrawing import withdraw
from engine.plans.reader import read
from engine.run import run
from engine.server import space
from engine.server.space import DiskFullError
from tests.api.test_api_mutations import codes, done
from tests.api.test_api_periods import viewer
from tests.conftest import Upline
from tests.corrections.test_booking import JULY, JUNE, Story
from tests.support.api import Api
from tests.support.companies import cypher, written

DOCS = Path(__file__).parent.parent.parent / "docs"
COMPANY = """
plan:
  name = "Two Legs"
  [rounding]
  at = "total"
  [[rank]]
  name = "Gold"
  require = [{ kind = "group_volume", at_least = 100 }]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = { none = ["0.05", "0.05"], Gold = ["0.10", "0.10"] }
  [[bonus]]
  name = "Pairs"
  kind = "binary"
  rate = "0.10"
members:
  member  sponsor  leg    enrolled_on
  1       -        -      2025-01-05
  11      1        left   2025-01-05
  12      1        right  2025-01-05
  111     11       left   2025-02-05
orders:
  order  member  qv   ordered_at
  s1     111     120  2025-09-05T12:00:00Z
  s2     12      80   2025-09-06T12:00:00Z
  o1     111     60   2025-10-05T12:00:00Z
  o2     12      70   2025-10-06T12:00:00Z
"""
SEPTEMBER, OCTOBER = "2025-09", "2025-10"


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of archives, which the settings name."""
    monkeypatch.setenv("UPLINE_ARCHIVE", str(tmp_path / "archives"))
    return tmp_path / "archives"


def computed(graph: Graph, folder: Path, *names: str, text: str = COMPANY) -> None:
    """Make the company anew, and compute some periods."""
    graph.batched("schema/wipe")
    path = written(folder, text)
    import_company(graph, folder)
    plan = read(path, None)
    for name in names:
        run(graph, plan, period(name))


def folders(archives: Path) -> list[Path]:
    return sorted(each for each in archives.iterdir() if each.is_dir())


def test_the_same_company_has_the_same_archive_and_any_change_is_named(
    graph: Graph, tmp_path: Path, archives: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed(graph, tmp_path / "one", SEPTEMBER, OCTOBER)
    for name in (SEPTEMBER, OCTOBER):
        commit(graph, name)
    september, october = (check_files(each) for each in folders(archives))
    assert check_chain([october, september]) == []
    assert check_chain([october]) != []
    assert result(graph, OCTOBER).facts["content_hash"] == october.manifest.content_hash
    assert october.rows.keys() == {"standings", "ranks", "earnings", "lines", "carried", "totals"}
    assert min(october.rows.values()) > 0
    names = {each["as"] for each in october.manifest.origin["texts"]}
    assert {"plan", "rule bonus/unilevel", "statement bonus Pairs", "reading bonus Pairs"} <= names
    assert all(each.equal for each in verify(graph))
    files = {each.name: each.read_bytes() for each in sorted(october.path.iterdir())}

    # Another machine: other numbers of runs, other pieces of reading and sorting, other orders of rows.
    lines = COMPANY.splitlines()
    at = next(place for place, line in enumerate(lines) if "s1 " in line)
    shuffled = "\n".join([*lines[:at], *reversed(lines[at:])])
    monkeypatch.setattr(sorting, "IN_MEMORY", 2)
    monkeypatch.setattr(sorting, "BATCH", 1)
    monkeypatch.setattr(record, "STANDINGS_PER_ANSWER", 1)
    other = tmp_path / "others"
    monkeypatch.setenv("UPLINE_ARCHIVE", str(other))
    monkeypatch.setenv("UPLINE_WRITERS", "1")
    computed(graph, tmp_path / "two", SEPTEMBER, SEPTEMBER, OCTOBER, text=shuffled)
    for name in (SEPTEMBER, OCTOBER):
        commit(graph, name)
    again = check_files(folders(other)[1])
    assert again.manifest.content_hash == october.manifest.content_hash
    assert again.manifest.hash != october.manifest.hash  # another commit
    for name, whole in files.items():
        assert (again.path / name).read_bytes() == whole or name == "manifest.json"

    number = result(graph, OCTOBER).number
    changes = {
        "standings": "MATCH (s:Standing {run: $run, member_id: '11'}) SET s.orders = s.orders + 1",
        "earnings": "MATCH (s:Standing {run: $run, member_id: '1'})<-[:EARNED_BY]-(e {bonus: 'Pairs'}) "
        "SET e.amount = e.amount + 1",
        "carried": "MATCH (s:Standing {run: $run, member_id: '1'}) SET s.lifetime_rank = 0",
    }
    for table, statement in changes.items():
        graph.write_rows(cypher(statement.replace("$run", str(number)) + " RETURN 1 AS one"))
        shown = next(verify(graph, number))
        by_table = {each.table: each for each in shown.differences}
        assert table in by_table
        assert "member_id 1" in by_table[table].where
        assert by_table[table].expected != by_table[table].actual
    blind = next(verify(graph, number, folder=tmp_path))
    assert "rows 1 to 4, member_id 1 to member_id 12" in {each.where for each in blind.differences}
    with pytest.raises(ArchiveDiffersError):
        archive(graph, number)
    assert check_files(folders(other)[1]).manifest.hash == again.manifest.hash
    assert next(verify(graph, result(graph, SEPTEMBER).number)).equal


def test_an_archive_is_written_later_by_every_door(
    graph: Graph, upline: Upline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed(graph, tmp_path / "one", SEPTEMBER)
    number = result(graph, SEPTEMBER).number
    for error, work in (
        (NoArchiveFolderError, lambda: archive(graph)),
        (RunNotCommittedError, lambda: archive(graph, number, folder=tmp_path)),
        (RunNotCommittedError, lambda: list(verify(graph))),
    ):
        with pytest.raises(error):
            work()
    commit(graph, SEPTEMBER)
    with pytest.raises(NotArchivedError):
        list(verify(graph))
    out = tmp_path / "out"
    first = json.loads(upline("run", "archive", "--out", out, "--actor", "ann", "--json").stdout)
    assert [(each["run"], each["period"]) for each in first] == [(number, SEPTEMBER)]
    shutil.rmtree(first[0]["folder"])  # lost, and written again as it was
    env = {"UPLINE_ARCHIVE": str(out)}
    again = json.loads(upline("run", "archive", number, "--json", env=env).stdout)
    assert again == first
    assert upline("run", "verify", env=env).returncode == 0
    checked = json.loads(upline("verify", first[0]["folder"], "--json").stdout)
    assert checked[0]["manifest_hash"] == first[0]["manifest_hash"]

    monkeypatch.setenv("UPLINE_ARCHIVE", str(out))
    mutation = "mutation($input: %sInput!) { %s(input: $input) { %s errors { code } } }"
    archiving = mutation % (
        "ArchiveRun",
        "archiveRun",
        "archives { run commit contentHash manifestHash tables { name rows } }",
    )
    verifying = mutation % (
        "VerifyRun", "verifyRun",
        "runs { run equal contentHash storedHash differences { table where expected actual } }",
    )  # fmt: skip
    with Api(graph, identity=viewer("ann", Role.ADMIN)) as api:
        shown = done(api, archiving, run=number)["archives"][0]
        assert (shown["contentHash"], shown["manifestHash"]) == (
            first[0]["content_hash"],
            first[0]["manifest_hash"],
        )
        assert {each["name"]: each["rows"] for each in shown["tables"]} == first[0]["rows"]
        assert done(api, verifying)["runs"][0]["equal"]
        assert api.data("{ run { contentHash } }")["run"]["contentHash"] == first[0]["content_hash"]
        graph.write_rows(
            cypher(
                f"MATCH (s:Standing {{run: {number}, member_id: '12'}}) SET s.status = 'x' RETURN 1 AS one"
            )
        )
        differs = done(api, verifying, run=number)["runs"][0]
        assert not differs["equal"]
        assert differs["differences"] == [
            {"table": "standings", "where": "member_id 12", "expected": "status active", "actual": "status x"}
        ]
        assert codes(done(api, verifying, run=number + 1)) == ["no_run"]
    with Api(graph, identity=viewer("fin", Role.SUPPORT)) as api:
        assert api.refused(archiving, input={})[0] == "not_allowed"
    wrong = upline("run", "verify", number, "--archives", out)
    assert wrong.returncode == 1
    assert "member_id 12: archived status active; now status x" in wrong.stderr


def test_a_commit_that_is_killed_while_it_archives_goes_on(
    graph: Graph, tmp_path: Path, archives: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed(graph, tmp_path / "one", SEPTEMBER)
    steps = ("_file_of", "_onto_disk", "_named", "folder_of", "manifest_of")
    for number, step in enumerate(steps):
        with monkeypatch.context() as patched:
            patched.setattr(writing, step, lambda *_: (_ for _ in ()).throw(Killed))
            patched.setattr(shutil, "rmtree", lambda *_, **__: None)  # a killed process tidies nothing
            with pytest.raises(Killed):
                commit(graph, SEPTEMBER, key=f"{number}")
        assert one(graph, SEPTEMBER).state == "committing"
        assert [each for each in folders(archives) if not each.name.startswith(".")] == []
        with pytest.raises(CommitUnderWayError):
            commit(graph, SEPTEMBER, key="other")
        commit(graph, SEPTEMBER, key=f"{number}")
        assert [each.name[:1] for each in folders(archives)] == ["2"]
        assert next(verify(graph)).equal
        shutil.rmtree(archives)
        withdraw(graph, SEPTEMBER, reason="next step")
        assert "content_hash" not in result(graph, SEPTEMBER).facts
    monkeypatch.setattr(space, "free", lambda _: measuring.bytes_while_sorting(result(graph, SEPTEMBER)))
    with pytest.raises(DiskFullError):
        commit(graph, SEPTEMBER)
    shutil.rmtree(archives)
    archives.write_text("a file")
    with pytest.raises(ArchiveFolderError):
        commit(graph, SEPTEMBER)
    assert one(graph, SEPTEMBER).state == "open"


def test_corrections_are_archived_where_a_run_has_some(
    graph: Graph, tmp_path: Path, archives: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story(graph, tmp_path / "story", monkeypatch)
    assert "corrections" not in check_files(folders(archives)[0]).rows
    story.refund("o1 o2")
    number = story.run(JULY).number
    commit(graph, JULY)
    july = check_files(folders(archives)[1])
    rows = pq.read_table(july.path / "corrections.parquet").to_pylist()
    assert [(each["member_id"], each["period"], each["bonus"], each["amount"]) for each in rows] == [
        ("A", JUNE, "Level", -8000), ("G", JUNE, "Match", -4000),
    ]  # fmt: skip
    assert rows[0]["order_ids"] == '["o1","o2"]'
    assert next(verify(graph, number)).equal
    graph.write_rows(
        cypher(f"MATCH (c:Correction {{run: {number}, member_id: 'G'}}) SET c.amount = -3999 RETURN 1 AS one")
    )
    (difference,) = next(verify(graph, number)).differences
    assert difference.where == f"member_id G, period {JUNE}, bonus Match"
    assert (difference.expected, difference.actual) == ("amount -4000", "amount -3999")


def test_the_program_of_the_page_checks_an_archive(graph: Graph, tmp_path: Path, archives: Path) -> None:
    computed(graph, tmp_path / "one", SEPTEMBER)
    commit(graph, SEPTEMBER)
    kept = check_files(folders(archives)[0])
    program = re.findall(
        r"```python\n(.*?)```", (DOCS / "archive.md").read_text(encoding="utf-8"), re.DOTALL
    )[0]

    def checked() -> subprocess.CompletedProcess[str]:
        arguments = [sys.executable, "-c", program, str(kept.path)]
        return subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)

    whole = checked()
    assert (whole.stdout.strip(), whole.returncode) == (kept.manifest.content_hash, 0), whole.stderr
    rows = pq.read_table(kept.path / "ranks.parquet").to_pylist()
    rows[0]["rank"] = "Silver"
    pq.write_table(pa.Table.from_pylist(rows), kept.path / "ranks.parquet")
    altered = checked()
    assert altered.returncode == 1
    assert "ranks: block 0" in altered.stderr
