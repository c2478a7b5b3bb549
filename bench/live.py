"""Orders that come in while a period is open: how soon group volumes are up to date, and whether right."""

import csv
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Facts, seconds_of, spread
from bench.month import MONTHS
from bench.progress import show, step
from bench.tree import Tree
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.period import Period, period
from engine.plans.plan import Plan
from engine.run import refresh, run
from engine.runs import removal
from engine.runs.live import differences

ORDERS = 1_000
"""New orders of one batch, each of a random member."""
HEADER = (
    "order_id", "ordered_at", "member_id", "kind", "qualifying_volume", "commissionable_volume", "amount",
    "currency",
)  # fmt: skip


def measure(graph: Graph, plan: Plan, company: Path, tree: Tree, seed: int, repeats: int) -> Facts:
    """Seconds to build live figures once, to follow a batch of orders, and to run the month from them.

    Each run from them has one from nothing right after it: a quarter of an hour apart, the same run may take
    a fifth more on the same machine.
    """
    month = period(MONTHS[-1], plan.zone)
    chance = random.Random(f"{seed}/live")
    with step("building live figures"):
        built = seconds_of(lambda: refresh(graph, plan, month))
    show("live figures built", f"{built:,.2f} s")
    imported: list[float] = []
    refreshed: list[float] = []
    touched: list[int] = []
    for batch in range(max(repeats, 1) + 1):
        with tempfile.TemporaryDirectory(prefix="upline-bench-") as name, step(f"{ORDERS:,} new orders"):
            _write(Path(name), company, _orders(batch, tree, chance))
            imported.append(seconds_of(lambda: import_company(graph, Path(name))))
            began = time.perf_counter()
            live = refresh(graph, plan, month)
            refreshed.append(time.perf_counter() - began)
            touched.append(live.touched)
    wrong = len(differences(graph, live.run))
    refresh_seconds = spread(refreshed[1:])
    show(f"group volumes right after {ORDERS:,} orders", f"{refresh_seconds['median']:,.3f} s")
    pairs, equal = _pairs(graph, plan, month, repeats)
    return {
        "orders": ORDERS,
        "build_seconds": round(built, 3),
        "import": spread(imported[1:]),
        "refresh": refresh_seconds,
        "touched": max(touched),
        "rebuilt": live.rebuilt,
        "same": not wrong and equal,
        "run_seconds": round(statistics.median(live for live, _ in pairs), 3),
        "run_ratio": round(statistics.median(live / nothing for live, nothing in pairs), 3),
    }


def _pairs(graph: Graph, plan: Plan, month: Period, repeats: int) -> tuple[list[tuple[float, float]], bool]:
    """Seconds of runs from live figures, and of one from nothing after each; whether all results match."""
    pairs: list[tuple[float, float]] = []
    hashes: set[str] = set()

    def seconds_of_run(what: str) -> float:
        with step(what):
            began = time.perf_counter()
            done = run(graph, plan, month)
            seconds = time.perf_counter() - began
        hashes.add(done.facts["results_hash"])
        removal.remove(graph, done.number)
        removal.sweep(graph)
        return seconds

    for number in range(max(repeats, 1)):
        if number:
            with step("building live figures again"):
                refresh(graph, plan, month)
        pairs.append(
            (seconds_of_run("closing the month from them"), seconds_of_run("closing it from nothing"))
        )
        show("a run from live figures, and one from nothing", "{:,.2f} and {:,.2f} s".format(*pairs[-1]))
    return pairs, len(hashes) == 1


def _orders(batch: int, tree: Tree, chance: random.Random) -> Iterator[tuple[str, ...]]:
    for number in range(ORDERS):
        volume = f"{chance.randint(10, 150)}.00"
        day = f"{MONTHS[-1]}-{chance.randint(20, 28)}T12:00:00Z"
        member = chance.choice(tree.members)
        yield f"L{batch}-{number}", day, member, "sale", volume, volume, volume, "USD"


def _write(folder: Path, company: Path, orders: Iterator[tuple[str, ...]]) -> None:
    """Tables of the orders, and of one member who is stored already: a company has to have a member."""
    with (company / "members.csv").open(encoding="utf-8") as file:
        head, _root, known = file.readline(), file.readline(), file.readline()
    (folder / "members.csv").write_text(head + known, encoding="utf-8")
    with (folder / "orders.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        writer.writerows(orders)
