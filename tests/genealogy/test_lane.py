"""One lane for all writers: numbers, who is refused, and what no race can break."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Barrier

import pytest

from engine.commands.place import NotAllPlacedError, _place_all
from engine.errors import UplineError
from engine.genealogy.changes.lane import (
    ChangeInterruptedError,
    ChangeUnderWayError,
    CompanyChangedError,
    enter,
    read_company,
    signed,
    unfinished,
)
from engine.genealogy.changes.undo import settle, take_back
from engine.genealogy.changes.writing import ChangeSet, opened
from engine.genealogy.operations import placing
from engine.genealogy.operations.placing import Placements, place
from engine.genealogy.placement import Placement, options, waiting
from engine.genealogy.refusals import CircleError
from engine.graph.database import Graph
from engine.intake import importing, load
from engine.intake.importing import import_company
from tests.conftest import Address, Upline
from tests.support.commands import PROGRAM
from tests.support.companies import cypher
from tests.support.small_tables import dump, edges, write

PAIRS = 10
TANK = """
member_id sponsor_id placement_id leg enrolled_on
R         -          -            -   2026-01-01
A         R          R            L   2026-01-01
N         R          -            -   2026-01-02
O         A          -            -   2026-01-03
"""
MANY = "\n".join(f"m{n} R - - 2026-01-02" for n in range(5_000))


def heads() -> str:
    """Pairs of heads of groups who wait for a place, each sponsored by somebody in the other's group."""
    rows = ["member_id sponsor_id placement_id leg enrolled_on", "R - - - 2026-01-01"]
    for n in range(PAIRS):
        rows += [f"a{n} R A{n} L 2026-01-01", f"b{n} R B{n} L 2026-01-01"]
        rows += [f"A{n} b{n} - - 2026-01-01", f"B{n} a{n} - - 2026-01-01"]
    return "\n".join(rows)


def at_once(address: Address, members: tuple[str, str], rule: str) -> list[Placement | UplineError]:
    """Two placements begun at the same moment, each over connections of its own."""
    together = Barrier(2)

    def one(member: str) -> Placement | UplineError:
        with Graph(address.uri, address.user, address.password) as own:
            own.verify()
            together.wait()
            try:
                return place(own, member, options(rule, {}))
            except UplineError as error:
                return error

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, members))


def changes(graph: Graph) -> list[tuple[object, ...]]:
    rows = graph.read(
        cypher("MATCH (c:Change) RETURN c.number AS number, c.kind AS kind, c.state AS state ORDER BY number")
    )
    return [(row["number"], row["kind"], row["state"]) for row in rows]


def test_two_heads_of_groups_close_no_circle(graph: Graph, tmp_path: Path, neo4j_address: Address) -> None:
    import_company(graph, write(tmp_path, members=heads()))
    for n in range(PAIRS):
        outcomes = at_once(neo4j_address, (f"A{n}", f"B{n}"), "outer_left")
        assert [type(each) for each in outcomes if isinstance(each, UplineError)] == [CircleError]
    circles = "MATCH (m:Member)-[:PLACED_UNDER*]->(m) RETURN count(*) AS circles"
    assert graph.value(cypher(circles)) == 0
    assert changes(graph) == [(1, "import", "complete")] + [
        (number, "place", "complete") for number in range(2, PAIRS + 2)
    ]


def test_two_newcomers_take_two_places(graph: Graph, tmp_path: Path, neo4j_address: Address) -> None:
    tank = [f"n{n} R - - 2026-01-02" for n in range(2 * PAIRS)]
    import_company(graph, write(tmp_path, members="\n".join([*TANK.strip().splitlines()[:3], *tank])))
    for n in range(PAIRS):
        outcomes = at_once(neo4j_address, (f"n{2 * n}", f"n{2 * n + 1}"), "even_fill")
        assert [each for each in outcomes if isinstance(each, UplineError)] == []
    slots = [(parent, leg) for _, tree, parent, leg, *_ in edges(graph) if tree == "placement"]
    assert len(slots) == len(set(slots)) == 2 * PAIRS + 1
    assert waiting(graph) == []


def test_a_placement_is_a_change_with_actor_and_reason(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, members=TANK))
    place(graph, "N", options("outer_right", {}), actor="desk", reason="by hand")
    change = graph.value(cypher("MATCH (c:Change {number: 2}) RETURN c {.*} AS change"))
    expected = {
        "kind": "place", "state": "complete", "actor": "desk", "reason": "by hand",
        "touched": ["members_placed"], "members_placed": 1,
    }  # fmt: skip
    assert {name: change[name] for name in expected} == expected
    text = (
        "MATCH (:Member {member_id: 'N'})-[e:PLACED_UNDER]->() RETURN e {.import_no, .step, .actor} AS edge"
    )
    assert graph.value(cypher(text)) == {"import_no": 2, "step": 1, "actor": "desk"}
    assert read_company(graph).last_change == 2


def test_nobody_is_placed_while_an_import_is_at_work(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, upline: Upline
) -> None:
    import_company(graph, write(tmp_path / "one", members=TANK))
    write(tmp_path / "two", members=TANK.replace("O         A", "P         A"))
    attempts = []

    def meanwhile(_change: ChangeSet, _load: object) -> None:
        attempts.append(upline("place", "N"))
        attempts.append(upline("import", tmp_path / "one"))

    monkeypatch.setattr(importing, "_add_facts", meanwhile)
    import_company(graph, tmp_path / "two")
    for refused in attempts:
        assert (refused.returncode, "[change_under_way]" in refused.stderr) == (2, True)
        assert "import 2 of" in refused.stderr
    assert {each.member_id for each in waiting(graph)} == {"N", "O", "P"}


def test_an_interrupted_import_is_taken_back_before_somebody_is_placed(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, members=TANK))
    with opened(graph, 1, signed("import", directory="d"), lambda _rows: None) as change:
        assert change.number == 2
        company = read_company(graph)
        assert company.unfinished is not None
        assert company.unfinished.title == "import 2 of d"
        with pytest.raises(ChangeUnderWayError, match="import 2 of d is at work since"):
            company.refuse_unfinished()
    with pytest.raises(ChangeInterruptedError, match="import 2 of d was interrupted"):
        graph.together(lambda ask: enter(ask).refuse_unfinished())
    place(graph, "N", options("outer_right", {}))
    assert changes(graph)[1:] == [(2, "import", "taken back"), (3, "place", "complete")]


def test_a_number_that_was_taken_back_is_not_used_again(graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path, members=TANK))
    with opened(graph, 1, signed("import", directory="d"), lambda _rows: None):
        pass
    assert take_back(graph, 2)
    assert changes(graph)[1:] == [(2, "import", "taken back")]
    with (
        pytest.raises(CompanyChangedError),
        opened(graph, 1, signed("import", directory="d"), lambda _rows: None),
    ):
        pass
    assert unfinished(graph) is None


def test_tables_are_checked_again_where_somebody_was_placed_meanwhile(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_company(graph, write(tmp_path, members=TANK))
    write(tmp_path, moves="member_id tree parent_id leg effective_on\nO placement A R 2026-02-01")
    real, checks = load.check, []

    def checked(*arguments: object) -> object:
        tables = real(*arguments)  # type: ignore[arg-type]
        checks.append(tables.number)
        if len(checks) == 1:
            place(graph, "O", options("outer_left", {}))
        return tables

    monkeypatch.setattr(importing, "check", checked)
    report = import_company(graph, tmp_path)
    assert (checks, report.number, report.moves.added) == ([2, 3], 3, 1)
    moved = {edge[2:4] for edge in edges(graph) if edge[:2] == ("O", "placement")}
    assert moved == {("A", "L"), ("A", "R")}, "both moves are known"


def test_a_bulk_placement_goes_on_and_reports_who_found_no_place(
    graph: Graph, tmp_path: Path, upline: Upline
) -> None:
    import_company(graph, write(tmp_path, members=TANK))
    words = ("place", "--waited", "0", "--rule", "matrix", "--width", "1", "--depth", "1")
    done = upline(*words)
    assert (done.returncode, "[not_all_placed]" in done.stderr) == (2, True)
    assert "1 of 2 members found no place" in done.stderr
    assert "N: matrix finds no free place below R [no_free_place]" in done.stderr
    assert "found a place: O" in done.stderr
    assert done.stdout.startswith("O is placed under A in leg L from ")
    assert [each.member_id for each in waiting(graph)] == ["N"]
    before = dump(graph)
    again = upline(*words)
    assert (again.returncode, "[no_free_place]" in again.stderr) == (2, True)
    assert dump(graph) == before, "whoever is refused leaves no change"
    assert settle(graph) == []


OPEN = "MATCH (c:Change {state: 'running'}) RETURN count(c) AS count"


@contextmanager
def halted_import(graph: Graph, folder: Path, env: dict[str, str]) -> Iterator[None]:
    """An import by another process that is stopped in the middle of its writing, and goes on afterwards."""
    command = [*PROGRAM, "import", str(folder)]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as process:
        while not graph.value(cypher(OPEN)):
            assert process.poll() is None, "it was too fast"
            time.sleep(0.005)
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)
        assert process.wait(60) == 0


def test_of_two_imports_at_once_the_second_is_refused_by_name(
    graph: Graph, tmp_path: Path, cli_env: dict[str, str], upline: Upline
) -> None:
    first, second = (write(tmp_path / name, members=TANK + MANY) for name in ("one", "two"))
    with halted_import(graph, first, cli_env):
        began = time.monotonic()
        refused = upline("import", second)
        assert time.monotonic() - began < 10
    assert (refused.returncode, "[change_under_way]" in refused.stderr) == (2, True)
    assert f"import 1 of {first} is at work since" in refused.stderr
    assert upline("import", second).returncode == 0
    assert changes(graph) == [(1, "import", "complete")], "the second finds everything there"


def test_a_bulk_placement_ends_where_an_import_begins_and_says_who_was_not_tried(
    graph: Graph,
    tmp_path: Path,
    cli_env: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting_too = "P         A          -            -   2026-01-04\n"
    import_company(graph, write(tmp_path, members=TANK + waiting_too))
    write(tmp_path / "more", members="\n".join([*TANK.strip().splitlines()[:2], MANY]))
    monkeypatch.setattr(placing, "BATCH", 1)
    ways = dict.fromkeys(["N", "O", "P"], options("even_fill", {}))
    with ExitStack() as stack:

        def batches(show: Callable[[Placement], None]) -> Placements:
            def then_import(placement: Placement) -> None:
                show(placement)
                stack.enter_context(halted_import(graph, tmp_path / "more", cli_env))

            return placing.place_all(graph, ways, show=then_import)

        with pytest.raises(NotAllPlacedError, match="2 of 3 members found no place") as refusal:
            _place_all(list(ways), batches, json=False)
    assert "O: import 3 of" in refusal.value.what
    assert "[change_under_way]" in refusal.value.what
    assert "P: not tried" in refusal.value.what
    assert "found a place: N" in refusal.value.what
    assert capsys.readouterr().out.startswith("N is placed under ")
