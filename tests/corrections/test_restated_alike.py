"""Random companies: a restated run is the paid one without refunds, and a fresh company's with them."""

import csv
import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from engine.corrections.frozen import compute
from engine.graph.database import Graph
from engine.intake.importing import import_company, import_rows
from engine.passes.record import RunRecord
from engine.passes.replay import period_of, whole_plan_of
from engine.period import Period, period
from engine.periods.committing import commit
from engine.periods.steps import set_rules
from engine.plans.reader import read
from engine.progress import silent
from engine.run import STAGES, run
from engine.runs.life import tried
from tests.support.companies import cypher
from tests.support.groves import seeds
from tests.support.restated import paid
from tests.support.strategies import Case, grove
from tests.support.strategies_binary import legged_grove
from tests.support.strategies_differentials import family_grove
from tests.support.strategies_generations import calendar_grove

MONTHS = ("2025-10", "2025-11", "2025-12")
MONTHLY: dict[str, Callable[[int, int], Case]] = {
    "plain": grove,
    "binary": legged_grove,
    "differentials": family_grove,
}
FAMILIES: dict[str, Callable[[int, int], Case]] = {**MONTHLY, "calendars": calendar_grove}
COUNT, RETURNED = 40, 25


def made(folder: Path, family: str, seed: int) -> Path:
    """A grove a year earlier, so that its months are over."""
    FAMILIES[family](seed, COUNT).write(folder)
    for path in folder.iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace("2026", "2025"), encoding="utf-8")
    return folder


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("seed", seeds(4))
def test_without_refunds_it_is_the_paid_run(graph: Graph, tmp_path: Path, family: str, seed: int) -> None:
    folder = made(tmp_path, family, seed)
    import_company(graph, folder)
    plan = read(folder / "plan.toml", None)
    runs = [run(graph, plan, period(name, plan.zone)) for name in MONTHS[:2]]
    with tried(graph, plan, period(MONTHS[2], plan.zone), silent) as work:
        for paid in runs:
            of = whole_plan_of(paid)
            for held in (True, False):
                before = paid.facts.get("previous")
                again = compute(work, STAGES, paid, of, period_of(paid, of), before, held=held)
                assert outcome(again) == outcome(paid), held


def outcome(of: RunRecord) -> tuple[object, ...]:
    return of.facts["results_hash"], of.facts["carry_hash"], of.totals


@pytest.mark.parametrize("family", MONTHLY)
@pytest.mark.parametrize("seed", seeds(4))
def test_with_refunds_it_is_what_a_company_pays_that_had_them_in_time(
    graph: Graph, tmp_path: Path, family: str, seed: int
) -> None:
    """So is the open month, which carries on from it, to the last figure."""
    folder = made(tmp_path, family, seed)
    plan = read(folder / "plan.toml", None)
    months = [period(name, plan.zone) for name in MONTHS[:2]]
    import_company(graph, folder)
    set_rules(graph, corrected_ranks="restated")
    run(graph, plan, months[0])
    commit(graph, MONTHS[0], first=True)
    orders = rows(folder)
    returned = chosen(orders, random.Random(seed))
    assert returned
    import_rows(graph, {"orders": [back(each) for each in returned]})
    open_month = run(graph, plan, months[1])
    (number,) = open_month.facts["restated"]
    figures = [hashes(graph, number), hashes(graph, open_month.number)]
    now = [paid(graph, number), paid(graph, open_month.number)]

    write(folder, within(orders + [back(each) for each in returned], months[0]))
    graph.batched("schema/wipe")
    import_company(graph, folder)
    again = [run(graph, plan, month).number for month in months]
    assert figures == [hashes(graph, each) for each in again]
    assert now == [paid(graph, each) for each in again]


def within(orders: list[dict[str, str]], month: Period) -> list[dict[str, str]]:
    """The same orders, but that refunds of the month's orders come with the orders."""
    at = {each["order_id"]: datetime.fromisoformat(each["ordered_at"]) for each in orders}
    moved = []
    for each in orders:
        of = each.get("refund_of")
        late = of and month.start <= at[of] < month.end <= at[each["order_id"]]
        moved.append(each | {"ordered_at": at[of].isoformat()} if of and late else each)
    return moved


def hashes(graph: Graph, number: int) -> list[str]:
    """The hashes of a run's figures, and of what it hands on."""
    text = "MATCH (run:Run {number: $run}) RETURN [run.figures_hash, run.carry_hash] AS hashes"
    listed: list[str] = graph.value(cypher(text, "run"), run=number)
    return listed


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "orders.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(folder: Path, orders: list[dict[str, str]]) -> None:
    with (folder / "orders.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, orders[0].keys(), restval="")
        out.writeheader()
        out.writerows(orders)


def chosen(orders: list[dict[str, str]], chance: random.Random) -> list[dict[str, str]]:
    """Some orders of October that nobody has returned."""
    taken_back = {each["refund_of"] for each in orders}
    able = [
        each
        for each in orders
        if "2025-10-03" < each["ordered_at"] < "2025-10-29"
        and each["kind"] != "refund"
        and each["order_id"] not in taken_back
    ]
    return chance.sample(able, min(RETURNED, len(able)))


def back(order: dict[str, str]) -> dict[str, str]:
    """The refund of a whole order, some weeks after."""
    figures = {
        name: f"-{order[name]}" if float(order[name]) else "0"
        for name in ("qualifying_volume", "commissionable_volume", "amount")
    }
    names = {"order_id": f"{order['order_id']}back", "kind": "refund", "refund_of": order["order_id"]}
    kept = {name: value for name, value in order.items() if value}
    return kept | figures | names | {"ordered_at": "2025-11-20T10:00:00Z"}
