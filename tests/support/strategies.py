"""Random small companies and plans for Hypothesis, written as the company tables and plan files of a user.

`companies()` makes one company, `plans()` one plan, `forests()` a plan and some companies merged into one
folder by prefixed ids. `grove(seed)` merges hundreds, so that hundreds of trees cost the engine one run.
"""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.support.strategies_options import (
    FACTS,
    KINDS_COUNTED,
    ONS,
    OPENS,
    ROUNDING_OPTIONS,
    STARTS,
    TOP_OPTIONS,
    VOLUME_OPTIONS,
    by_figure,
    floors,
    requirements,
    with_fine_rates,
    with_requirements,
)

PERIODS = ("2026-10", "2026-11", "2026-12")
RANKS = ("Bronze", "Silver", "Gold", "Ruby")
KINDS = ("sale", "sale", "sale", "kit")
COMPRESSIONS = ("none", "status_skip", "activity_skip", "dynamic", "threshold_rank")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "members": (
        "member_id", "name", "sponsor_id", "placement_id", "leg",
        "enrolled_on", "status", "country", "owner_id",
    ),
    "customers": ("customer_id", "name", "member_id", "since"),
    "orders": (
        "order_id", "ordered_at", "member_id", "customer_id", "kind", "qualifying_volume",
        "commissionable_volume", "amount", "currency", "refund_of",
    ),
    "moves": (
        "member_id", "tree", "parent_id", "leg", "effective_on", "recorded_at", "actor", "reason",
    ),
    "facts": ("member_id", "period", "name", "value"),
    "overrides": ("member_id", "kind", "value", "first_period", "last_period", "actor", "reason"),
    "outside_earnings": ("member_id", "period", "bonus", "amount", "currency"),
}  # fmt: skip
"""The columns of each company table."""
IDS = ("member_id", "sponsor_id", "placement_id", "parent_id", "customer_id", "order_id", "refund_of")

Row = dict[str, str]


@dataclass(slots=True)
class Tables:
    """The tables of one company, as rows of text by table name."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def write(self, folder: Path) -> Path:
        """Write the tables that have rows (members and orders always) as CSV files; returns the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in self.rows.items():
            if rows or name in ("members", "orders"):
                with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                    out = csv.DictWriter(file, COLUMNS[name], restval="")
                    out.writeheader()
                    out.writerows(rows)
        return folder


@dataclass(frozen=True, slots=True)
class Case:
    """A plan and the tables to run it on."""

    tables: Tables
    plan: str

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write everything; returns the company's folder and the plan file."""
        self.tables.write(folder)
        (folder / "plan.toml").write_text(self.plan, encoding="utf-8")
        return folder, folder / "plan.toml"


def forest(companies: Iterable[Tables]) -> Tables:
    """Merge companies into one by prefixing every id with the company's number.

    Either none of them or any of them may have a placement tree: one member placed makes two trees of all.
    """
    merged = Tables()
    for number, company in enumerate(companies):
        for name, rows in company.rows.items():
            for row in rows:
                owned = {key: f"{number}/{row[key]}" for key in IDS if row.get(key)}
                merged.rows[name].append(row | owned)
    return merged


def forests(size: int = 12, most: int = 9) -> st.SearchStrategy[Case]:
    """Up to `size` companies of up to `most` members each, with one plan for all."""

    @st.composite
    def draw_case(draw: st.DrawFn) -> Case:
        ranks = draw(st.integers(0, len(RANKS)))
        two_trees = draw(st.booleans())
        plan = draw(plans(ranks))
        count = draw(st.integers(1, size))
        some = [draw(companies(most, two_trees, RANKS[:ranks])) for _ in range(count)]
        return Case(forest(some), plan)

    return draw_case()


def grove(seed_number: int, count: int = 200, most: int = 9) -> Case:
    """Hundreds of companies with one plan, the same for the same seed: many examples in one test.

    A difference names ids such as 17/m3: company 17 alone, with the same plan, is the small case.
    """
    ranks, two_trees = seed_number % (len(RANKS) + 1), seed_number % 2 == 1
    plan = drawn(plans(ranks), 10, seed_number)[-1]
    some = drawn(companies(most, two_trees, RANKS[:ranks]), count, seed_number)
    deeper = drawn(companies(3 * most, two_trees, RANKS[:ranks], 2 * most), max(1, count // 20), seed_number)
    return Case(forest([*some, *deeper]), plan)


Drawn = TypeVar("Drawn")


def drawn(strategy: st.SearchStrategy[Drawn], count: int, seed_number: int) -> list[Drawn]:
    """Up to `count` examples of a strategy, the same for the same seed."""
    examples: list[Drawn] = []

    @seed(seed_number)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def keep(example: Drawn) -> None:
        examples.append(example)

    keep()
    return examples


@st.composite
def companies(
    draw: st.DrawFn, most: int = 9, two_trees: bool = False, ranks: tuple[str, ...] = RANKS, least: int = 1
) -> Tables:
    """One company: a tree or two with its history, orders of three months, facts and overrides."""
    tables = Tables()
    size = st.integers(least, most)
    enrolled = [_enrolled(draw) for _ in range(max(draw(size), draw(size)))]
    parents = {"sponsor": _shape(draw, len(enrolled), 0.08)}
    if two_trees:
        parents["placement"] = _shape(draw, len(enrolled), 0.2)
    names = [f"m{number}" for number in range(len(enrolled))]
    for number, day in enumerate(enrolled):
        firsts = {
            f"{tree}_id": names[above]
            for tree, first in parents.items()
            if (above := first[number]) is not None
        }
        status = draw(st.sampled_from(["active"] * 9 + ["suspended", "terminated", "customer"]))
        tables.rows["members"].append(
            {"member_id": names[number], "name": f'Né, "{number}"', "status": status} | firsts
            | {"enrolled_on": day.isoformat(), "country": draw(st.sampled_from(["DE", "US", ""]))}
        )  # fmt: skip
    for tree, first in parents.items():
        tables.rows["moves"] += _moves(draw, dict(zip(names, enrolled, strict=True)), tree, first)
    _customers_and_orders(draw, tables, names)
    _facts_and_overrides(draw, tables, names, ranks)
    order = draw(st.permutations(tables.rows["members"]))
    tables.rows["members"] = list(order)
    return tables


def _enrolled(draw: st.DrawFn) -> date:
    """Mostly long ago, sometimes around the ends of the periods."""
    edges = ["2026-10-31", "2026-11-01", "2026-11-30", "2026-12-01", "2027-01-05"]
    return date.fromisoformat(draw(st.sampled_from(["2025-06-01"] * 20 + edges)))


def _shape(draw: st.DrawFn, count: int, rootless: float) -> list[int | None]:
    """A parent for each member among the members before: a chain, a star or anything between."""
    shape = draw(st.sampled_from(["chain", "chain", "bushy", "star", "any"]))
    parents: list[int | None] = []
    for number in range(count):
        last = number - 1
        lowest = {"chain": last, "bushy": last // 2}.get(shape, 0)
        highest = {"bushy": last // 2, "star": min(1, last)}.get(shape, last)
        is_root = number == 0 or draw(st.integers(1, 100)) > 100 - rootless * 100
        parents.append(None if is_root else draw(st.integers(lowest, highest)))
    return parents


def _moves(draw: st.DrawFn, enrolled: Mapping[str, date], tree: str, first: list[int | None]) -> list[Row]:
    """A few moves of one tree, in the order in which they are applied, none of which closes a cycle."""
    above, names = list(first), list(enrolled)
    day, stamp = date(2026, 9, 25), datetime(2026, 9, 1, tzinfo=UTC)
    moves: list[Row] = []
    for _ in range(draw(st.sampled_from([0, 0, 1, 2, 4]))):
        day += timedelta(days=draw(st.sampled_from([0, 0, 5, 6, 30, 31])))
        stamp += timedelta(seconds=draw(st.integers(0, 1)))
        mover, target = draw(st.integers(0, len(names) - 1)), draw(st.integers(0, len(names) - 1))
        move = {
            "member_id": names[mover],
            "tree": tree,
            "parent_id": names[target],
            "effective_on": day.isoformat(),
            "recorded_at": stamp.isoformat(),
            "actor": "desk",
            "reason": "asked for it",
        }
        if day >= enrolled[names[mover]] and move not in moves and mover not in _upwards(above, target):
            above[mover] = target
            moves.append(move)
    return moves


def _upwards(above: list[int | None], start: int) -> list[int]:
    """A member and everybody above in that tree."""
    path, at = [start], above[start]
    while at is not None:
        path.append(at)
        at = above[at]
    return path


def _customers_and_orders(draw: st.DrawFn, tables: Tables, names: list[str]) -> None:
    """Customers, orders of all kinds around three months, and refunds of some of them."""
    for number in range(draw(st.integers(0, 2))):
        home = draw(st.sampled_from(names))
        customer = {"customer_id": f"c{number}", "name": "C", "member_id": home, "since": "2026-01-01"}
        tables.rows["customers"].append(customer)
    for number in range(draw(st.integers(len(names), 4 * len(names)))):
        customer_id, home = "", draw(st.sampled_from(names))
        if tables.rows["customers"] and draw(st.integers(0, 2)) == 0:
            buyer = draw(st.sampled_from(tables.rows["customers"]))
            customer_id, home = buyer["customer_id"], buyer["member_id"]
        moment = draw(_moments)
        order = {
            "order_id": f"o{number}",
            "ordered_at": moment.isoformat(),
            "member_id": home,
            "customer_id": customer_id,
            "kind": draw(st.sampled_from(KINDS)),
            "qualifying_volume": draw(_volumes),
            "commissionable_volume": draw(_volumes),
            "amount": draw(st.sampled_from(["0", "15", "249"])),
            "currency": "USD",
        }
        tables.rows["orders"].append(order)
        if draw(st.integers(0, 4)) == 0:
            tables.rows["orders"].append(_refund(draw, order, moment))


def _refund(draw: st.DrawFn, order: Row, moment: datetime) -> Row:
    """A full refund, or one of commissionable volume alone, days or weeks after."""
    later = moment + timedelta(days=draw(st.sampled_from([0, 3, 35])))
    figures = ["qualifying_volume", "commissionable_volume", "amount"]
    back = {name: "0" if float(order[name]) == 0 else f"-{order[name]}" for name in figures}
    if draw(st.booleans()):
        back["qualifying_volume"] = "0"
    names = {"order_id": f"{order['order_id']}r", "kind": "refund", "refund_of": order["order_id"]}
    return order | back | names | {"ordered_at": later.isoformat()}


def _facts_and_overrides(draw: st.DrawFn, tables: Tables, names: list[str], ranks: tuple[str, ...]) -> None:
    """At most one fact per member, name and period, and one override per member, kind and first period."""
    facts = st.tuples(st.sampled_from(names), st.sampled_from(["", *PERIODS]), st.sampled_from(FACTS))
    for member, period, name in draw(st.lists(facts, max_size=4, unique=True)):
        value = str(draw(st.integers(0, 3)))
        tables.rows["facts"].append({"member_id": member, "period": period, "name": name, "value": value})
    kinds = ["active", "exempt", *(["rank"] if ranks else [])]
    begins = st.sampled_from(["2026-10", "2026-11", "2026-11-01", "2026-12", "2026-11-30"])
    overrides = st.tuples(st.sampled_from(names), st.sampled_from(kinds), begins)
    for member, kind, first in draw(st.lists(overrides, max_size=3, unique=True)):
        tables.rows["overrides"].append(
            {
                "member_id": member,
                "kind": kind,
                "value": draw(st.sampled_from(ranks)) if kind == "rank" else "",
                "first_period": first,
                "last_period": draw(st.sampled_from(["", "2026-12", "2027"])),
                "actor": "desk",
                "reason": "grace",
            }
        )


_ZONES = [UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-5, minutes=-30))]
_OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)
_anywhere = st.builds(
    lambda day, minute, zone: (_OCTOBER + timedelta(days=day, minutes=minute)).astimezone(zone),
    st.sampled_from(range(92)),
    st.integers(0, 24 * 60 - 1),
    st.sampled_from(_ZONES),
)
_midnights = st.builds(  # the seconds around the end of a period in one zone or another
    lambda month, hours, second: (
        datetime(2026, month, 1, tzinfo=UTC) + timedelta(hours=hours, seconds=second)
    ),
    st.sampled_from([10, 11, 12]),
    st.sampled_from([-13, -5.5, 0, 4, 5]),
    st.sampled_from([-1, 0, 1]),
)
_moments = st.one_of(_anywhere, _anywhere, _midnights)
_volumes = st.one_of(
    st.sampled_from(["0", "10", "50", "99.99", "100", "100.01", "250", "1000"]),
    st.integers(1, 60_000).map(lambda hundredths: f"{hundredths // 100}.{hundredths % 100:02d}"),
)
_rates = st.sampled_from(["0", "0.01", "0.0125", "0.0333", "0.05", "0.10", "0.25", "1"])


@st.composite
def plans(draw: st.DrawFn, ranks: int | None = None) -> str:
    """A plan file with the first `ranks` of RANKS (None: any number) and up to three bonuses."""
    names = RANKS[: draw(st.integers(0, len(RANKS))) if ranks is None else ranks]
    lines = [
        'name = "Drawn"',
        'version = "1"',
        *_one_of_each(draw, TOP_OPTIONS),
        "[rounding]",
        *_one_of_each(draw, ROUNDING_OPTIONS),
        "[volume]",
        *_one_of_each(draw, VOLUME_OPTIONS),
        "[activity]",
        *_one_of_each(draw, {"personal_volume": ["0", "0", "10", '"99.99"', "100", floors(names)]}),
        *(_rank(draw, name, names) for name in names),
        *(_bonus(draw, f"B{number}", names) for number in range(draw(st.integers(1, 3)))),
    ]
    text = with_fine_rates(draw, with_requirements(draw, "\n".join(lines) + "\n"))
    # A yen has no minor unit, so a point worth a millionth of it needs more than 64 bits.
    return text.replace('"1.333333"', '"1.3333"') if '"JPY"' in text else text


def _one_of_each(draw: st.DrawFn, options: Mapping[str, list[str]]) -> list[str]:
    return [f"{key} = {draw(st.sampled_from(values))}" for key, values in options.items()]


def _rank(draw: st.DrawFn, name: str, names: tuple[str, ...]) -> str:
    if draw(st.integers(0, 7)) == 0:
        return f'[[rank]]\nname = "{name}"'  # only granted
    require = ",\n  ".join(draw(st.lists(requirements(names), min_size=1, max_size=3)))
    lines = _one_of_each(draw, {"match": ['"all"', '"any"'], "must_be_active": ["true", "true", "false"]})
    return "\n".join(["[[rank]]", f'name = "{name}"', *lines, f"require = [\n  {require},\n]"])


def _bonus(draw: st.DrawFn, name: str, ranks: tuple[str, ...]) -> str:
    head = f'[[bonus]]\nname = "{name}"\n'
    if draw(st.integers(0, 3)) == 0:
        tiers = f'[[0, "{draw(_rates)}"], [100, "{draw(_rates)}"], ["250.01", "{draw(_rates)}"]]'
        table = f'{{ 0 = "{draw(_rates)}", 100 = "{draw(_rates)}", "250.01" = "{draw(_rates)}" }}'
        rate = draw(st.sampled_from(['rate = "0.0725"', f"tiers = {tiers}", f"tiers = {table}"]))
        picks = {"on": ['"customers"', '"own"', '"all"'], "kinds": KINDS_COUNTED}
        on = _one_of_each(draw, picks) if draw(st.integers(0, 2)) == 0 else []
        kind = draw(st.sampled_from(["personal", "price_difference"]))
        return head + "\n".join([f'kind = "{kind}"', *on, rate])
    rule = draw(st.sampled_from(COMPRESSIONS if ranks else COMPRESSIONS[:-1]))
    compression, levels = f'"{rule}"', 1
    if rule in ("dynamic", "activity_skip", "status_skip") and draw(st.booleans()):
        window = draw(st.sampled_from(["from_level = 2", "to_level = 2", "from_level = 2, to_level = 3"]))
        compression, levels = f'{{ rule = "{rule}", {window} }}', int(window[-1])
    if rule == "threshold_rank":
        compression = f'{{ rule = "{rule}", rank = "{draw(st.sampled_from(ranks))}" }}'
    options = _one_of_each(draw, {"tree": ['"main"', '"sponsor"'], "base": ['"1"', '"0.4"', '"0.85"']})
    if draw(st.integers(0, 2)) == 0:
        options += _one_of_each(draw, {"start": STARTS, "on": ONS, "kinds": KINDS_COUNTED})
    if draw(st.booleans()):
        opens = draw(st.sampled_from(OPENS))
        options.append(opens)
    if rule != "threshold_rank" and levels == 1 and draw(st.integers(0, 4)) == 0:
        tiers = by_figure(draw, ['["0.03"]', '["0.05", "0.0125"]', '["0", "0.25", "0.01"]'])
        return head + "\n".join(
            ['kind = "unilevel"', f"compression = {compression}", *options, f"rates = {tiers}"]
        )
    listed = draw(st.lists(st.sampled_from(["none", *ranks]), min_size=1, unique=True))
    rates = {each: draw(st.lists(_rates, max_size=4)) for each in listed}
    rates[listed[0]] += ["0.02"] * max(1, levels - len(rates[listed[0]]))
    if draw(st.booleans()):
        rates["none"] = ["0.03", "0.02", "0.01", "0.01"]
    lines = [f"{rank} = {json.dumps(values)}" for rank, values in rates.items()]
    unilevel = ['kind = "unilevel"', f"compression = {compression}", *options, "[bonus.rates]", *lines]
    return head + "\n".join(unilevel)
