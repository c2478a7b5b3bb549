"""A small company and its deliveries: four folders of tables to import in order, and a wrong one."""

import csv
from dataclasses import dataclass
from pathlib import Path
from random import Random

from engine.sample.company import make

LAST_MONTH, MONTH_BEFORE = "2026-11", "2026-10"
SHAPES = ("bushy", "binary", "deep")
STATUSES = ("active", "active", "suspended", "terminated", "customer")
COLUMNS = {
    "facts": ("member_id", "name", "value", "period"),
    "overrides": ("member_id", "kind", "value", "first_period", "last_period"),
}

Row = dict[str, str]
Tables = dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class Company:
    """Folders with deliveries. `wrong` names a member that does not exist, so an import refuses it."""

    shape: str
    deliveries: tuple[Path, ...]
    wrong: Path

    @property
    def two_trees(self) -> bool:
        """Whether members are placed apart from their sponsors, and some still wait for a place."""
        return self.shape == "binary"


def company(random: Random, members: int, folder: Path) -> Company:
    """Make a company of so many members and split it into deliveries.

    First most members and the month before, then the rest, then changes of what is there: names, countries,
    statuses, customers who change hands, facts, overrides and late orders.
    """
    shape = random.choice(SHAPES)
    made = folder / "all"
    make(members, random.randrange(10_000), shape, made, months=2, until=LAST_MONTH)
    tables = {name: _read(made / f"{name}.csv") for name in ("members", "customers", "orders", "moves")}
    late = _late(random, tables)
    parts = (
        _first(tables, late),
        _second(tables, late),
        _changes(random, tables, "a"),
        _changes(random, tables, "b"),
    )
    deliveries = tuple(_write(folder / f"delivery-{place}", part) for place, part in enumerate(parts, 1))
    return Company(shape, deliveries, _write(folder / "wrong", _wrong(random, tables)))


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def _write(folder: Path, tables: Tables) -> Path:
    folder.mkdir()
    for name, rows in tables.items():
        columns = COLUMNS.get(name) or HEADS[name]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, columns, lineterminator="\n")
            out.writeheader()
            out.writerows(rows)
    return folder


HEADS = {
    "members": (
        "member_id", "name", "sponsor_id", "placement_id", "leg", "enrolled_on", "status", "country",
        "owner_id",
    ),
    "customers": ("customer_id", "name", "member_id", "since"),
    "orders": (
        "order_id", "ordered_at", "member_id", "customer_id", "kind", "qualifying_volume",
        "commissionable_volume", "amount", "currency", "refund_of",
    ),
    "moves": (
        "member_id", "tree", "parent_id", "leg", "effective_on", "recorded_at", "actor", "reason",
    ),
}  # fmt: skip


def _late(random: Random, tables: Tables) -> set[str]:
    """Members with nobody below; they come with the second delivery."""
    above = {row[column] for row in tables["members"] for column in ("sponsor_id", "placement_id")}
    above |= {row["parent_id"] for row in tables["moves"]}
    leaves = [row["member_id"] for row in tables["members"] if row["member_id"] not in above]
    return {member for member in leaves if random.random() < 0.4}


def _first(tables: Tables, late: set[str]) -> Tables:
    sound = {
        name: [row for row in tables[name] if row["member_id"] not in late]
        for name in ("members", "customers", "orders")
    }
    bought = {row["customer_id"] for row in sound["customers"]}
    sound["orders"] = [
        row
        for row in sound["orders"]
        if row["ordered_at"] < LAST_MONTH and (not row["customer_id"] or row["customer_id"] in bought)
    ]
    return sound


def _second(tables: Tables, late: set[str]) -> Tables:
    """Members of the first delivery are left out: those of them who waited may be placed by now."""
    members = [row for row in tables["members"] if row["member_id"] in late]
    return {**tables, "members": members}


def _changes(random: Random, tables: Tables, mark: str) -> Tables:
    """Rows that overwrite, and new rows; `mark` makes their names differ from those of other changes."""
    waiting = {row["member_id"] for row in tables["members"] if row["sponsor_id"] and not row["placement_id"]}
    two_trees = any(row["placement_id"] for row in tables["members"])
    known = [row for row in tables["members"] if not (two_trees and row["member_id"] in waiting)]
    members = [
        row
        | {
            "name": f"{row['name']} {mark}",
            "status": random.choice(STATUSES) if row["sponsor_id"] else "active",
            "country": random.choice(("DE", "FR", "US")),
        }
        for row in random.sample(known, len(known) // 3)
    ]
    ids = [row["member_id"] for row in known]
    customers = [
        row | {"name": f"{row['name']} {mark}", "member_id": random.choice(ids)}
        for row in random.sample(tables["customers"], len(tables["customers"]) // 3)
    ]
    return {
        "members": members,
        "customers": customers,
        "orders": [_order(random, ids, f"{mark}{place}") for place in range(8)],
        "facts": [
            {"member_id": member, "name": "training", "value": str(random.randrange(9)), "period": ""}
            for member in random.sample(ids, 4)
        ],
        "overrides": [
            {
                "member_id": member,
                "kind": "active",
                "value": "",
                "first_period": MONTH_BEFORE,
                "last_period": "",
            }
            for member in random.sample(ids, 2)
        ],
    }


def _order(random: Random, ids: list[str], order_id: str) -> Row:
    volume = str(random.randrange(20, 300))
    return {
        "order_id": order_id,
        "ordered_at": f"{random.choice((MONTH_BEFORE, LAST_MONTH))}-{random.randrange(1, 29):02}T12:00:00Z",
        "member_id": random.choice(ids),
        "customer_id": "",
        "kind": "sale",
        "qualifying_volume": volume,
        "commissionable_volume": volume,
        "amount": volume,
        "currency": "USD",
        "refund_of": "",
    }


def _wrong(random: Random, tables: Tables) -> Tables:
    """Many sound orders and one of an unknown member."""
    ids = [row["member_id"] for row in tables["members"]]
    orders = [_order(random, ids, f"wrong{place}") for place in range(20)]
    orders[random.randrange(len(orders))]["member_id"] = "nobody"
    return {"members": [], "orders": orders}
