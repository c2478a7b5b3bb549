"""Months of the plan aurora in SQL: every figure equals the engine's, and one that differs is noticed."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import anchor, postgres
from bench.cell import PLAN
from bench.month import MONTHS
from engine import sample
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import RunRecord
from engine.period import period
from engine.run import run_file

MEMBERS = 300
RANKS = ("none", "Builder", "Leader", "Director")


@pytest.fixture(scope="module")
def connection() -> Iterator[Any]:
    try:
        with postgres.server(postgres.DURABLE) as connected:
            yield connected
    except postgres.NoPostgresError as error:
        pytest.skip(str(error))


def grant(folder: Path) -> None:
    """Overrides for many: forced ranks in October, exempt members and waived floors in November."""
    rows = []
    for number in range(1, MEMBERS):
        if number % 3 == 0:
            rows.append((number, "exempt", "", MONTHS[1], MONTHS[1]))
        if number % 11 == 0:
            rows.append((number, "rank", RANKS[number % 4], MONTHS[0], MONTHS[0]))
        if number % 22 == 0:
            rows.append((number, "rank", RANKS[(number + 1) % 4], MONTHS[1], ""))
        if number % 7 == 0:
            rows.append((number, "active", "", MONTHS[1], ""))
    with (folder / "members.csv").open(encoding="utf-8", newline="") as file:
        members = [row["member_id"] for row in csv.DictReader(file)]
    with (folder / "overrides.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("member_id", "kind", "value", "first_period", "last_period", "actor", "reason"))
        writer.writerows((members[number], *rest, "tests", "to see it") for number, *rest in rows)


@pytest.mark.parametrize("shape", ["binary", "deep"])
def test_every_figure_of_two_months_is_the_engines(
    connection: Any, graph: Graph, tmp_path: Path, shape: str
) -> None:
    sample.make(MEMBERS, 5, shape, tmp_path)
    grant(tmp_path)
    import_company(graph, tmp_path)
    runs = [run_file(graph, PLAN, name) for name in MONTHS]
    anchor.load(connection, tmp_path)
    for number, run in enumerate(runs, 1):
        anchor.compute(connection, number, period(run.period))
        comparison = anchor.compare(connection, graph, run, number)
        assert comparison.examples == []
        assert comparison.different == 0
        assert comparison.compared > 14 * run.facts["members"]
    assert_worth_comparing(connection, shape)
    assert_found(connection, graph, runs[-1])


def assert_worth_comparing(connection: Any, shape: str) -> None:
    """The company has what a comparison needs: otherwise the months could agree because both are empty."""

    def counted(what: str) -> int:
        return int(connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0])

    main = "placement" if shape == "binary" else "sponsor"
    assert connection.execute("SELECT main_tree FROM company").fetchone()[0] == main
    assert counted(f"edge WHERE tree = '{main}' AND until BETWEEN '2026-10-01' AND '2026-11-30'") > 0
    assert counted("orders WHERE refund_of IS NOT NULL") > 5
    assert counted(
        "orders JOIN orders AS bought ON bought.order_no = orders.refund_of WHERE bought.customer > 0"
    )
    for status in ("active", "terminated"):
        assert counted(f"standing WHERE run = 2 AND status = '{status}'") > 5
    assert counted("standing WHERE run = 2 AND customer_volume > 0") > 20
    for rank in range(4):
        assert counted(f"standing WHERE run = 1 AND rank = {rank}") > 0
    assert counted("standing WHERE run = 2 AND qualified_rank < rank AND rank = kept_rank") > 0, "exempt"
    assert counted("standing WHERE run = 2 AND qualified_rank < lifetime_rank") > 0
    assert counted("standing WHERE run = 2 AND active AND personal_volume < 6000") > 0, "waived"
    assert counted("earning WHERE run = 2 AND exact <> amount * 1000000") > 5, "rounding"
    assert counted("unpaid WHERE run = 2") == 3


def assert_found(connection: Any, graph: Graph, run: RunRecord) -> None:
    """One changed figure in each table, and a row too few, are differences."""
    connection.execute("UPDATE standing SET group_volume = group_volume + 1 WHERE run = 2 AND depth = 0")
    roots = connection.execute("SELECT count(*) FROM standing WHERE run = 2 AND depth = 0").fetchone()[0]
    connection.execute("""
        DELETE FROM earning WHERE ctid = (SELECT ctid FROM earning WHERE run = 2 AND bonus = 'Team' LIMIT 1)
    """)
    connection.execute("UPDATE bonus_total SET payees = payees - 1 WHERE run = 2 AND bonus = 'Retail'")
    connection.execute("UPDATE unpaid SET exact = 0 WHERE run = 2 AND bonus = 'Retail'")
    comparison = anchor.compare(connection, graph, run, 2)
    figures = {(each["result"], each["figure"]) for each in comparison.examples}
    assert figures >= {
        ("standings", "group_volume"), ("totals", "payees"), ("breakage", "exact"), ("earnings", "amount"),
    }  # fmt: skip
    missing = 5
    assert comparison.different == roots + missing + 2


def test_a_month_that_contradicts_itself_is_refused(connection: Any, tmp_path: Path) -> None:
    """Two members under each other are in no level, so they have no standing."""
    (tmp_path / "members.csv").write_text(
        "member_id,sponsor_id,enrolled_on\nA,,2026-01-01\nB,C,2026-01-02\nC,B,2026-01-03\n", encoding="utf-8"
    )
    anchor.load(connection, tmp_path)
    with pytest.raises(anchor.CheckFailedError, match="everyone has a standing: 1 instead of 3"):
        anchor.compute(connection, 1, period(MONTHS[0]))


def test_halves_go_to_the_even_neighbour(connection: Any, tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_text("member_id,enrolled_on\nA,2026-01-01\n", encoding="utf-8")
    anchor.load(connection, tmp_path)
    for exact, cents in ((250, 2), (350, 4), (249, 2), (251, 3), (-250, -2), (-350, -4), (-251, -3), (0, 0)):
        assert connection.execute("SELECT half_even(%s, 100)", (exact,)).fetchone()[0] == cents
