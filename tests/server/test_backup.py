"""Backups: whole or refused, restored as they were or not at all, whatever interrupts them."""

import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from engine.genealogy.changes.lane import ChangeUnderWayError
from engine.graph.claims import WorkClaim
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.run import run_file
from engine.runs.contents import QUESTIONS, altered, contents
from engine.sample.company import make
from engine.server import archive, swap
from engine.server.archive import BackupDamagedError, BackupNewerError, BackupRecord
from engine.server.backup import (
    BackupDisturbedError,
    BackupExistsError,
    HomeNotEmptyError,
    NothingToBackUpError,
    RestoreDiffersError,
    restore,
    write_backup,
)
from engine.server.managed import Server
from engine.server.space import DiskFullError
from engine.server.template import copy_template
from engine.server.temporary import with_home
from engine.settings import Settings
from tests.conftest import BRISK
from tests.support.commands import Commands, Done
from tests.support.companies import cypher

SMALL = Settings(neo4j_uri=None, heap_mib=512, brief=True)

pytestmark = pytest.mark.usefixtures("brisk")
PLAN = Path(__file__).parents[2] / "engine" / "plans" / "aurora.toml"
DAMAGE = "MATCH (e:Earning) WITH e ORDER BY e.amount DESC LIMIT 1 SET e.amount = e.amount + 1"


def on(server: Server) -> Graph:
    running = server.start()
    return Graph(running.uri, running.user, running.password)


def server_of(home: Path) -> Server:
    return Server(with_home(SMALL, home))


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A managed server that holds a company with one run, running."""
    folder = tmp_path_factory.mktemp("backups")
    copy_template(SMALL, folder / "home")
    server = server_of(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in BRISK.items():
            patch.setenv(name, value)
        make(60, 7, "bushy", folder / "tables")
        with on(server) as graph:
            import_company(graph, folder / "tables")
            run_file(graph, PLAN, "2026-11")
    yield server
    server.kill()


@pytest.fixture(scope="module")
def file(company: Server) -> Path:
    """A backup of the company."""
    backed_up = write_backup(company.settings, company.home.parent / "company.upline", QUESTIONS)
    return backed_up.file


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Server]:
    """A server whose home has an empty store, not running."""
    copy_template(SMALL, tmp_path / "home")
    server = server_of(tmp_path / "home")
    yield server
    server.kill()


def left_in(home: Path) -> set[str]:
    """What a restore must not leave behind."""
    return {name for name in (swap.STAGED, swap.REPLACED) if (home / name).exists()}


def test_a_backup_is_restored_with_its_runs_and_the_password_stays(
    company: Server, file: Path, empty: Server
) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    password = (empty.home / "password").read_text()
    restored = restore(empty.settings, file, QUESTIONS)
    assert empty.status().state == "stopped", "it was not running before"
    assert (empty.home / "password").read_text() == password
    assert left_in(empty.home) == set()
    with on(company) as graph:
        expected = contents(graph)
    assert (expected.members, len(expected.runs)) == (60, 1)
    assert restored.record.contents == expected
    with on(empty) as graph:
        assert contents(graph) == expected
        assert altered(graph, expected.runs) == []
    with pytest.raises(HomeNotEmptyError, match="60 members"):
        restore(empty.settings, file, QUESTIONS)

    # What has changed since is noticed, and replaced if asked.
    with on(empty) as graph:
        graph.batched(cypher(DAMAGE))
        assert altered(graph, contents(graph).runs) == [
            "what run 1 of 2026-11 by Aurora holds is not what it was completed with"
        ]
    restore(empty.settings, file, QUESTIONS, replace=True)
    assert empty.status().state == "running", "it was running before"
    with on(empty) as graph:
        assert contents(graph) == expected


def test_a_home_without_a_store_takes_a_backup_too(file: Path, tmp_path: Path) -> None:
    server = server_of(tmp_path / "bare")
    try:
        restore(server.settings, file, QUESTIONS)
        with on(server) as graph:
            assert graph.read("graph/size")[0]["members"] == 60
    finally:
        server.kill()


def test_a_database_that_differs_from_the_record_does_not_take_the_place(
    company: Server, file: Path, tmp_path: Path
) -> None:
    record = archive.read(file)
    assert record.contents is not None
    wrong = replace(record.contents, runs=(replace(record.contents.runs[0], results_hash="0" * 64),))
    other = rewritten(file, tmp_path / "other.upline", replace(record, contents=wrong))
    before = company.start()
    with pytest.raises(RestoreDiffersError, match="runs"):
        restore(company.settings, other, QUESTIONS, replace=True)
    assert left_in(company.home) == set()
    assert company.status().state == "running"
    assert company.start().pid != before.pid
    with on(company) as graph:
        assert contents(graph) == record.contents


def rewritten(file: Path, to: Path, record: BackupRecord | None, dump: bytes | None = None) -> Path:
    """Another backup of the same dump, with another record or other bytes."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(to, "w") as new:
        new.writestr(archive.DUMP, dump if dump is not None else old.read(archive.DUMP))
        if record is not None:
            new.writestr(archive.RECORD, json.dumps(asdict(record)))
    return to


def damaged(file: Path, to: Path, kind: str) -> Path:
    whole, record = file.read_bytes(), archive.read(file)
    with zipfile.ZipFile(file) as old:
        dump = bytearray(old.read(archive.DUMP))
    dump[len(dump) // 2] ^= 1
    place = whole.index(bytes(old_piece(file)))
    made: dict[str, Callable[[], object]] = {
        "no archive": lambda: to.write_bytes(b"a backup"),
        "cut off": lambda: to.write_bytes(whole[: len(whole) // 2]),
        "a byte is another": lambda: to.write_bytes(flipped(whole, place)),
        "another dump": lambda: rewritten(file, to, record, bytes(dump)),
        "a shorter dump": lambda: rewritten(file, to, record, bytes(dump[:-1])),
        "no record": lambda: rewritten(file, to, None),
    }
    made[kind]()
    return to


def old_piece(file: Path) -> bytes:
    """Some bytes in the middle of the dump, as they are in the file."""
    with zipfile.ZipFile(file) as old:
        dump = old.read(archive.DUMP)
    return dump[len(dump) // 2 : len(dump) // 2 + 64]


def flipped(whole: bytes, place: int) -> bytes:
    changed = bytearray(whole)
    changed[place] ^= 1
    return bytes(changed)


@pytest.mark.parametrize(
    "kind",
    ["no archive", "cut off", "a byte is another", "another dump", "a shorter dump", "no record"],
)
def test_a_damaged_file_is_refused_before_anything_is_touched(file: Path, tmp_path: Path, kind: str) -> None:
    other = damaged(file, tmp_path / "other.upline", kind)
    server = server_of(tmp_path / "home")
    with pytest.raises(BackupDamagedError) as refused:
        restore(server.settings, other, QUESTIONS)
    assert refused.value.where == str(other)
    assert not server.home.exists()


@pytest.mark.parametrize("newer", [{"engine": "99.0.0"}, {"neo4j": "2099.01.0"}, {"layout": 2}])
def test_a_backup_of_a_later_release_is_refused(file: Path, tmp_path: Path, newer: dict[str, Any]) -> None:
    other = rewritten(file, tmp_path / "other.upline", replace(archive.read(file), **newer))
    with pytest.raises(BackupNewerError, match=str(next(iter(newer.values())))):
        restore(with_home(SMALL, tmp_path / "home"), other, QUESTIONS)


def test_a_backup_is_refused_while_a_change_is_under_way(company: Server, file: Path, tmp_path: Path) -> None:
    claim = WorkClaim()
    with on(company) as graph, claim.held():
        graph.batched("changes/open", number=9, facts={"kind": "import", **claim.facts})
        try:
            for work in (write_backup, restore):
                target = (
                    tmp_path / "new.upline"
                    if work is write_backup
                    else company.home.parent / "company.upline"
                )
                with pytest.raises(ChangeUnderWayError):
                    work(company.settings, target, QUESTIONS, replace=True)
        finally:
            graph.batched(cypher("MATCH (c:Change {number: 9}) DELETE c"))
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_was_disturbed_is_none(company: Server, tmp_path: Path) -> None:
    marks = iter([1, 2])
    disturbed = replace(QUESTIONS, mark=lambda _graph: next(marks))
    with pytest.raises(BackupDisturbedError):
        write_backup(company.settings, tmp_path / "new.upline", disturbed)
    assert list(tmp_path.iterdir()) == []
    assert company.status().state == "running"


def test_what_exists_and_what_has_no_store_is_refused(company: Server, file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(BackupExistsError):
        write_backup(company.settings, file, QUESTIONS)
    with pytest.raises(BackupExistsError):
        write_backup(company.settings, file.parent, QUESTIONS, replace=True)
    assert file.read_bytes() == before
    with pytest.raises(NothingToBackUpError):
        write_backup(with_home(SMALL, tmp_path / "bare"), tmp_path / "new.upline", QUESTIONS)


def test_room_on_the_disk_is_asked_for_first(
    company: Server, file: Path, empty: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.start()
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage._replace(free=1 << 20))
    with pytest.raises(DiskFullError, match="1 MiB are free"):
        write_backup(company.settings, tmp_path / "new.upline", QUESTIONS)
    with pytest.raises(DiskFullError, match="1 MiB are free"):
        restore(empty.settings, file, QUESTIONS, replace=True)
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert left_in(empty.home) == set()


def staged_home(home: Path, *, committed: bool) -> None:
    """A home with a store, and a staged one in it."""
    for place, text in ((home, "before"), (home / swap.STAGED, "restored")):
        (place / "data").mkdir(parents=True)
        (place / "data" / "store").write_text(text)
        (place / "password").write_text(text)
        (place / "version").write_text(text)
    (home / "importing").touch()
    if committed:
        swap.commit(home)


class PowerCutError(Exception):
    """The process ends here."""


@pytest.mark.parametrize("steps", range(8))
def test_a_committed_restore_survives_an_interruption_at_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    home = tmp_path / "home"
    staged_home(home, committed=True)
    left = steps
    with monkeypatch.context() as patch:
        for owner, name in (
            (Path, "rename"), (Path, "replace"), (Path, "unlink"), (shutil, "rmtree"),
        ):  # fmt: skip

            def step(*args: Any, original: Any = getattr(owner, name), **kwargs: Any) -> Any:
                nonlocal left
                if left == 0:
                    raise PowerCutError
                left -= 1
                return original(*args, **kwargs)

            patch.setattr(owner, name, step)
        try:
            swap.settle(home)
        except PowerCutError:
            pass
        else:
            assert steps == 7, "each step before was one"
    swap.settle(home)
    assert (home / "data" / "store").read_text() == "restored"
    assert (home / "version").read_text() == "restored"
    assert (home / "password").read_text() == "before"
    assert not (home / "importing").exists()
    assert left_in(home) == set()


def test_what_a_restore_left_that_was_not_committed_is_removed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    staged_home(home, committed=False)
    swap.settle(home)
    assert (home / "data" / "store").read_text() == "before"
    assert (home / "importing").exists()
    assert left_in(home) == set()


def test_the_commands(commands: Commands, company: Server, empty: Server, tmp_path: Path) -> None:
    def upline(server: Server, *words: object) -> Done:
        env = {"UPLINE_HOME": str(server.home), "UPLINE_HEAP_MIB": "512", "UPLINE_BRIEF": "1"}
        return commands.run([*map(str, words)], {**without_address(), **env})

    file = tmp_path / "new.upline"
    done = upline(company, "server", "backup", file)
    assert done.returncode == 0, done.stderr
    assert "60 members" in done.stdout
    assert "run 1 of 2026-11 by Aurora" in done.stdout
    assert upline(company, "server", "restore", file).returncode == 2
    checked = upline(company, "server", "restore", file, "--check", "--json")
    assert json.loads(checked.stdout)["contents"]["members"] == 60
    assert upline(empty, "server", "restore", file).returncode == 0
    assert "2026-11" in upline(empty, "runs").stdout
    with_address = {**without_address(), "UPLINE_NEO4J_URI": "bolt://127.0.0.1:9"}
    refused = commands.run(["server", "backup", str(file)], with_address)
    assert "server_not_ours" in refused.stderr
    assert "neo4j-admin" in refused.stderr


def without_address() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("UPLINE_NEO4J")}
