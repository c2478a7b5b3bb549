"""A change set is complete or absent: whatever an interrupted one wrote is taken back."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pytest

from engine.genealogy.changes.lane import ChangeUnderWayError, read_company, signed, unfinished
from engine.genealogy.changes.undo import settle, take_back
from engine.genealogy.changes.writing import OPERATIONS, ChangeLostError, ChangeSet, opened
from engine.graph import claims
from engine.graph.claims import BEAT_SECONDS, STALE_SECONDS, WorkClaim
from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.conftest import Upline
from tests.support.companies import cypher
from tests.support.small_tables import ask, dump, write

ORDER_COLUMNS = (
    "order_id ordered_at member_id customer_id kind "
    "qualifying_volume commissionable_volume amount currency refund_of"
)
FIRST = {
    "members": """
        member_id sponsor_id placement_id leg enrolled_on status name  country owner_id
        1         -          -            -   2026-01-01  active "A B" DE      -
        11        1          1            L   2026-02-01  active Bea   DE      o1
        12        1          1            R   2026-02-01  active -     AT      -
        14        1          12           L   2026-02-02  active Dan   AT      -
    """,
    "customers": """
        customer_id name  member_id since
        c1          Carla 11        2026-02-02
        c2          -     12        -
    """,
    "prospects": """
        prospect_id member_id name source since
        p1          11        Pia  fair   2026-02-05
    """,
    "orders": f"""
        {ORDER_COLUMNS}
        a 2026-11-03T10:00:00Z 11 - sale 100 80.50 120.99 USD -
        b 2026-11-04T23:30:00 11 c1 kit 10 0 15 USD -
    """,
    "facts": """
        member_id name   value period
        11        points 5     2026-11
        12        points 6     -
    """,
    "overrides": """
        member_id kind   value first_period last_period actor reason
        12        active -     2026-11      2026-11     desk  "by phone"
    """,
    "openings": """
        member_id plan period  kind name part value
        12        P    2026-10 leg  Two  left 5
    """,
    "outside_earnings": """
        member_id period  bonus amount currency
        12        2026-11 Else  5      USD
    """,
    "moves": """
        member_id tree      parent_id leg effective_on recorded_at          actor reason
        14        placement 11        L   2026-05-01   2026-05-01T10:00:00Z desk  "by wish"
    """,
}  # fmt: skip
SECOND = {
    "members": """
        member_id sponsor_id placement_id leg enrolled_on status     name  country owner_id
        11        1          1            L   2026-02-01  terminated Beate CH      -
        12        1          1            R   2026-02-01  suspended  Cleo  -       o2
        13        1          12           R   2026-03-01  active     Eve   FR      -
        131       13         13           L   2026-03-02  active     Fay   FR      -
    """,
    "customers": """
        customer_id name member_id since
        c1          Cara 12        2026-02-03
        c2          Cem  13        2026-03-03
        c3          -    131       2026-04-01
    """,
    "prospects": """
        prospect_id member_id name source since
        p1          12        Pina web    2026-02-06
        p2          13        -    -      2026-03-05
    """,
    "orders": f"""
        {ORDER_COLUMNS}
        z 2026-11-08 13 c3 sale 5 5 5 USD -
        br 2026-11-09 11 c1 refund -5 0 -5 USD b
    """,
    "facts": """
        member_id name   value period
        11        points 7     2026-11
        13        points 8     2026-11
    """,
    "overrides": """
        member_id kind   value first_period last_period actor reason
        12        active -     2026-11      2026-12     desk  "by post"
        11        exempt -     2026-11      2026-11     desk  "ill"
    """,
    "openings": """
        member_id plan period  kind name part  value
        12        P    2026-10 leg  Two  left  7.50
        12        P    2026-10 leg  Two  right -1
    """,
    "outside_earnings": """
        member_id period  bonus amount currency
        12        2026-11 Else  6      USD
        13        2026-11 Else  7      -
    """,
    "moves": """
        member_id tree      parent_id leg effective_on recorded_at          actor reason
        14        placement 12        L   2026-06-01   2026-06-01T10:00:00Z desk  "back again"
        11        sponsor   13        -   2026-06-01   2026-06-01T10:00:00Z desk  -
        12        sponsor   131       -   2026-06-02   2026-06-01T10:00:00Z -     -
    """,
}  # fmt: skip
"""A second import that adds to every table, and overwrites whatever an import can overwrite."""
DATED = ("import_no", "opened_no", "closed_no", "withdrawn_no", "number", "last_change")


class Interrupted(BaseException):
    """Stands in for a process that is gone."""


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    return write(tmp_path / "first", **FIRST), write(tmp_path / "second", **SECOND)


def company_state(graph: Graph) -> list[str]:
    """Everything in the database but what says how often something was tried."""
    return [line for line in dump(graph, "last_change", "heartbeat_at") if "str taken back" not in line]


@contextmanager
def interrupted_at(write_number: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process is gone instead of writing for the n-th time."""
    left = write_number
    with monkeypatch.context() as patch:
        for name in ("together", "write_rows", "write", "batched"):
            real = getattr(Graph, name)

            def counted(*arguments: Any, real: Any = real, **parameters: Any) -> Any:
                nonlocal left
                if arguments[1:2] == ("changes/beat",):  # the heartbeat, at whatever moment
                    return real(*arguments, **parameters)
                left -= 1
                if left == 0:
                    raise Interrupted
                return real(*arguments, **parameters)

            patch.setattr(Graph, name, counted)
        yield


def test_the_second_import_changes_in_every_way(graph: Graph, folders: tuple[Path, Path]) -> None:
    import_company(graph, folders[0])
    import_company(graph, folders[1])
    touched = set(ask(graph, "MATCH (c:Change {number: 2}) RETURN c.touched AS touched")[0]["touched"])
    # A placement is one transaction, and settings are written as the change set completes.
    settings = {"one_tree_set", "time_zone_set", "refund_rules_set", "currencies_set", "preferences_set"}
    settings |= {"period_rules_set", "ledger_rules_set"}
    settings |= {"corrections_added", "corrections_moved"}  # nothing is committed here
    assert touched == set(OPERATIONS) - settings - {"members_placed"}


def test_interrupted_at_every_write(
    graph: Graph, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    import_company(graph, folders[0])
    before = company_state(graph)
    import_company(graph, folders[1])
    whole = dump(graph, *DATED, "heartbeat_at")
    writes, differed = 0, 0
    while True:
        writes += 1
        graph.batched("schema/wipe")
        import_company(graph, folders[0])
        try:
            with interrupted_at(writes, monkeypatch):
                import_company(graph, folders[1])
        except Interrupted:
            pass
        else:
            break
        assert read_company(graph).last_change == 1
        left = unfinished(graph)
        differed += any("str running" not in line for line in set(company_state(graph)) - set(before))
        settled = settle(graph)
        assert bool(settled) == (left is not None)
        assert company_state(graph) == before
        import_company(graph, folders[1])
        after = dump(graph, *DATED, "heartbeat_at")
        assert [line for line in after if "str taken back" not in line] == whole
    assert differed > 12, "every kind of write was interrupted once"


def test_taking_back_is_interrupted_at_every_write(
    graph: Graph, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    import_company(graph, folders[0])
    before = company_state(graph)
    writes = 0
    while True:
        writes += 1
        graph.batched("schema/wipe")
        import_company(graph, folders[0])
        with monkeypatch.context() as patch:
            patch.setattr(ChangeSet, "complete", lambda *_, **__: (_ for _ in ()).throw(Interrupted()))
            with pytest.raises(Interrupted):
                import_company(graph, folders[1])
        try:
            with interrupted_at(writes, monkeypatch):
                settle(graph)
        except Interrupted:
            assert settle(graph) == [
                f"import 2 of {folders[1]} was interrupted; what it had written was taken back"
            ]
            assert company_state(graph) == before
        else:
            break
    assert writes > 8, "every step of taking back was interrupted once"


KILLED = """
import os, signal, sys
from pathlib import Path
from engine.genealogy.changes.writing import ChangeSet
from engine.intake.importing import import_company
from engine.server.connect import connect
def deadly(self, orders):
    print("writing orders", flush=True)
    os.kill(os.getpid(), signal.Signals[sys.argv[2]])
ChangeSet.add_orders = deadly
with connect() as graph:
    import_company(graph, Path(sys.argv[1]))
"""


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_killed_import_leaves_statuses_and_customers_as_they_were(
    graph: Graph, folders: tuple[Path, Path], cli_env: dict[str, str], upline: Upline, name: str
) -> None:
    import_company(graph, folders[0])
    before = company_state(graph)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, folders[1], name],
        env=cli_env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (killed.returncode, killed.stdout) == (-signal.Signals[name], "writing orders\n"), killed.stderr
    left = unfinished(graph)
    assert left is not None
    assert (left.number, left.directory, left.alive) == (2, str(folders[1]), False)
    statuses = "MATCH (m:Member) RETURN m.member_id AS id, m.status AS status"
    assert {row["id"]: row["status"] for row in ask(graph, statuses)}["11"] == "terminated"
    done = upline("import", folders[0])
    assert done.returncode == 0, done.stderr
    assert "was interrupted; what it had written was taken back" in done.stderr.replace("\n", " ")
    assert company_state(graph) == before


def test_what_a_complete_change_overwrote_is_kept(graph: Graph, folders: tuple[Path, Path]) -> None:
    import_company(graph, folders[0])
    import_company(graph, folders[1])
    text = """
        MATCH (past:Past)-[:PAST_OF]->(of)
        RETURN coalesce(of.prospect_id, of.customer_id, of.member_id) AS id, past {.*} AS past ORDER BY id
    """
    pasts = {row["id"]: row["past"] for row in ask(graph, text)}
    assert pasts["11"] == {
        "name": "Bea", "status": "active", "country": "DE", "owner_id": "o1", "closed_no": 2,
    }  # fmt: skip
    assert (pasts["c1"]["name"], pasts["c1"]["member_id"]) == ("Carla", "11")
    assert set(pasts) == {"11", "12", "c1", "c2", "p1"}


# Who is at work


def claimed(graph: Graph, host: str, idle: int) -> None:
    """An open import of a process, with a heartbeat so many seconds ago."""
    graph.write("changes/open", number=1, facts=signed("import", directory="elsewhere") | {"host": host})
    run(
        graph,
        f"MATCH (c:Change {{number: 1}}) SET c.heartbeat_at = datetime() - duration({{seconds: {idle}}})",
    )


def run(graph: Graph, text: str) -> None:
    graph.batched(cypher(text))


def test_a_living_import_of_this_machine_is_left_alone(graph: Graph, folders: tuple[Path, Path]) -> None:
    parent = psutil.Process(os.getppid())
    facts = signed("import", directory="elsewhere")
    facts |= {"pid": parent.pid, "pid_started": int(parent.create_time())}
    graph.write("changes/open", number=1, facts=facts)
    with pytest.raises(ChangeUnderWayError, match="import 1 of elsewhere is at work"):
        import_company(graph, folders[0])


def test_an_import_of_another_machine_is_left_alone_while_its_heart_beats(
    graph: Graph, folders: tuple[Path, Path]
) -> None:
    claimed(graph, "another machine", idle=STALE_SECONDS - 20)
    with pytest.raises(ChangeUnderWayError, match="import 1 of elsewhere is at work"):
        import_company(graph, folders[0])
    run(graph, "MATCH (c:Change) SET c.heartbeat_at = c.heartbeat_at - duration({seconds: 40})")
    assert import_company(graph, folders[0]).number == 2


def test_another_thread_of_this_process_is_left_alone(graph: Graph) -> None:
    facts = signed("import", directory="d")
    with (
        opened(graph, 0, facts, lambda _rows: None),
        pytest.raises(ChangeUnderWayError, match="import 1 of d is at work"),
    ):
        settle(graph)
    # The block is over without completing: nobody is at work any more.
    assert settle(graph) == ["import 1 of d was interrupted; what it had written was taken back"]


def test_who_slept_too_long_writes_nothing_more(graph: Graph, folders: tuple[Path, Path]) -> None:
    import_company(graph, folders[0])
    before = company_state(graph)
    facts = signed("import", directory="d") | {"host": "a machine that sleeps"}
    rows = ask(graph, "MATCH (m:Member {member_id: '11'}) RETURN m {.*} AS member")
    assert rows[0]["member"]["status"] == "active"
    with opened(graph, 1, facts, lambda _rows: None) as change:
        table = pa.table(
            {
                "member_id": ["11"],
                "name": ["X"],
                "status": ["terminated"],
                "country": ["X"],
                "owner_id": ["x"],
            }
        )
        change.update_members(table)
        run(graph, "MATCH (c:Change {number: 2}) SET c.heartbeat_at = datetime('2026-01-01T00:00:00Z')")
        assert take_back(graph, 2)
        assert not take_back(graph, 2)
        assert company_state(graph) == before
        with pytest.raises(ChangeLostError, match="change 2 was taken back while it was at work"):
            change.update_members(table)
        with pytest.raises(ChangeLostError):
            change.complete(read_company(graph), one_tree=False, time_zone="UTC")
    assert company_state(graph) == before


def test_two_who_take_back_do_not_meet(graph: Graph) -> None:
    facts = signed("import", directory="d")
    graph.write("changes/open", number=1, facts=facts)
    claim = WorkClaim()
    with claim.held():
        graph.write("changes/taking_back", number=1, facts=claim.facts)
        with pytest.raises(ChangeUnderWayError, match="another command is taking it back"):
            settle(graph)
    assert len(settle(graph)) == 1


def test_an_open_change_says_every_few_seconds_that_it_is_alive(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert BEAT_SECONDS * 5 < STALE_SECONDS
    monkeypatch.setattr(claims, "BEAT_SECONDS", 0.02)
    beat = "MATCH (c:Change {number: 1}) RETURN c.heartbeat_at AS at"
    with opened(graph, 0, signed("import", directory="d"), lambda _rows: None):
        first = ask(graph, beat)[0]["at"]
        deadline = time.monotonic() + 30
        while ask(graph, beat)[0]["at"] == first:
            assert time.monotonic() < deadline
