"""Data of earlier releases: reported, backed up, and taken over only when somebody asks."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.graph.schema import EarlierStoreError, earlier
from engine.runs.contents import QUESTIONS
from engine.server import archive, jars
from engine.server.backup import restore
from engine.server.connect import graph_of
from engine.server.java import AdminFailedError
from engine.server.managed import Server
from engine.server.refusals import StoreNewerError
from engine.server.template import copy_template
from engine.server.temporary import with_home
from engine.server.upgrade import open_earlier
from engine.settings import Settings
from tests.conftest import Upline
from tests.graph.test_schema import OLD
from tests.support.commands import Commands, Done
from tests.support.companies import cypher

SMALL = Settings(neo4j_uri=None, heap_mib=512, brief=True)
COUNT = "MATCH (n:Kept) RETURN count(n) AS kept"

pytestmark = pytest.mark.usefixtures("brisk")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    copy_template(SMALL, tmp_path / "home")
    server = Server(with_home(SMALL, tmp_path / "home"))
    yield server
    server.kill()


def make_old(graph: Graph) -> None:
    """A company as release 0.2 left it."""
    constraint = "CREATE CONSTRAINT import_number FOR (i:Import) REQUIRE i.number IS UNIQUE"
    for statement in (constraint, *OLD.strip().splitlines()):
        graph.batched(cypher(statement))


def test_a_store_of_an_earlier_neo4j_is_backed_up_and_opened_when_asked(
    server: Server, tmp_path: Path
) -> None:
    with graph_of(server.start()) as graph:
        graph.batched(cypher("CREATE (:Kept)"))
    assert open_earlier(server.settings, tmp_path / "none.upline") is None
    server.stop()
    (server.home / "version").write_text("2026.08.0")
    with pytest.raises(EarlierStoreError, match=r"2026\.08\.0"):
        server.start()
    assert server.status().state == "stopped"

    # The backup is made before this release opens the store, and says which one wrote it.
    backup = open_earlier(server.settings, tmp_path / "before.upline")
    assert backup is not None
    record = archive.read(backup.file)
    assert (record.neo4j, record.engine, record.contents) == ("2026.08.0", "", None)
    with graph_of(server.start()) as graph:
        assert graph.value(cypher(COUNT)) == 1
        graph.batched(cypher("CREATE (:Kept)"))
    assert (server.home / "version").read_text() == jars.lock().version
    restore(server.settings, backup.file, QUESTIONS, replace=True)
    with graph_of(server.start()) as graph:
        assert graph.value(cypher(COUNT)) == 1


def test_a_store_of_an_earlier_neo4j_that_was_killed_is_left_to_it(server: Server, tmp_path: Path) -> None:
    with graph_of(server.start()) as graph:
        graph.batched(cypher("CREATE (:Kept)"))
    server.kill()
    (server.home / "version").write_text("2026.08.0")
    with pytest.raises(AdminFailedError, match=r"recover|shut down|cleanly"):
        open_earlier(server.settings, tmp_path / "before.upline")
    assert (server.home / "version").read_text() == "2026.08.0"
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_store_of_a_later_neo4j_is_refused(server: Server) -> None:
    (server.home / "version").write_text("2099.01.0")
    with pytest.raises(StoreNewerError, match=r"2099\.01\.0"):
        server.start()


def test_data_of_an_earlier_upline_is_backed_up_and_taken_over_when_asked(
    server: Server, commands: Commands, tmp_path: Path
) -> None:
    def upline(*words: str) -> Done:
        env = {key: value for key, value in os.environ.items() if not key.startswith("UPLINE_NEO4J")}
        home = {"UPLINE_HOME": str(server.home), "UPLINE_HEAP_MIB": "512", "UPLINE_BRIEF": "1"}
        return commands.run([*words], {**env, **home})

    with graph_of(server.start()) as graph:
        make_old(graph)
    refused = upline("runs")
    assert refused.returncode == 2
    assert "earlier_store" in refused.stderr
    assert "upline server upgrade" in refused.stderr

    done = upline("server", "upgrade", "--json")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert "taken over" in facts["done"][0]
    backup = Path(facts["backup"])
    assert backup.parent == server.home / "backups"
    assert upline("runs").returncode == 0
    assert "Nothing is of an earlier release." in upline("server", "upgrade").stdout

    with graph_of(server.start()) as graph:
        later = "layout_9_since_9_0"
        graph.batched(cypher(f"CREATE CONSTRAINT {later} FOR (layout:Layout) REQUIRE layout.name IS UNIQUE"))
        for words in (("runs",), ("server", "upgrade"), ("server", "backup", str(tmp_path / "later.upline"))):
            refused = upline(*words)
            assert (refused.returncode, "later_store" in refused.stderr) == (2, True), refused.stderr
        assert not (tmp_path / "later.upline").exists()

    # The backup is the store of before, and can take the place of a later one.
    restore(server.settings, backup, QUESTIONS, replace=True)
    with graph_of(server.start()) as graph:
        assert earlier(graph) is not None


def test_a_server_of_ones_own_has_to_be_backed_up_by_its_tools(graph: Graph, upline: Upline) -> None:
    graph.batched(cypher("DROP CONSTRAINT change_number"))
    make_old(graph)
    refused = upline("server", "upgrade")
    assert (refused.returncode, "backup_needed" in refused.stderr) == (2, True)
    assert earlier(graph) is not None
    done = upline("server", "upgrade", "--backed-up")
    assert done.returncode == 0, done.stderr
    assert earlier(graph) is None
    assert "change_number" in graph.value("schema/online")
