"""Scratch servers: what they begin as, which are short-lived, and the one that waits for the next command."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from engine.graph.database import Graph
from engine.graph.schema import prepare
from engine.server import java, standby, template
from engine.server.home import RunningServer
from engine.server.locks import locked
from engine.server.scratch import ShortServer, is_small, scratch_server
from engine.server.standby import standby_server
from engine.server.temporary import with_home
from engine.settings import Settings
from tests.support.commands import Commands
from tests.support.companies import cypher

SMALL = Settings(neo4j_uri=None, heap_mib=512)
CASE = Path(__file__).parent.parent / "cases" / "bonuses" / "personal.case"
KEPT = "MATCH (n:Kept) RETURN count(n) AS kept"


def opened(running: RunningServer) -> Graph:
    return Graph(running.uri, running.user, running.password)


def test_a_short_lived_server_begins_with_the_schema_and_without_the_optimizing_compiler() -> None:
    with scratch_server(SMALL, short=True) as running, opened(running) as graph:
        whole = set(graph.value("schema/online"))
        prepare(graph)
        assert set(graph.value("schema/online")) == whole
        flags = psutil.Process(running.pid).cmdline()
    assert set(java.SHORT_FLAGS) <= set(flags)
    assert not set(java.LASTING_FLAGS) & set(flags)
    assert not running.home.exists()


def test_the_flags_of_a_lasting_server_are_its_own(tmp_path: Path) -> None:
    line = java.command(tmp_path, java.SERVER, 512)
    assert set(java.LASTING_FLAGS) <= set(line)
    assert not set(java.SHORT_FLAGS) & set(line)


def test_large_tables_are_no_work_for_a_short_lived_server(tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_bytes(b"x" * 1000)
    assert is_small(tmp_path)
    (tmp_path / "orders.csv").write_bytes(b"x" * (1 << 20))
    assert not is_small(tmp_path)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache whose templates are made of one file each; `made` lists them."""

    def make(settings: Settings, place: Path) -> None:
        (place / "data").mkdir(parents=True)
        (place / "data" / "store").write_text("a store")
        (place / "password").write_text(str(time.time_ns()))
        (place / "version").write_text("1")
        (place / template.FILES).write_text(json.dumps(dict(template._sizes(place))))

    monkeypatch.setattr(template, "_make", make)
    monkeypatch.setattr("engine.server.jars.ensure", lambda settings: tmp_path)
    return tmp_path


def test_a_template_is_copied_and_kept(cache: Path) -> None:
    settings = SMALL.changed(cache=cache)
    template.copy_template(settings, cache / "one")
    template.copy_template(settings, cache / "two")
    assert (cache / "one" / "data" / "store").read_text() == "a store"
    assert (cache / "one" / "password").read_text() == (cache / "two" / "password").read_text()


@pytest.mark.parametrize("damage", ["cut", "missing", "foreign", "list"])
def test_a_template_that_is_not_whole_is_made_anew(cache: Path, damage: str) -> None:
    settings = SMALL.changed(cache=cache)
    template.copy_template(settings, cache / "one")
    place = cache / "templates" / template.name()
    store, listed = place / "data" / "store", place / template.FILES
    if damage == "cut":
        store.write_text("a st")
    elif damage == "missing":
        store.unlink()
    elif damage == "foreign":
        (place / "data" / "other").write_text("of somebody else")
    else:
        listed.write_text(listed.read_text()[:-5])
    template.copy_template(settings, cache / "two")
    assert (cache / "two" / "data" / "store").read_text() == "a store"
    assert not (cache / "two" / "data" / "other").exists()
    assert (cache / "one" / "password").read_text() != (cache / "two" / "password").read_text()


def test_a_template_is_of_one_release_and_one_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    before = template.name()
    monkeypatch.setattr("engine.graph.schema.digest", lambda: "f" * 64)
    assert template.name() != before
    assert template.name().startswith(before.rpartition("-")[0])


def test_a_template_that_could_not_be_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(server: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.server.jars.ensure", lambda settings: tmp_path)
    monkeypatch.setattr(template._TemplateServer, "start", full)
    with pytest.raises(OSError, match="No space"):
        template.copy_template(SMALL.changed(cache=tmp_path), tmp_path / "home")
    assert not (tmp_path / "home").exists()
    assert list((tmp_path / "scratch").iterdir()) == []
    assert not (tmp_path / "templates").exists()


def test_classes_are_linked_again_where_that_was_interrupted(tmp_path: Path) -> None:
    assert not java.linking_is_due(tmp_path, 300), "nothing is recorded"
    (tmp_path / java.AOT_RECORD).touch()
    assert java.linking_is_due(tmp_path, 300), "nobody has begun"
    (tmp_path / java.AOT_LOG).touch()
    assert not java.linking_is_due(tmp_path, 300), "somebody has just begun"
    assert java.linking_is_due(tmp_path, -1), "whoever began has been interrupted"
    (tmp_path / java.AOT_CACHE).touch()
    assert not java.linking_is_due(tmp_path, -1), "it is done"


@pytest.fixture
def waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings with a standby server that only the test ends, and the user's own jars and templates."""
    (tmp_path / "cache").mkdir()
    with scratch_server(SMALL, short=True):  # the template exists from here on
        pass
    for part in ("jars", "templates"):
        (tmp_path / "cache" / part).symlink_to((SMALL.cache / part).absolute())
    monkeypatch.setattr(standby, "_begin_watch", lambda settings: None)
    settings = SMALL.changed(cache=tmp_path / "cache", standby=10)
    yield settings
    standby.end(settings)
    with locked(settings.cache / "standby" / standby.WATCH, 15):  # nobody watches any more
        pass


def test_the_next_command_finds_the_server_that_waits(waiting: Settings) -> None:
    with standby_server(waiting) as first, opened(first) as graph:
        graph.batched(cypher("CREATE (:Kept)"))
        with standby_server(waiting) as other:  # a second command at the same time
            assert other.pid != first.pid
            with opened(other) as empty:
                assert empty.value(cypher(KEPT)) == 0
        assert not psutil.pid_exists(other.pid)
    with standby_server(waiting) as again, opened(again) as graph:
        assert again.pid == first.pid
        assert graph.value(cypher(KEPT)) == 1, "whoever uses it empties it"
    psutil.Process(first.pid).kill()
    with standby_server(waiting) as new, opened(new) as graph:
        assert new.pid != first.pid
        assert graph.value(cypher(KEPT)) == 0

    command = [sys.executable, "-P", "-m", "engine.server.standby", str(waiting.cache), "1"]
    process = psutil.Process(new.pid)
    subprocess.run(command, check=True, timeout=60)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    assert not new.home.exists()


def test_a_server_in_use_is_not_ended(waiting: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with standby_server(waiting.changed(standby=0)) as own:
        assert "standby" not in own.home.parts
    pauses = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) > 2:
            raise TimeoutError

    with standby_server(waiting) as running:
        monkeypatch.setattr("engine.server.standby.time.sleep", pause)
        with pytest.raises(TimeoutError):
            standby.watch(waiting, 0)
        monkeypatch.undo()
        assert ShortServer(with_home(waiting, running.home)).running() is not None


def test_a_case_is_tried_again_on_the_server_that_waits(waiting: Settings, commands: Commands) -> None:
    env = {**os.environ, "UPLINE_CACHE": str(waiting.cache), "UPLINE_STANDBY": "1"}
    record = waiting.cache / "standby" / template.name() / "process.json"
    pids = []
    for _ in range(2):
        done = commands.run(["rules", "test", str(CASE)], env)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "1 passed, 0 failed" in done.stdout
        pids.append(json.loads(record.read_text())["pid"])
    assert pids[0] == pids[1]
