"""Small companies and plans written as text, for tests that speak the domain.

Tables are text in the notation of data cases: engine/workbench/notation.py.
"""

import csv
from pathlib import Path

from engine.workbench.notation import Row, rows

from .compute import compute
from .result import Result

NOVEMBER = "2026-11"
FLAT = 'name = "P"\nversion = "1"\ncurrency = "USD"\n'
MEMBERS = {"sponsor_id": "", "placement_id": "", "enrolled_on": "2026-01-01", "status": "active"}
ORDERS = {
    "ordered_at": "2026-11-10T12:00:00Z",
    "customer_id": "",
    "kind": "sale",
    "amount": "0",
    "currency": "USD",
    "refund_of": "",
}
RANK_BY_FACT = """
[[rank]]
name = "{name}"
require = [{{ kind = "fact", name = "rank", at_least = {step} }}]
"""


def write(folder: Path, name: str, table: list[Row]) -> None:
    columns = list(dict.fromkeys(column for row in table for column in row)) or list(ORDERS)
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns)
        out.writeheader()
        out.writerows(table)


def run(
    folder: Path, plan: str, members: str, orders: str = "", periods: str = NOVEMBER, **others: str
) -> list[Result]:
    """Write tables and plan, and compute. An order's column `volume` is both QV and CV."""
    write(folder, "members", [MEMBERS | row for row in rows(members)])
    sales = [
        {"order_id": f"o{number}", **ORDERS, **row}
        for number, row in enumerate(rows(orders or "member_id"), start=1)
    ]
    for sale in sales:
        volume = sale.pop("volume", "0")
        sale.setdefault("qualifying_volume", volume)
        sale.setdefault("commissionable_volume", volume)
    write(folder, "orders", sales)
    for name, table in others.items():
        write(folder, name, rows(table))
    (folder / "plan.toml").write_text(FLAT + plan, encoding="utf-8")
    return compute(folder, folder / "plan.toml", periods.split())


def unilevel(rates: str, **options: str) -> str:
    lines = "\n".join(f"{key} = {value}" for key, value in options.items())
    return f'\n[[bonus]]\nname = "U"\nkind = "unilevel"\n{lines}\n[bonus.rates]\n{rates}\n'


def ladder(*names: str) -> str:
    return "".join(RANK_BY_FACT.format(name=name, step=step) for step, name in enumerate(names, start=1))


def facts(steps: str) -> str:
    """Ranks from facts: "A:2 B:1" makes a facts table."""
    cells = [each.split(":") for each in steps.split()]
    return "member_id period name value\n" + "\n".join(f"{member} - rank {step}" for member, step in cells)


def paid(result: Result) -> dict[str, int]:
    """Minor units by payee."""
    return {payee: amount for (payee, _), amount in sorted(result.earnings.items()) if amount}


def by_order(result: Result) -> dict[str, dict[str, int | None]]:
    table: dict[str, dict[str, int | None]] = {}
    for line in result.lines:
        table.setdefault(line.source_id, {})[line.payee_id] = line.amount
    return table


def regular(width: int, depth: int) -> str:
    """A tree where everybody down to a depth has `width` people directly below; the root is YOU."""
    level, lines = ["YOU"], ["member_id sponsor_id", "YOU -"]
    for _ in range(depth):
        below = [(f"{parent}.{n}", parent) for parent in level for n in range(width)]
        lines += [f"{child} {parent}" for child, parent in below]
        level = [child for child, _ in below]
    return "\n".join(lines)


CHAIN = "member_id sponsor_id\n1 -\n12 1\n123 12\n1234 123"
