"""Disclosures agree with plain Python over exported tables and orders, and are the same a year later."""

import csv
import math
import random
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from engine.access.reach import Reach
from engine.answers.export import Export
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import RunRecord
from engine.run import run_file
from engine.workbench.disclosure.compliance import compliance
from engine.workbench.disclosure.documents import as_csv, as_json
from engine.workbench.disclosure.income import income
from engine.workbench.disclosure.origins import ORIGINS
from engine.workbench.disclosure.page import page
from tests.support.groves import seeds

FIGURES = ("qualifying_volume", "commissionable_volume", "amount")
MONTHS = ("2025-09", "2025-10", "2025-11")
PLAN = """
name = "Random"
currency = "EUR"
[volume]
exclude_kinds = ["fee"]
[activity]
personal_volume = 0
[[rank]]
name = "Silver"
require = [{ kind = "group_volume", at_least = 500 }]
[[rank]]
name = "Gold"
require = [{ kind = "group_volume", at_least = 1500 }]
[[bonus]]
name = "Levels"
kind = "unilevel"
rates = { none = ["0.103", "0.05"], Silver = ["0.12", "0.07", "0.01"] }
[[bonus]]
name = "Retail"
kind = "personal"
on = "customers"
rate = "0.20"
[[bonus]]
name = "Profit"
kind = "price_difference"
rate = "0.25"
[[bonus]]
name = "Welcome"
kind = "level_amount"
kinds = ["kit"]
without_sale = true
amounts = { none = [5, 1] }
[[bonus]]
name = "Team"
kind = "structure"
amount = 3
require = [{ kind = "active_frontline", at_least = 1 }]
[[bonus]]
name = "Match"
kind = "matching"
bonuses = ["Levels", "Welcome", "Team"]
rates = ["0.5", "0.25"]
[[bonus]]
name = "Generations"
kind = "generation_matching"
bonuses = ["Levels", "Welcome"]
border = "Silver"
rates = { none = ["0.1"], Silver = ["0.1", "0.05"] }
[[bonus]]
name = "Pool"
kind = "pool"
calendar = "month"
share = "0.02"
rank = "Silver"
[[cap]]
bonuses = ["Levels", "Welcome"]
per = "member"
amount = 25
"""


class Company:
    """A random company with three months of orders, as rows of its tables."""

    def __init__(self, seed: int) -> None:
        chance = self.chance = random.Random(seed)
        days = ["2025-02-01", "2025-09-10", "2025-10-10", "2025-11-29"]
        enrolled = sorted(["2025-01-01"] * 8 + [chance.choice(days) for _ in range(28)])
        self.members = [
            {
                "member_id": f"m{place}", "name": f"m{place}",
                "sponsor_id": f"m{chance.randrange(max(0, place - 7), place)}" if place else "",
                "enrolled_on": day,
                "status": chance.choice(["active"] * 8 + ["suspended", "terminated", "customer"]),
            }
            for place, day in enumerate(enrolled)
        ]  # fmt: skip
        self.orders: list[dict[str, Any]] = []
        for month in MONTHS:
            for _ in range(45):
                self._order(month)

    def _order(self, month: str) -> None:
        chance = self.chance
        day = f"{month}-{chance.randint(10, 28)}"
        enrolled = [row["member_id"] for row in self.members if row["enrolled_on"] <= day]
        kind = chance.choice(["sale"] * 6 + ["kit", "fee", "sample"])
        sales = [row for row in self.orders if row["kind"] in ("sale", "kit") and "taken" not in row]
        volume = chance.randint(5, 300) if kind in ("sale", "sample") or chance.random() < 0.3 else 0
        order: dict[str, Any] = {
            "order_id": f"o{len(self.orders)}", "ordered_at": f"{day}T10:{chance.randint(10, 59)}:00Z",
            "member_id": chance.choice(enrolled), "customer_id": "", "kind": kind,
            "qualifying_volume": volume, "commissionable_volume": volume,
            "amount": 0 if kind == "sample" else volume + 9, "currency": chance.choice(["EUR"] * 9 + ["USD"]),
            "refund_of": "",
        }  # fmt: skip
        if kind == "sale" and chance.random() < 0.5:
            order["customer_id"] = f"{order['member_id']}c{chance.randrange(3)}"
        if sales and chance.random() < 0.12:
            sold = chance.choice(sales)
            sold["taken"] = True
            if sold["ordered_at"] < order["ordered_at"]:
                order |= {
                    "member_id": sold["member_id"], "customer_id": sold["customer_id"], "kind": "refund",
                    "currency": sold["currency"], "refund_of": sold["order_id"],
                    **{name: -sold[name] for name in FIGURES},
                }  # fmt: skip
        self.orders.append(order)

    def write(self, folder: Path) -> Path:
        """Write the tables and the plan; returns the plan's path."""
        folder.mkdir(exist_ok=True)
        customers = sorted({row["customer_id"] for row in self.orders if row["customer_id"]})
        owned = [
            {"customer_id": each, "name": each, "member_id": each.partition("c")[0], "since": "2025-01-01"}
            for each in customers
        ]
        for name, rows in {"members": self.members, "customers": owned, "orders": self.orders}.items():
            columns = [column for column in rows[0] if column != "taken"]
            with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, columns, extrasaction="ignore")
                writer.writeheader()
                writer.writerows(rows)
        (folder / "plan.toml").write_text(PLAN, encoding="utf-8")
        return folder / "plan.toml"


def computed(graph: Graph, company: Company, folder: Path) -> list[tuple[RunRecord, dict[str, Any]]]:
    """Run the months; each run with its exported tables. Between months some members leave."""
    done = []
    for month in MONTHS:
        plan = company.write(folder)
        import_company(graph, folder)
        run = run_file(graph, plan, month)
        results = folder.parent / month
        export = Export(results)
        export.add(graph, run)
        export.finish()
        tables = {
            name: list(csv.DictReader((results / f"{name}.csv").read_text("utf-8").splitlines()))
            for name in ("standings", "earnings", "lines")
        }
        done.append((run, tables))
        for row in company.members:
            if row["status"] == "active" and company.chance.random() < 0.1:
                row["status"] = company.chance.choice(["terminated", "customer", "suspended"])
    return done


def minor(amount: str) -> int:
    """An amount of two decimals as a whole number."""
    return int(Fraction(amount) * 100)


def half_up(amount: Fraction) -> int:
    """The nearest whole number, half upwards in size, and never 0."""
    size = max(1, math.floor(abs(amount) + Fraction(1, 2)))
    return size if amount > 0 else -size


class Expected:
    """What a compliance report has to say, by plain Python over the tables of a run."""

    def __init__(self, company: Company, month: str, tables: dict[str, Any]) -> None:
        self.orders = {row["order_id"]: row for row in company.orders}
        self.month, self.tables = month, tables
        self.paid = {(row["bonus"], row["member_id"]): minor(row["amount"]) for row in tables["earnings"]}
        self.origins = dict.fromkeys(ORIGINS, 0)
        self.bare: dict[tuple[str, str], int] = {}
        for bonus in ("Levels", "Retail", "Profit", "Welcome"):
            self._of_orders(bonus)
        self._team()
        self._on_pay("Match", ("Levels", "Welcome", "Team"))
        self._on_pay("Generations", ("Levels", "Welcome"))
        self.origins["groups"] += sum(paid for (bonus, _), paid in self.paid.items() if bonus == "Pool")

    def origin(self, order_id: str, payee_id: str, bonus: str) -> str:
        """What an order was, for somebody whom a bonus pays for it."""
        order = self.orders[order_id]
        sold = self.orders[order["refund_of"]] if order["refund_of"] else order
        if bonus != "Profit" and not sold["qualifying_volume"]:
            return "no_sale"
        if sold["customer_id"]:
            return "customers"
        if sold["member_id"] == payee_id:
            return "own"
        own = [
            (row["ordered_at"], row["order_id"])
            for row in self.orders.values()
            if row["member_id"] == sold["member_id"] and not row["customer_id"]
            and row["commissionable_volume"] > 0 and row["kind"] != "fee"
        ]  # fmt: skip
        return "first_orders" if min(own) == (sold["ordered_at"], sold["order_id"]) else "members"

    def _of_orders(self, bonus: str) -> None:
        exact: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        for line in self.tables["lines"]:
            if line["bonus"] == bonus and not line["reason"]:
                origin = self.origin(line["order_id"], line["payee_id"], bonus)
                exact[line["payee_id"]][origin] += Fraction(line["exact"])
        for payee_id, parts in exact.items():
            whole, paid = sum(parts.values()), self.paid[bonus, payee_id]
            if not whole or not paid:
                continue
            bare = half_up(paid * parts.pop("no_sale") / whole) if parts.get("no_sale") else 0
            if bare:
                self.bare[bonus, payee_id] = bare
                self.origins["no_sale"] += bare
            left, sold = paid - bare, sum(parts.values())
            order = [each for each in ("customers", "own", "members", "first_orders") if each in parts]
            shares = {each: left * parts[each] / sold for each in order}
            units = {each: math.floor(amount) for each, amount in shares.items()}
            most = sorted(order, key=lambda each: units[each] - shares[each])
            for each in most[: left - sum(units.values())]:
                units[each] += 1
            for each, amount in units.items():
                self.origins[each] += amount

    def _team(self) -> None:
        parents = {row["member_id"]: row["parent_id"] for row in self.tables["standings"]}
        sold = set()
        for row in self.tables["standings"]:
            volumes = ("commissionable_volume", "personal_volume", "customer_volume")
            member_id = row["member_id"] if any(Fraction(row[name]) > 0 for name in volumes) else ""
            while member_id:
                sold.add(member_id)
                member_id = parents[member_id]
        for (bonus, payee_id), paid in self.paid.items():
            if bonus == "Team":
                self.origins["fixed" if payee_id in sold else "no_sale"] += paid
                if payee_id not in sold and paid:
                    self.bare[bonus, payee_id] = paid

    def _on_pay(self, bonus: str, matched: tuple[str, ...]) -> None:
        """Matching has a line for each earning. Of generations only the sum is compared: see the test."""
        whole: dict[str, Fraction] = defaultdict(Fraction)
        bare: dict[str, Fraction] = defaultdict(Fraction)
        for line in self.tables["lines"]:
            if line["bonus"] == bonus and not line["reason"]:
                exact, earning = Fraction(line["exact"]), (line["order_id"], line["source_id"])
                whole[line["payee_id"]] += exact
                if earning in self.bare:
                    bare[line["payee_id"]] += exact * Fraction(self.bare[earning], self.paid[earning])
        for (name, payee_id), paid in self.paid.items():
            if name == bonus:
                exact = paid * bare[payee_id] / whole[payee_id] if whole[payee_id] else Fraction(0)
                part = half_up(exact) if exact else 0
                self.origins["no_sale"] += part
                self.origins["pay"] += paid - part
                if part:
                    self.bare[bonus, payee_id] = part

    def customers(self) -> dict[str, int]:
        """By member how many customers bought more than they gave back."""
        bought: dict[tuple[str, str], int] = defaultdict(int)
        for row in self.orders.values():
            if row["customer_id"] and row["ordered_at"].startswith(self.month) and row["kind"] != "fee":
                bought[row["member_id"], row["customer_id"]] += row["qualifying_volume"]
        counts: dict[str, int] = defaultdict(int)
        for (member_id, _), volume in bought.items():
            counts[member_id] += volume > 0
        return counts


def check_compliance(graph: Graph, company: Company, run: RunRecord, tables: dict[str, Any]) -> None:
    """Compare a report with what is expected."""
    expected, needed = Expected(company, run.period, tables), 2
    report = compliance(graph, Reach.everything, run, needed)
    assert report is not None
    customers = expected.customers()
    standings = tables["standings"]
    active = [row["member_id"] for row in standings if row["active"] == "true"]
    earners = [row["member_id"] for row in standings if minor(row["earned"]) > 0]
    assert (report.members, report.active, report.earners) == (len(standings), len(active), len(earners))
    assert report.active_few_customers == sum(customers[each] < needed for each in active)
    assert report.earners_few_customers == sum(customers[each] < needed for each in earners)
    assert report.earners_no_customer == sum(customers[each] == 0 for each in earners)
    volume = sum(minor(row["commissionable_volume"]) for row in standings)
    bought = sum(minor(row["customer_volume"]) for row in standings)
    paid = sum(expected.paid.values())
    assert (report.volume, report.customer_volume, report.paid) == (volume, bought, paid)
    assert report.customer_share == bought * 10**6 // volume
    assert report.payout_share == paid * 10**6 // volume
    by_origin = {each.origin: each.paid for each in report.origins}
    generations = sum(amount for (bonus, _), amount in expected.paid.items() if bonus == "Generations")
    bare = {(each.bonus, each.member_id): each.amount for each in report.without_sale}
    of_generations = sum(bare.pop(key) for key in list(bare) if key[0] == "Generations")
    assert bare == expected.bare
    assert 0 <= of_generations <= generations
    expected.origins["pay"] -= of_generations
    expected.origins["no_sale"] += of_generations
    assert by_origin == expected.origins
    assert sum(by_origin.values()) == report.paid
    assert report.side == "recruiting"


def check_income(
    graph: Graph, company: Company, runs: list[tuple[RunRecord, dict[str, Any]]], smallest: int
) -> None:
    """Compare a disclosure of all months with what is expected, member by member and group by group."""
    orders = {row["order_id"]: row for row in company.orders}
    pay: dict[str, int] = defaultdict(int)
    spent: dict[str, int] = defaultdict(int)
    ranks: dict[str, list[int]] = defaultdict(list)
    left: set[str] = set()
    names = ["none", "Silver", "Gold"]
    for place, (run, tables) in enumerate(runs):
        mine: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in company.orders:
            sold = orders[row["refund_of"]] if row["refund_of"] else row
            if row["ordered_at"].startswith(run.period) and not sold["customer_id"]:
                mine[row["member_id"]].append(row)
        for row in tables["standings"]:
            member_id, earned = row["member_id"], minor(row["earned"])
            gone = row["status"] == "terminated" and not (earned or mine[member_id])
            stays = not gone or member_id not in left
            (left.add if row["status"] == "terminated" else left.discard)(member_id)
            if not stays or (row["status"] == "customer" and not earned):
                continue
            pay[member_id] += earned
            ranks[member_id].append(names.index(row["rank"]))
            spent[member_id] += sum(
                100 * each["amount"] for each in mine[member_id] if each["currency"] == "EUR"
            )
        assert place < 3
    disclosure = income(graph, Reach.everything, "2025-09", "2025-11", smallest=smallest, limits=[5, 20])
    assert disclosure is not None
    assert (disclosure.members, disclosure.periods) == (len(pay), MONTHS)
    assert disclosure.member_periods == sum(map(len, ranks.values()))
    check_spread(disclosure.pay, list(pay.values()))
    check_spread(disclosure.net, [pay[each] - spent[each] for each in pay])
    assert sum(each.amount for each in disclosure.expenses) == sum(spent[each] for each in pay)
    of_rank: dict[int, list[int]] = defaultdict(list)
    for member_id, held in ranks.items():
        of_rank[max(held)].append(pay[member_id])
    shown = [name for each in disclosure.ranks for name in each.ranks]
    assert shown == [name for name in names if any(names.index(name) in held for held in ranks.values())]
    for group in disclosure.ranks:
        amounts = [amount for name in group.ranks for amount in of_rank[names.index(name)]]
        assert group.members == len(amounts) >= smallest
        check_spread(group.pay, amounts)
        every = [names[rank] for held in ranks.values() for rank in held]
        assert group.periods == sum(name in group.ranks for name in every)
    assert sum(each.periods for each in disclosure.ranks) == disclosure.member_periods
    for text in (as_csv(disclosure), page(disclosure), str(as_json(disclosure))):
        assert not any(
            f"{row['member_id']}<" in text or f"{row['member_id']}," in text for row in company.members
        )


def check_spread(actual: Any, amounts: list[int]) -> None:
    """Compare a spread with counts and places in the sorted list."""
    ordered = sorted(amounts)
    assert actual.members == len(ordered)
    assert actual.nothing == sum(amount <= 0 for amount in ordered)
    for band in actual.bands:
        assert band.members == sum(amount <= band.up_to for amount in ordered)
    for percent, amount in actual.percentiles.items():
        place = math.ceil(Fraction(percent * len(ordered), 100))
        assert amount == (None if place == len(ordered) else ordered[place - 1])
    assert actual.mean == round(Fraction(sum(ordered), len(ordered)))


@pytest.mark.parametrize("seed", seeds(6))
def test_random_companies_agree_with_plain_python_over_their_tables(
    seed: int, graph: Graph, tmp_path: Path
) -> None:
    company = Company(seed)
    runs = computed(graph, company, tmp_path / "company")
    for run, tables in runs:
        check_compliance(graph, company, run, tables)
    check_income(graph, company, runs, smallest=3 + seed % 5)
