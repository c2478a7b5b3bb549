"""Published figures of full matrices, too large for a data case: capacity, one paid level, all that count.

FM-03: https://github.com/mheuss/mlmforge content/guides/matrix.md commit 2f7bd22b
FM-04: http://www.richmentorship.com/matrix-compensation-plan.html
FM-06: http://everlasting-gold.20megsfree.com/prog03.htm
"""

from collections import Counter

import pytest

from engine.access.reach import Reach
from engine.answers.lines import lines_paid_to
from engine.answers.pay import statement
from engine.graph.database import Graph
from engine.passes.record import RunRecord
from tests.oracle.notation import regular
from tests.support.companies import month

THREE_BY_SEVEN, TWO_BY_TWELVE, REFERRAL = "three", "two", "referral"
DEEPEST = 3**7
"""Members of the seventh level of the matrix that is three wide."""


def bonus(name: str, kind: str, *options: str) -> str:
    return "\n".join(
        ["  [[bonus]]", f'  name = "{name}"', f'  kind = "{kind}"', *(f"  {o}" for o in options)]
    )


def company() -> str:
    """Three full matrices; everybody has a sale, and each of the deepest of the first has three customers."""
    trees = [
        row.replace("YOU", top)
        for top, width, depth in ((THREE_BY_SEVEN, 3, 7), (TWO_BY_TWELVE, 2, 12), (REFERRAL, 2, 9))
        for row in regular(width, depth).splitlines()[1:]
    ]
    deepest = [row.split()[0] for row in trees if row.startswith(THREE_BY_SEVEN)][-DEEPEST:]
    buyers = [(f"{member}-c{number}", member) for member in deepest for number in range(3)]
    plan = [
        bonus("Count", "level_amount", 'per = "member"', f"amounts = {[1] * 12}", 'on = "own"'),
        bonus("Full 3x7", "filled_levels", "width = 3", f"amounts = {[1] * 7}"),
        bonus("Full 2x12", "filled_levels", "width = 2", f"amounts = {[1] * 12}"),
        bonus("FM-04", "unilevel", f"rates = {[0] * 6 + [0.07]}", 'on = "customers"'),
    ]
    sales = [f"{row.split()[0]} - 1 1" for row in trees]
    sales += [f"{member} {customer} 25 25" for customer, member in buyers]
    parts = {
        "members": ["member sponsor", *trees],
        "customers": ["customer member", *(f"{customer} {member}" for customer, member in buyers)],
        "orders": ["member customer qv cv", *sales],
    }
    tables = [f"{name}:\n" + "\n".join(f"  {row}" for row in rows) for name, rows in parts.items()]
    return "\n".join(['plan:\n  name = "Matrices"', *plan, *tables])


@pytest.fixture(scope="module")
def run(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    server_graph.batched("schema/wipe")
    return month(server_graph, tmp_path_factory.mktemp("matrices"), company())


def paid(graph: Graph, run: RunRecord, member_id: str) -> dict[str, int]:
    """Earnings of a member in cents, by bonus."""
    return {one.bonus: one.amount for one in statement(graph, Reach.everything, run, member_id).earnings}


def test_fm_03_full_matrices_have_as_many_positions_as_published(run: RunRecord, server_graph: Graph) -> None:
    three, two = (paid(server_graph, run, member) for member in (THREE_BY_SEVEN, TWO_BY_TWELVE))
    assert (three["Count"], two["Count"]) == (3279_00, 8190_00)
    assert (three["Full 3x7"], two["Full 2x12"]) == (7_00, 12_00)
    lines = lines_paid_to(server_graph, Reach.everything, run, THREE_BY_SEVEN)
    levels = Counter(line.level for line in lines if line.bonus == "Count")
    assert [levels[level] for level in range(1, 8)] == [3, 9, 27, 81, 243, 729, 2187]


def test_fm_04_seven_per_cent_of_what_the_customers_of_the_seventh_level_buy(
    run: RunRecord, server_graph: Graph
) -> None:
    lines = [
        each
        for each in lines_paid_to(server_graph, Reach.everything, run, THREE_BY_SEVEN)
        if each.bonus == "FM-04"
    ]
    assert len({line.source_id for line in lines}) == 2187
    assert (len(lines), sum(line.base for line in lines)) == (6561, 164025_00)
    assert paid(server_graph, run, THREE_BY_SEVEN)["FM-04"] == 11481_75


def test_fm_06_a_referral_has_at_most_1022_members_on_nine_levels(
    run: RunRecord, server_graph: Graph
) -> None:
    assert paid(server_graph, run, REFERRAL)["Count"] == 1022_00
