"""The company tables, read from CSV files: the first state of the company and everything that changed it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

from .periods import instant

GONE = ("terminated", "customer")
"""Statuses of accounts that have left the network; a suspended one is only held back."""


@dataclass(frozen=True, slots=True)
class Member:
    """A row of members.csv; sponsor and placement are the first ones, before any move."""

    member_id: str
    sponsor_id: str | None
    placement_id: str | None
    enrolled_on: date
    status: str
    leg: str = ""
    owner_id: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A sale, a refund or any other kind; volumes in hundredths."""

    order_id: str
    ordered_at: datetime
    member_id: str
    customer_id: str | None
    kind: str
    qualifying_volume: int
    commissionable_volume: int
    refund_of: str | None = None
    amount: Fraction = Fraction(0)
    currency: str = ""
    """What was charged, in currency units, and in which."""


@dataclass(frozen=True, slots=True)
class Move:
    """From `effective_on` on, the member is under `parent_id` in one tree (None: under nobody)."""

    member_id: str
    tree: str
    parent_id: str | None
    effective_on: date
    recorded_at: datetime
    leg: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """What a member earned in a bonus that is not computed here, in currency units."""

    member_id: str
    period: str
    bonus: str
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure that the company supplies; no period means every period."""

    member_id: str
    period: str | None
    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Override:
    """A rank forced, an activity floor waived or a member exempted, for some periods."""

    member_id: str
    kind: str
    value: str
    first_period: str
    last_period: str | None


@dataclass(frozen=True, slots=True)
class Company:
    """All tables of one company."""

    members: dict[str, Member]
    orders: list[Order]
    moves: list[Move]
    facts: list[Fact]
    overrides: list[Override]
    outside: list[Outside]

    @property
    def one_tree(self) -> bool:
        """Nobody was ever placed: the sponsor tree is the only tree."""
        placed = any(member.placement_id for member in self.members.values())
        return not placed and not any(move.tree == "placement" and move.parent_id for move in self.moves)


def read(directory: Path) -> Company:
    """Read members.csv and orders.csv, and what is there of the other tables, but for openings."""
    home = {row["customer_id"]: row["member_id"] for row in _rows(directory / "customers.csv")}
    members = [
        Member(
            row["member_id"],
            row.get("sponsor_id") or None,
            row.get("placement_id") or None,
            date.fromisoformat(row["enrolled_on"]),
            row.get("status") or "active",
            row.get("leg") or "",
            row.get("owner_id") or "",
            row.get("country") or "",
        )
        for row in _rows(directory / "members.csv")
    ]
    orders = [
        Order(
            row["order_id"],
            instant(row["ordered_at"]),
            row["member_id"] or home[row["customer_id"]],
            row.get("customer_id") or None,
            row.get("kind") or "sale",
            hundredths(row["qualifying_volume"] or "0"),
            hundredths(row["commissionable_volume"] or "0"),
            row.get("refund_of") or None,
            Fraction(row.get("amount") or "0"),
            row.get("currency") or "",
        )
        for row in _rows(directory / "orders.csv")
    ]
    return Company(
        {member.member_id: member for member in members},
        orders,
        _moves(directory / "moves.csv"),
        _facts(directory / "facts.csv"),
        _overrides(directory / "overrides.csv"),
        [
            Outside(row["member_id"], row["period"], row["bonus"], Fraction(row["amount"]))
            for row in _rows(directory / "outside_earnings.csv")
        ],
    )


def hundredths(value: object) -> int:
    """An exact decimal volume in hundredths."""
    exact = Fraction(str(value)) * 100
    if exact.denominator != 1:
        raise ValueError(f"{value} is finer than a hundredth")
    return int(exact)


def _moves(path: Path) -> list[Move]:
    moves = [
        Move(
            row["member_id"],
            row["tree"],
            row["parent_id"] or None,
            date.fromisoformat(row["effective_on"]),
            instant(row.get("recorded_at") or row["effective_on"]),
            row.get("leg") or "",
        )
        for row in _rows(path)
    ]
    return sorted(moves, key=lambda move: (move.effective_on, move.recorded_at))


def _facts(path: Path) -> list[Fact]:
    return [
        Fact(row["member_id"], row["period"] or None, row["name"], int(row["value"])) for row in _rows(path)
    ]


def _overrides(path: Path) -> list[Override]:
    return [
        Override(row["member_id"], row["kind"], row["value"], row["first_period"], row["last_period"] or None)
        for row in _rows(path)
    ]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from csv.DictReader(lines)
