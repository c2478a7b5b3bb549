"""The offline import: its result equals that of an online import, also after a kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.genealogy.changes.lane import unfinished
from engine.graph.database import Graph
from engine.intake.importing import ImportReport, OfflineImpossibleError, import_company
from engine.server.managed import Server
from engine.server.scratch import scratch_server
from engine.server.supervisor import supervised
from engine.server.temporary import with_home
from engine.settings import Settings
from tests.intake.mapping.test_mapping_source import export, polish
from tests.support.small_tables import dump, write

pytestmark = pytest.mark.usefixtures("brisk")

LISTED = ("member_ids",)
"""A change lists the members whom it touches where they are few; an offline import never does."""

TABLES = {
    "members": """
        member_id name               sponsor_id placement_id leg enrolled_on status     country owner_id
        121       "O""Hara, Ann"     12         12           L   2026-03-01  active     IE      o1
        1         Ünï\\ß             -          -            -   2026-01-01  active     DE      o1
        12        -                  1          1            R   2026-02-01  suspended  -       -
        11        ;'`                1          1            L   2026-02-01  terminated JP      -
        2         tank               1          -            -   2026-02-03  active     -       -
        3         -                  -          -            -   1999-12-31  -          -       -
    """,
    "customers": """
        customer_id name  member_id since
        c1          Carla 121       2026-03-02
        c2          -     3         -
    """,
    "orders": """
        order_id ordered_at                  member_id customer_id kind   qualifying_volume commissionable_volume amount currency refund_of
        b        2026-11-04T23:30:00         11        -           sale   0.01              1000000000            15     JPY      -
        ar       2026-11-05T10:00:00.123456Z 121       c1          refund -100              -80.5                 -120.99 USD     a
        a        1969-07-20T20:17:40.5Z      121       c1          kit    100               80.50                 120.99 USD      -
    """,  # noqa: E501
    "moves": """
        member_id tree      parent_id leg effective_on recorded_at          actor   reason
        12        placement 11        R   2026-04-01   2026-04-01T09:00:00  -       spillover
        12        placement 121       -   2026-04-01   2026-04-01T08:00:00  office  -
        2         placement 1         R   2026-05-01   -                    Ännie   "first place"
        121       sponsor   2         -   2026-06-01   2026-06-01T09:00:00Z office  wish
    """.replace("121       -   2026-04-01", "2         -   2026-04-01"),
}


def folder(path: Path) -> Path:
    """The tables above, with one name on two lines."""
    write(path, **TABLES)
    members = path / "members.csv"
    members.write_text(members.read_text().replace("tank", '"ta\r\nnk"'), newline="")
    return path


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A managed server of its own, which imports may stop."""
    with scratch_server(Settings(neo4j_uri=None, heap_mib=512)) as running:
        yield Server(with_home(Settings(heap_mib=512), running.home))


KILLED = """
import os, signal, sys
from pathlib import Path
from engine.intake import offline
from engine.intake.importing import import_company
from engine.server.connect import connect
from engine.server.managed import Server
from engine.settings import Settings
def deadly(server, written, report):
    os.kill(os.getpid(), signal.SIGKILL)
offline._run = deadly
with connect() as graph:
    import_company(graph, Path(sys.argv[1]), server=Server(Settings()), offline=True)
"""


def test_kill_9_while_the_store_is_made(server: Server, tmp_path: Path) -> None:
    tables = folder(tmp_path / "tables")
    server.kill()  # so that the import that is killed starts its own server
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("UPLINE_NEO4J_")
    } | {"UPLINE_HOME": str(server.home), "UPLINE_HEAP_MIB": "512"}
    killed = subprocess.run([sys.executable, "-c", KILLED, tables], env=environment, timeout=300, check=False)
    assert killed.returncode == -signal.SIGKILL
    started = server.start()
    assert "its incomplete store was removed" in " ".join(started.notes)
    with Graph(started.uri, started.user, started.password) as graph:
        assert graph.value("intake/empty")
        assert unfinished(graph) is None


def offline(server: Server, tables: Path) -> tuple[ImportReport, list[str]]:
    running = server.start()
    with Graph(running.uri, running.user, running.password) as graph:
        report = import_company(graph, tables, time_zone="Europe/Berlin", server=server, offline=True)
        again = import_company(graph, tables, server=server)
        assert (again.mode, again.orders.unchanged, again.moves.unchanged) == ("online", 3, 4)
        with pytest.raises(OfflineImpossibleError, match="the database is not empty"):
            import_company(graph, tables, server=server, offline=True)
        return report, dump(graph, *LISTED)


def test_offline_and_online_make_the_same(server: Server, graph: Graph, tmp_path: Path) -> None:
    online = import_company(graph, folder(tmp_path / "on"), time_zone="Europe/Berlin", offline=False)
    expected = dump(graph, *LISTED)
    report, actual = offline(server, folder(tmp_path / "off"))
    assert report.mode == "offline"
    assert actual == expected
    assert (report.members, report.customers, report.orders, report.moves) == (
        online.members, online.customers, online.orders, online.moves,
    )  # fmt: skip
    assert not list(server.home.glob("bulk-*")), "nothing is left behind"


def test_mapped_files_make_the_same_offline_and_online(server: Server, graph: Graph, tmp_path: Path) -> None:
    tables = export(tmp_path / "export")
    online = import_company(graph, tables, mapping=polish(), offline=False)
    expected = dump(graph, *LISTED)
    running = server.start()
    with Graph(running.uri, running.user, running.password) as emptied:
        emptied.batched("schema/wipe")
        report = import_company(emptied, tables, mapping=polish(), server=server, offline=True)
        again = import_company(emptied, tables, mapping=polish(), server=server)
        assert (again.mode, again.orders.unchanged) == ("online", 3)
        assert dump(emptied, *LISTED) == expected
    assert (report.mode, report.time_zone, report.orders) == ("offline", "Europe/Warsaw", online.orders)


def test_a_file_that_cannot_be_written_leaves_the_server_running(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bool:
        raise OSError("no space left")

    monkeypatch.setattr("engine.intake.offline._save", full)
    running = server.start()
    with Graph(running.uri, running.user, running.password) as graph:
        graph.batched("schema/wipe")
        with pytest.raises(OSError, match="no space left"):
            import_company(graph, folder(tmp_path), server=server, offline=True)
        assert server.running() == running
        assert dump(graph) == []


def test_offline_needs_the_managed_server(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(OfflineImpossibleError, match="not the managed one"):
        import_company(graph, folder(tmp_path), offline=True)
    assert dump(graph) == []


def test_a_tool_ends_with_its_caller(tmp_path: Path) -> None:
    beat = tmp_path / "beat"
    tool = f"import time, pathlib\nwhile True: pathlib.Path({str(beat)!r}).touch(); time.sleep(0.05)"
    caller = f"""
import os, signal, subprocess, time, pathlib
from engine.server.supervisor import supervised
subprocess.Popen(supervised([{sys.executable!r}, "-c", {tool!r}]))
while not pathlib.Path({str(beat)!r}).exists(): time.sleep(0.05)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", caller], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    until = time.monotonic() + 30
    while beat.exists() and time.monotonic() < until:
        beat.unlink()
        time.sleep(1)
    assert not beat.exists(), "nobody touches it any more"


def test_the_supervisor_passes_on_the_exit_status() -> None:
    done = subprocess.run(supervised([sys.executable, "-c", "raise SystemExit(7)"]), timeout=60, check=False)
    assert done.returncode == 7
