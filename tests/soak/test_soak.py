"""What the fault campaign notices: a state that differs, files half written, something left open."""

import random
import shutil
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.soak.campaign import Report
from tests.soak.company import company
from tests.soak.disk import small_disk
from tests.soak.known import KNOWN, Known
from tests.soak.proxy import Proxy
from tests.soak.rounds import FindingError, files_of
from tests.soak.script import FAULTS, STRIKES, Fault, Kind, script
from tests.soak.state import differences, state, unfinished
from tests.support.companies import cypher


def test_the_same_seed_and_number_write_the_same_script(tmp_path: Path) -> None:
    def lines(seed: int, number: int) -> list[str]:
        folder = tmp_path / "round"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return script(seed, number, folder, members=20, faults=3, unfit=set()).lines(folder)

    assert lines(1, 1) == lines(1, 1)
    assert len({tuple(lines(1, number)) for number in range(1, 5)}) == 4


def test_every_fault_strikes_some_command_and_every_command_is_struck(tmp_path: Path) -> None:
    met: set[tuple[Fault, Kind]] = set()
    for number in range(400):
        folder = tmp_path / "round"
        folder.mkdir()
        written = script(5, number, folder, members=10, faults=4, unfit=set())
        met |= {(strike.fault, written.steps[place].kind) for place, strike in written.strikes.items()}
        shutil.rmtree(folder)
    assert {fault for fault, _ in met} == set(FAULTS)
    assert {kind for _, kind in met} == set(STRIKES)


def test_what_is_known_to_fail_says_why() -> None:
    faults, kinds = {*FAULTS, "none"}, set(get_args(Kind))
    for (fault, kind), reason in KNOWN.items():
        assert fault in faults
        assert kind in kinds
        assert len(reason.split()) > 4


def test_a_status_an_edge_and_an_order_that_differ_are_seen(graph: Graph, tmp_path: Path) -> None:
    began = datetime.now(UTC)
    made = company(random.Random(1), 20, tmp_path)
    for delivery in made.deliveries:
        import_company(graph, delivery)
    expected = state(graph, began)
    assert differences(expected, expected, numbered=True) == []
    assert len(expected.plain) > 60
    for tampering, lines in (
        ("MATCH (m:Member) WITH m LIMIT 1 SET m.status = 'tampered'", 2),
        ("MATCH (:Member)-[edge:SPONSORED_BY]->(:Member) WITH edge LIMIT 1 DELETE edge", 1),
        ("MATCH (o:Order) WITH o LIMIT 1 SET o.amount = o.amount + 1", 2),
        ("MATCH (f:Fact) WITH f LIMIT 1 DETACH DELETE f", 2),
    ):
        before = state(graph, began)
        with graph.session() as session:
            session.run(tampering).consume()
        lines_unlike = differences(state(graph, began), before, numbered=False)
        assert len(lines_unlike) >= lines, tampering


def test_an_open_change_and_a_run_that_stopped_are_seen(graph: Graph) -> None:
    with graph.session() as session:
        session.run("CREATE (:Change {number: 1, state: 'running'}), (:Run {number: 1, state: 'superseded'})")
        session.run(
            "CREATE (:Change {number: 2, state: 'taken back'}), (:Run {number: 2, state: 'complete'})"
        )
    assert [(row["label"], row["number"]) for row in unfinished(graph)] == [("Change", 1), ("Run", 1)]
    assert graph.value(cypher("MATCH (any) RETURN count(any)")) == 4


def test_files_are_equal_but_for_the_times_of_their_report(tmp_path: Path) -> None:
    for folder, seconds, amount in (("a", 1, 5), ("b", 2, 5), ("c", 1, 6)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "lines.csv").write_text(f"{amount}\n")
        (tmp_path / folder / "report.json").write_text(f'{{"periods": [{{"seconds": {seconds}}}]}}')
    first, second, third = (files_of(tmp_path / folder) for folder in ("a", "b", "c"))
    assert first == second != third
    assert files_of(None) == {}


def test_a_known_failure_is_no_failure_and_any_other_is() -> None:
    report, known = Report(1), Known({("kill", "import"): "nothing takes it back"})
    for fault in ("kill", "terminate"):
        report.settle(7, FindingError(fault, "import", 0, "it is not taken back"), known)
    assert [number for number, _ in report.known] == [7]
    assert ["terminate" in what for _, what in report.failed] == [True]
    assert any(line == "replay: python -m tests.soak --seed 1 --round 7" for line in report.lines())
    assert not any(line.startswith("replay") for line in replace(report, failed=[]).lines())


def test_a_line_is_handed_on_until_it_is_cut() -> None:
    def answer(door: socket.socket) -> None:
        for _ in range(2):
            near, _ = door.accept()
            with near:
                near.sendall(near.recv(16)[::-1])
                near.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=answer, args=(door,), daemon=True).start()
        proxy = Proxy(door.getsockname()[1])
        for end in (proxy.drop, proxy.cut):
            with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as line:
                line.sendall(b"upline")
                assert line.recv(16) == b"enilpu"
                end()
                assert line.recv(16) == b""
        with pytest.raises(OSError):  # noqa: PT011  # refused, or reset before it was open
            socket.create_connection(("127.0.0.1", proxy.port), timeout=10).recv(1)


def test_a_full_disk_has_no_byte_free_and_then_room_again() -> None:
    with small_disk() as disk:
        if disk.unfit:
            pytest.skip(disk.unfit)
        disk.fill()
        with pytest.raises(OSError, match="No space left"):
            (disk.folder / "more").write_bytes(b"x")
        disk.make_room()
        assert (disk.folder / "more").write_bytes(b"x") == 1
    assert not disk.folder.exists()
