"""Live figures follow operations: how soon they are right, also where a large group or a deep leg moves.

A store of its own: a leg as deep as a tenth of the members, two heads with a group of a tenth below one of
them, and the others ten below each. A member in five has an order.
"""

import csv
import itertools
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bench.measure import Facts, seconds_of
from bench.month import MONTHS
from bench.progress import show, step
from engine.genealogy.operations.bulk import perform_all
from engine.genealogy.operations.kinds import (
    ChangeSponsor,
    EnrollMember,
    MoveMember,
    Operation,
    ReinstateMember,
    SuspendMember,
)
from engine.genealogy.operations.performing import Done, Instruction
from engine.genealogy.placement import ByHand
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.period import Period, period
from engine.plans.plan import Plan
from engine.plans.reader import parse
from engine.progress import silent
from engine.run import refresh
from engine.runs.live import differences

OPERATIONS = 1_000
WISHED_S = 1.0
"""Within how many seconds the figures were to be right after the operations, a moved group among them."""
WIDTH = 10
EACH_BUYS = 5
"""One member of so many has an order."""
TIMES = 3
"""How often a group, and a part of the leg, move."""
PLAN = """
name = "Following"
currency = "USD"
time_zone = "UTC"
tree = "placement"
[activity]
personal_volume = 60
[[bonus]]
name = "Team"
kind = "unilevel"
rates = { none = ["0.05", "0.05"] }
"""
FIRST = date.fromisoformat(f"{MONTHS[-1]}-01")


def measure(graph: Graph, members: int, seed: int) -> Facts:
    """Seconds until live figures are right after operations, and after moves inside the leg."""
    plan = parse(PLAN, Path("plan.toml"))
    month = period(MONTHS[-1], plan.zone)
    chance = random.Random(f"{seed}/following")
    deep = members // 10
    others = [f"T{number}" for number in range(members - 2 * deep)]
    with step(f"a company of {members:,} members"), tempfile.TemporaryDirectory(prefix="upline-bench-") as to:
        graph.batched("schema/wipe")
        _write(Path(to), _parents(deep, others))
        import_company(graph, Path(to))
    with step("building live figures"):
        built = seconds_of(lambda: refresh(graph, plan, month))
    facts: Facts = {
        "members": members, "group": deep, "leg": deep, "operations": OPERATIONS, "wished_s": WISHED_S,
        "build_seconds": round(built, 3), "seconds": [], "touched": [], "leg_seconds": [], "leg_touched": [],
    }  # fmt: skip
    heads = itertools.cycle(("HB", "HA"))
    for turn in range(TIMES):
        operations = [_random(chance, others, f"{turn}-{n}") for n in range(OPERATIONS - 1)]
        group = MoveMember(member_id="G0", parent_id=next(heads), leg="g", on=FIRST)
        _followed(graph, plan, month, [*operations, group], facts, "")
    show(f"right after {OPERATIONS:,} operations", f"{_listed(facts['seconds'])} s")
    places = itertools.cycle((f"L{deep // 100}", f"L{deep - 2 * EACH_BUYS - 1}"))
    for _ in range(TIMES):
        low = MoveMember(member_id=f"L{deep - 2 * EACH_BUYS}", parent_id=next(places), leg="m", on=FIRST)
        _followed(graph, plan, month, [low], facts, "leg_")
    show(f"right after a move inside a leg of {deep:,}", f"{_listed(facts['leg_seconds'])} s")
    with step("comparing with a full count"):
        facts["same"] = not differences(graph, refresh(graph, plan, month).run)
    return facts


def rows(facts: Facts) -> list[tuple[str, str, str, str]]:
    """What was measured, the seconds, the standings written, and what the seconds were to be."""
    what = f"{facts['operations']:,} operations, a group of {facts['group']:,} moves among them"
    deep = f"a move inside a leg {facts['leg']:,} deep"
    wishes = {"": (what, f"{facts['wished_s']:,.0f}"), "leg_": (deep, "stated")}
    return [
        (name, _listed(facts[f"{key}seconds"]), f"{max(facts[f'{key}touched']):,}", wish)
        for key, (name, wish) in wishes.items()
    ]


def _listed(seconds: list[float]) -> str:
    return ", ".join(f"{each:,.2f}" for each in seconds)


def _followed(
    graph: Graph, plan: Plan, month: Period, operations: list[Operation], facts: Facts, key: str
) -> None:
    """Do operations, and note how long live figures take to follow them."""
    with step(f"{len(operations):,} operations"):
        outcomes = perform_all(
            graph, [Instruction(each, "bench") for each in operations], accept_valid=True, report=silent
        )
    assert isinstance(outcomes[-1], Done), outcomes[-1]
    began = time.perf_counter()
    live = refresh(graph, plan, month)
    facts[f"{key}seconds"].append(round(time.perf_counter() - began, 3))
    facts[f"{key}touched"].append(live.touched)
    facts["rebuilt"] = facts.get("rebuilt", False) or live.rebuilt


def _random(chance: random.Random, others: list[str], name: str) -> Operation:
    """Six enrolments of ten, two other sponsors, a move and another status."""
    one, other = chance.sample(others, 2)
    dice = chance.random()
    if dice < 0.6:
        return EnrollMember(member_id=f"bench-{name}", sponsor_id=one, how=ByHand(one, f"b{name}"), on=FIRST)
    if dice < 0.8:
        return ChangeSponsor(member_id=one, sponsor_id=other, on=FIRST)
    if dice < 0.9:
        return MoveMember(member_id=one, parent_id=other, leg=f"b{name}", on=FIRST)
    return SuspendMember(member_id=one) if dice < 0.95 else ReinstateMember(member_id=one)


def _parents(deep: int, others: list[str]) -> Iterator[tuple[str, str, str]]:
    """Member, parent and leg, parents first."""
    yield "R", "", ""
    yield "HA", "R", "a"
    yield "HB", "R", "b"
    for number in range(deep):
        yield f"L{number}", "R" if number == 0 else f"L{number - 1}", "1"
    for number in range(deep):
        yield f"G{number}", "HA" if number == 0 else f"G{(number - 1) // WIDTH}", str(number % WIDTH)
    for number, name in enumerate(others):
        yield name, "R" if number == 0 else f"T{(number - 1) // WIDTH}", f"t{number % WIDTH}"


def _write(folder: Path, parents: Iterator[tuple[str, str, str]]) -> None:
    with (
        (folder / "members.csv").open("w", encoding="utf-8", newline="") as members,
        (folder / "orders.csv").open("w", encoding="utf-8", newline="") as orders,
    ):
        people, sales = csv.writer(members), csv.writer(orders)
        people.writerow(("member_id", "sponsor_id", "placement_id", "leg", "enrolled_on"))
        sales.writerow(("order_id", "ordered_at", "member_id", "kind", "qualifying_volume",
                        "commissionable_volume", "amount", "currency"))  # fmt: skip
        for number, (member, parent, leg) in enumerate(parents):
            people.writerow((member, parent, parent, leg, "2026-01-01"))
            if number % EACH_BUYS == 0:
                day = f"{MONTHS[-1]}-20T12:00:00Z"
                sales.writerow((f"o{number}", day, member, "sale", *("70.00",) * 3, "USD"))
