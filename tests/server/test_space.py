"""Disk space: work that has no room is refused before it begins; after a full disk the server returns."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from neo4j.exceptions import Neo4jError

from engine.answers.export import Export
from engine.commands.lost import file_refused
from engine.genealogy.operations.placing import place
from engine.genealogy.placement import options
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import complete
from engine.run import run_file
from engine.server import jars, space
from engine.server.connect import connect
from engine.server.home import STOPPED_WRITING
from engine.server.managed import RESTARTED, Server
from engine.server.space import DiskFullError
from engine.server.template import copy_template
from engine.server.temporary import with_home
from engine.settings import Settings
from tests.soak.disk import Disk, small_disk
from tests.support.commands import PAPER, Commands, Done
from tests.support.companies import ONE_ORDER, cypher, month, written
from tests.support.small_tables import dump, write


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with one MiB free, wherever one looks."""
    monkeypatch.setattr(space, "free", lambda _folder: space.MIB)


@pytest.fixture
def own(graph: Graph, tmp_path: Path) -> Iterator[Graph]:
    """The session's database, as if its store were in a folder here."""
    graph.store = tmp_path
    yield graph
    graph.store = None


@pytest.mark.usefixtures("little")
def test_an_import_a_run_and_a_placement_without_room_begin_nothing(own: Graph, tmp_path: Path) -> None:
    plan = written(tmp_path, ONE_ORDER)
    with pytest.raises(DiskFullError, match=r"the import needs about 17 MiB of disk space, 1 MiB are free"):
        import_company(own, tmp_path)
    assert dump(own) == []
    own.store = None
    import_company(own, tmp_path)
    before = dump(own)
    own.store = tmp_path
    with pytest.raises(DiskFullError, match=r"a run of 2 members needs about 17 MiB"):
        run_file(own, plan, "2026-11")
    with pytest.raises(DiskFullError, match=r"a change needs about 16 MiB"):
        place(own, "11", options("even_fill", {}))
    assert dump(own) == before
    assert own.read("runs/every") == []


@pytest.mark.usefixtures("little")
def test_an_export_without_room_writes_no_file(graph: Graph, tmp_path: Path) -> None:
    run = month(graph, tmp_path, ONE_ORDER)
    with pytest.raises(DiskFullError, match=r"the export needs about 2 MiB .*--out"):
        Export(tmp_path / "out").add(graph, run)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("little")
def test_a_download_without_room_fetches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests.Session.get", lambda *_, **__: pytest.fail("something is fetched"))
    with pytest.raises(DiskFullError, match=r"the download of Neo4j needs about 1\d\d MiB .*UPLINE_CACHE"):
        jars.ensure(Settings(cache=tmp_path))


def test_what_is_needed_grows_with_what_is_written(own: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, written_bytes, fits in (
        (16 * space.MIB, 0, True),
        (16 * space.MIB, 1, False),
        (700 * space.MIB, 200 * space.MIB, True),
        (600 * space.MIB, 400 * space.MIB, False),
    ):
        monkeypatch.setattr(space, "free", lambda _folder, free=free: free)
        if fits:
            space.require_in_store(own, written_bytes, "it")
        else:
            with pytest.raises(DiskFullError):
                space.require_in_store(own, written_bytes, "it")
    own.store = None
    space.require_in_store(own, 1 << 60, "it")  # nobody can tell


def test_the_room_of_a_folder_that_does_not_exist_is_that_of_its_disk(tmp_path: Path) -> None:
    assert abs(space.free(tmp_path / "not" / "there") - space.free(tmp_path)) < 100 * space.MIB


def test_a_file_on_a_full_disk_is_refused_as_such(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path / "lines.csv"))
    refusal = file_refused(full)
    assert (refusal.name, refusal.where) == ("disk_full", str(tmp_path))
    assert file_refused(OSError(errno.EACCES, "no", "x")).name == "file_refused"


# On a disk that is really full

SMALL = Settings(neo4j_uri=None, heap_mib=512, brief=True)
Run = Callable[..., Done]


@pytest.fixture
def disk() -> Iterator[Disk]:
    """A small disk that can be filled."""
    with small_disk() as made:
        if made.unfit:
            pytest.skip(made.unfit)
        yield made


@pytest.fixture
def server(disk: Disk, brisk: None) -> Iterator[Server]:
    """A server on that disk, running."""
    home = disk.folder / "home"
    copy_template(SMALL, home)
    server = Server(with_home(SMALL, home))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def command(server: Server, commands: Commands) -> Run:
    """A command on that server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UPLINE_NEO4J")}
    env = kept | PAPER | {"UPLINE_HOME": str(server.home), "UPLINE_HEAP_MIB": "512", "UPLINE_BRIEF": "1"}
    return lambda *words: commands.run([*map(str, words)], env)


def test_a_full_disk_is_named_by_every_command_and_the_next_one_with_room_goes_on(
    disk: Disk, server: Server, command: Run, tmp_path: Path
) -> None:
    plan = written(tmp_path, ONE_ORDER)
    period = ("--period", "2026-11", "--plan", str(plan))
    assert command("import", tmp_path).returncode == 0
    assert command("run", *period).returncode == 0
    before = command("runs", "--json").stdout

    disk.fill()
    more = write(tmp_path / "more", members="member_id sponsor_id enrolled_on\n12 1 2026-01-01")
    for words in (("import", more), ("run", *period, "--afresh"), ("export", "--out", disk.folder / "out")):
        done = command(*words)
        assert (done.returncode, "[disk_full]" in done.stderr) == (2, True), (words, done.stderr)
        assert "MiB" in done.stderr
    assert "nothing can be written: the disk is full" in command("server", "status").stdout

    # A write that nobody foresaw: the database stops, and answers nothing any more.
    with connect(server.settings) as graph, pytest.raises(Neo4jError):
        graph.write(cypher("UNWIND range(1, 50000) AS n CREATE (:Filler {text: 'x' + n})"))
    for line in (("runs",), ("statement", "11"), ("import", str(more)), ("cypher", "RETURN 1")):
        done = command(*line)
        assert (done.returncode, "[disk_full]" in done.stderr) == (2, True), (line, done.stderr)
    assert "nothing can be written" in command("server", "status").stdout

    disk.make_room()
    done = command("runs", "--json")
    assert (done.returncode, done.stdout) == (0, before), done.stderr
    assert RESTARTED.format(STOPPED_WRITING) in done.stderr
    assert command("import", more).returncode == 0
    assert command("run", *period).returncode == 0
    assert "nothing can be written" not in command("server", "status").stdout
    with connect(server.settings) as graph:
        assert len(complete(graph)) == 1
        assert graph.value(cypher("MATCH (filler:Filler) RETURN count(filler) AS count")) == 0


def test_a_server_on_a_full_disk_can_be_stopped_and_is_started_once_there_is_room(
    disk: Disk, server: Server, command: Run
) -> None:
    disk.fill()
    assert command("server", "stop").returncode == 0
    refused = command("runs")
    assert (refused.returncode, "[disk_full]" in refused.stderr) == (2, True), refused.stderr
    assert server.status().state == "stopped"
    disk.make_room()
    assert command("runs").returncode == 0
