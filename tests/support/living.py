"""Companies whose live figures follow operations, for the tests of that."""

from pathlib import Path

from engine.graph.database import Graph
from engine.intake.importing import import_company, import_rows
from engine.period import period
from engine.plans.plan import Plan
from engine.plans.reader import parse
from tests.support.small_tables import write

NOVEMBER = period("2026-11")
PLAN = """
name = "Follow"
currency = "USD"
time_zone = "UTC"
tree = "placement"
[activity]
personal_volume = 60
[[rank]]
name = "Builder"
require = [{ kind = "group_volume", at_least = 100 }]
[[bonus]]
name = "Team"
kind = "unilevel"
rates = { none = ["0.05", "0.05"], Builder = ["0.10", "0.05"] }
[[bonus]]
name = "Recruits"
kind = "unilevel"
tree = "sponsor"
rates = { none = ["0.03"] }
[[cap]]
per = "owner"
amount = 25
"""


def company(graph: Graph, folder: Path, parents: dict[str, str], **legs: str) -> Plan:
    """A company in which the sponsors are the parents; members are named, the root first."""
    members = "member_id sponsor_id placement_id leg enrolled_on\n" + "\n".join(
        f"{member} {parent} {parent} {legs.get(member, '-')} 2026-01-01" for member, parent in parents.items()
    )
    customers = "customer_id name member_id since\n" + "\n".join(f"c{n} C m{n} 2026-01-01" for n in range(4))
    tables = {"members": members} | ({"customers": customers} if "m4" in parents else {})
    import_company(graph, write(folder / "tables", **tables))
    return parse(PLAN, Path("plan.toml"))


def sell(graph: Graph, name: str, member: str, volume: int) -> None:
    import_rows(graph, {"orders": [{
        "order_id": name, "ordered_at": "2026-11-20T10:00:00Z", "member_id": member, "kind": "sale",
        "qualifying_volume": str(volume), "commissionable_volume": str(volume), "amount": str(volume),
        "currency": "USD",
    }]})  # fmt: skip
