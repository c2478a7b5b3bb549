"""A company of six and one month of it, small enough to work out by hand; used by several test files."""

from pathlib import Path

from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import RunRecord
from engine.run import run_file

PERIOD = "2026-11"
NOTHING_HERE = {
    "orders_left_out", "orphans", "circles", "stacking", "sponsor_outside_upline", "common_owners",
    "under_terminated", "one_leg", "planned",
}  # fmt: skip
"""Reports that find nothing in this month: every order counts, and the trees are sound. Cases show each."""

TABLES = {
    # 111 was sponsored by 1 and placed under 11; everybody else is placed directly under the sponsor.
    "members": """
        member_id,name,sponsor_id,placement_id,leg,enrolled_on,status,country,owner_id
        1,Ann,,,,2026-01-10,active,US,
        11,Ben,1,1,,2026-01-20,active,US,
        12,Cat,1,1,,2026-02-03,active,DE,
        111,Dan,1,11,,2026-02-10,active,US,
        112,Eve,11,11,,2026-03-01,active,DE,
        121,Fay,12,12,,2026-03-05,terminated,US,
        """,
    # c4 comes after the month.
    "customers": """
        customer_id,name,member_id,since
        c1,Gil,11,2026-05-01
        c2,Hal,11,2026-06-01
        c3,Ida,112,2026-06-01
        c4,Jon,1,2026-12-05
        """,
    "orders": """
        order_id,ordered_at,member_id,customer_id,kind,qualifying_volume,commissionable_volume,amount,currency,refund_of
        o1,2026-11-02T10:00:00Z,1,,sale,150,150,150,USD,
        o2,2026-11-02T11:00:00Z,11,,sale,100,100,100,USD,
        o3,2026-11-03T10:00:00Z,11,c1,sale,200,200,200,USD,
        o4,2026-11-04T10:00:00Z,12,,sale,90,90,90,USD,
        o5,2026-11-05T10:00:00Z,111,,sale,500,500,500,USD,
        o6,2026-11-06T10:00:00Z,112,c3,sale,80,80,80,USD,
        o7,2026-11-07T10:00:00Z,121,,sale,40,40,40,USD,
        o8,2026-12-01T00:00:00Z,121,,sale,9999,9999,9999,USD,
        """,
}

PLAN = """
name = "Small"
currency = "USD"

[activity]
personal_volume = 100

[[rank]]
name = "Silver"
require = [{ kind = "group_volume", at_least = 800 }]

[[bonus]]
name = "Retail"
kind = "personal"
rate = "0.20"
on = "customers"

[[bonus]]
name = "Unilevel"
kind = "unilevel"
[bonus.rates]
none = ["0.10", "0.05"]
Silver = ["0.10", "0.10"]
"""


def month(graph: Graph, folder: Path, period: str = PERIOD) -> RunRecord:
    """Import the company into an empty database and compute its November, of another year by `period`.

    By hand: 1, 11 and 111 are active; 1 and 11 are Silver (group volumes 1160 and 880). Retail pays 11
    20 % of 200 = 40.00. Unilevel pays 11 10 % of 500 + 80 = 58.00, and 1 10 % of 300 + 90 on level one and
    10 % of 500 + 80 + 40 on level two = 101.00.
    """
    for name, text in TABLES.items():
        lines = [line.strip() for line in text.replace("2026-", period[:5]).strip().splitlines()]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    plan = folder / "plan.toml"
    plan.write_text(PLAN, encoding="utf-8")
    import_company(graph, folder)
    return run_file(graph, plan, period)
