"""Refunds that contradict their orders: refused by name, or remarked on by a rule of the company."""

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from engine.compute import compute
from engine.genealogy.changes.lane import Company, read_company
from engine.graph.database import Graph
from engine.intake.exporting import export_company
from engine.intake.importing import ImportReport, import_company
from engine.intake.load import check
from engine.intake.refunds import CONTRADICTIONS, FIGURES, UnknownRefundRuleError
from engine.intake.refusals import ImportRefusedError
from engine.progress import silent
from tests.conftest import Upline
from tests.support.small_tables import dump, refusals_of, write

FIELD = Path(__file__).parent.parent / "cases" / "field" / "23-refund-checks"
HEAD = "order_id ordered_at member_id kind qualifying_volume commissionable_volume amount currency refund_of"
MEMBERS = "member_id sponsor_id enrolled_on\nA - 2026-01-01\nB A 2026-01-01"
BOUGHT = f"""{HEAD}
o1 2026-11-05T10:00:00Z B sale 100 80.50 120 USD -
o2 2026-11-05T12:00:00Z B kit 0 0 15 USD -
e1 2026-11-05T10:00:00Z B sale 10 10 10 EUR -
"""
WRONG = [
    ("r 2026-11-06 B refund -100.01 -80.50 -120 USD o1", "too_large"),
    ("r 2026-11-06 B refund -100 -80.51 -120 USD o1", "too_large"),
    ("r 2026-11-06 B refund -100 -80.50 -120.01 USD o1", "too_large"),
    ("r 2026-11-06 B refund -1 0 0 USD o2", "too_large"),
    ("r 2026-11-06 A refund -1 -1 -1 USD o1", "other_member"),
    ("r 2026-11-05T09:59:59.999999Z B refund -1 -1 -1 USD o1", "before_order"),
    ("r 2026-11-04 B refund -1 -1 -1 USD o1", "before_order"),
    ("r 2026-11-06 B refund -1 -1 -1 USD e1", "other_currency"),
]
RIGHT = [
    "r 2026-11-06 B refund -100 -80.50 -120 USD o1",
    "r 2026-11-05T10:00:00Z B refund 0 0 -1 USD o1",
    "r 2026-11-05 B refund -1 -1 -1 USD o1",  # the day alone, and the order of that day
    "r 2026-11-01 A refund -999 -999 -999 EUR -",  # of an order that nobody names
]
ALL = dict.fromkeys(CONTRADICTIONS, "remark")


def imported(graph: Graph, folder: Path, rules: Any = None, **tables: str) -> ImportReport:
    return import_company(graph, write(folder, **tables), time_zone="UTC", refund_rules=rules)


def refused(graph: Graph, folder: Path, **tables: str) -> list[tuple[str, str]]:
    before = dump(graph)
    with pytest.raises(ImportRefusedError) as caught:
        imported(graph, folder, **tables)
    assert dump(graph) == before
    return [(one.name, one.where) for one in caught.value.refusals]


def test_the_contradictions_of_a_small_company_are_each_refused_by_line(graph: Graph) -> None:
    with pytest.raises(ImportRefusedError) as caught:
        import_company(graph, FIELD)
    assert [(one.name, one.where) for one in caught.value.refusals] == [
        ("refund_too_large", "orders.csv:6"),
        ("refund_other_member", "orders.csv:7"),
        ("refund_before_order", "orders.csv:8"),
        ("refund_of_refund", "orders.csv:9"),
        ("refund_other_currency", "orders.csv:10"),
    ]
    what = {one.name: one.what for one in caught.value.refusals}
    assert what == {
        "refund_too_large": "refund r2 takes back 100.00 of qualifying_volume, but 0.00 of order o1 is left",
        "refund_other_member": "refund r3 is credited to X, but order o2 to B",
        "refund_before_order": "refund r4 is dated 2026-11-01 10:00:00, "
        "before order o3 of 2026-11-06 10:00:00",
        "refund_of_refund": "refund r5 takes back r1, which is a refund itself",
        "refund_other_currency": "refund r6 is in EUR, but order o3 in USD",
    }


def test_what_is_sound_of_it_is_paid_once(graph: Graph, tmp_path: Path) -> None:
    """o1 is taken back once: A earns on o2 and o3 alone. The same order with another amount is refused."""
    report, runs = compute(
        FIELD, FIELD / "plan.toml", ["2026-11"], tmp_path / "out", accept_valid=True, graph=graph
    )
    assert (report.orders.added, report.orders.refused) == (4, 5)
    assert [row["paid"] for row in runs[0].totals] == [20_00]
    with pytest.raises(ImportRefusedError, match="o1 is stored with another qualifying_volume"):
        import_company(graph, FIELD / "later")


@pytest.mark.parametrize(("row", "name"), WRONG)
def test_a_contradiction_is_refused_in_one_delivery_and_in_a_later_one(
    row: str, name: str, graph: Graph, tmp_path: Path
) -> None:
    one = refusals_of(tmp_path, members=MEMBERS, orders=BOUGHT + row)
    imported(graph, tmp_path, members=MEMBERS, orders=BOUGHT)
    later = refused(graph, tmp_path, members=MEMBERS, orders=f"{HEAD}\n{row}")
    assert (one, later) == ([(f"refund_{name}", "orders.csv:5")], [(f"refund_{name}", "orders.csv:2")])


@pytest.mark.parametrize("row", RIGHT)
def test_a_sound_refund_is_taken_in_either_way(row: str, graph: Graph, tmp_path: Path) -> None:
    assert refusals_of(tmp_path, members=MEMBERS, orders=BOUGHT + row) == []
    imported(graph, tmp_path, members=MEMBERS, orders=BOUGHT)
    assert imported(graph, tmp_path, members=MEMBERS, orders=f"{HEAD}\n{row}").orders.added == 1


def test_refunds_of_several_deliveries_count_together(graph: Graph, tmp_path: Path) -> None:
    """In order of time: what is left is taken back by the earlier refund, wherever it is in the table."""
    half = "2026-11-06 B refund -60 -40 -60 USD o1"
    imported(graph, tmp_path, members=MEMBERS, orders=f"{BOUGHT}r1 {half}")
    rows = f"{HEAD}\nr2 2026-11-08 B refund -41 0 0 USD o1\nr3 2026-11-07 B refund -40 0 0 USD o1"
    assert refused(graph, tmp_path, members=MEMBERS, orders=rows) == [("refund_too_large", "orders.csv:2")]
    again = f"{HEAD}\nr1 {half}\nr3 2026-11-07 B refund -40 0 0 USD o1"
    report = imported(graph, tmp_path, members=MEMBERS, orders=again)
    assert (report.orders.unchanged, report.orders.added) == (1, 1)
    one_more = f"{HEAD}\nr4 2026-11-09 B refund -0.01 0 0 USD o1"
    assert refused(graph, tmp_path, members=MEMBERS, orders=one_more) == [
        ("refund_too_large", "orders.csv:2")
    ]


def test_the_day_of_a_refund_is_a_day_in_the_companys_zone(graph: Graph, tmp_path: Path) -> None:
    """In Kiritimati 2026-11-05T12:00Z is on the 6th."""
    write(tmp_path, members=MEMBERS, orders=f"{BOUGHT}r 2026-11-05 B refund 0 0 -1 USD o2")
    with pytest.raises(ImportRefusedError, match="refund_before_order"):
        import_company(graph, tmp_path, time_zone="Pacific/Kiritimati")
    write(tmp_path, orders=f"{BOUGHT}r 2026-11-06 B refund 0 0 -1 USD o2")
    assert import_company(graph, tmp_path, time_zone="Pacific/Kiritimati").orders.added == 4


def test_a_company_remarks_on_what_is_its_practice_until_it_refuses_it_again(
    graph: Graph, tmp_path: Path
) -> None:
    rows = "".join(f"{row.replace('r ', f'r{number} ', 1)}\n" for number, (row, _) in enumerate(WRONG))
    tables = {"members": MEMBERS, "orders": f"{BOUGHT}{rows}rr 2026-11-09 B refund -1 0 0 USD r5"}
    first = imported(graph, tmp_path, ALL, **tables)
    assert set(first.remarked_refunds) == set(CONTRADICTIONS)
    remarks = [each for each in first.warnings if each.startswith("orders.csv")]
    assert len(remarks) == len(CONTRADICTIONS) - 1  # nothing is committed here
    assert "orders.csv: 1 refunds are credited to another member than their order: r4" in remarks
    assert imported(graph, tmp_path, **tables).orders.unchanged == 12
    more = f"{HEAD}\nx 2026-11-10 A refund -1 0 0 USD o2"
    again = imported(graph, tmp_path, {"too_large": "refuse"}, members=MEMBERS)
    assert (again.number, set(again.remarked_refunds)) == (2, set(CONTRADICTIONS) - {"too_large"})
    assert set(read_company(graph).remarked_refunds) == set(again.remarked_refunds)
    assert refused(graph, tmp_path, members=MEMBERS, orders=more) == [("refund_too_large", "orders.csv:2")]
    assert imported(graph, tmp_path, {"too_large": "remark"}, members=MEMBERS, orders=more).orders.added == 1
    folder = export_company(graph, tmp_path / "out").folder
    graph.batched("schema/wipe")
    assert set(import_company(graph, folder).remarked_refunds) == set(CONTRADICTIONS)


def test_a_rule_that_does_not_exist_is_refused(graph: Graph, upline: Upline, tmp_path: Path) -> None:
    for rules in ({"other": "remark"}, {"too_large": "ignore"}, {"": ""}):
        with pytest.raises(UnknownRefundRuleError):
            imported(graph, tmp_path, rules, members=MEMBERS)
    shown = upline("import", "--help").stdout
    assert [name for name in CONTRADICTIONS if name not in shown] == []
    done = upline("import", tmp_path, "--refund-rule", "too_large")
    assert (done.returncode, "there is no rule too_large= for refunds" in done.stderr) == (2, True)
    write(tmp_path, orders=f"{BOUGHT}r 2026-11-06 A refund -1 -1 -1 USD o1")
    done = upline(
        "import", tmp_path, "--refund-rule", "other_member=remark", "--refund-rule", "of_refund=remark"
    )
    assert "refunds that are remarked on: of_refund, other_member" in done.stdout


_figures = some.integers(0, 4)
_refund = some.tuples(some.integers(0, 2), some.integers(0, 30), _figures, _figures, _figures)


@settings(max_examples=150)
@given(some.lists(_refund, max_size=12))
def test_sound_refunds_never_take_back_more_than_was_bought(refunds: list[tuple[Any, ...]]) -> None:
    """And each refused one would: with the sound ones of its order that are dated before, it is too large."""
    orders = "".join(f"o{number} 2026-10-01 B sale 7 5 6 USD -\n" for number in range(3))
    rows = "".join(
        f"r{row} 2026-11-{day + 1:02d} B refund -{qv} -{cv} -{amount} USD o{order}\n"
        for row, (order, day, qv, cv, amount) in enumerate(refunds)
        if day < 30
    )
    kept = [refund for refund in refunds if refund[1] < 30]
    with TemporaryDirectory() as name:
        folder = write(Path(name), members=MEMBERS, orders=f"{HEAD}\n{orders}{rows}")
        load = check(None, folder, Company(), None, {}, silent)
    assert load.orders is not None
    out = {row - 3 for row in load.refusals.rows(load.orders.table)}
    left: dict[int, list[int]] = defaultdict(lambda: [7, 5, 6])
    for row in sorted(range(len(kept)), key=lambda row: (kept[row][1], row)):
        order, _, *figures = kept[row]
        after = [have - back for have, back in zip(left[order], figures, strict=True)]
        assert (min(after) < 0) == (row in out), f"row {row} of {len(FIGURES)} figures"
        left[order] = left[order] if row in out else after
