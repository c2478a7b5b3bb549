"""Whatever changes, a rerun and live figures notice: no run is paid on trees, orders or rules of before."""

import json
from pathlib import Path

from engine.graph.database import Graph
from tests.conftest import Upline
from tests.support.small_tables import write

PLACED = {
    "members": """
        member_id sponsor_id placement_id leg   enrolled_on
        R         -          -            -     2026-01-01
        A         R          R            left  2026-01-01
        B         R          R            right 2026-01-01
        N         R          -            -     2026-01-05
    """,
    "orders": """
        order_id ordered_at member_id kind qualifying_volume commissionable_volume amount currency
        1        2026-11-05 N         sale 100               100                   100    USD
        2        2026-11-05 A         sale 100               100                   100    USD
        3        2026-11-05 B         sale 100               100                   100    USD
        4        2026-11-05 R         sale 100               100                   100    USD
    """,
}
PLACED_PLAN = """
name = "P"
currency = "USD"
time_zone = "UTC"
tree = "placement"
[activity]
personal_volume = 60
[[rank]]
name = "X"
require = [{ kind = "group_volume", at_least = 200 }]
[[bonus]]
name = "Team"
kind = "unilevel"
compression = "none"
rates = { none = ["0.10", "0.05"] }
"""


def test_a_run_after_a_placement_pays_on_the_new_tree(graph: Graph, tmp_path: Path, upline: Upline) -> None:
    folder, plan = write(tmp_path / "company", **PLACED), tmp_path / "plan.toml"
    plan.write_text(PLACED_PLAN)
    assert upline("import", folder).returncode == 0
    words = ("run", "--period", "2026-11", "--plan", plan)
    first = upline(*words)
    assert "paid in all: 20.00 USD" in first.stdout
    assert upline("statement", "A").stdout.count("Team") == 0
    placed = upline("place", "N", "--rule", "weak_leg", "--on", "2026-11-10")
    assert placed.stdout.strip() == "N is placed under A in leg left from 2026-11-10 on"
    second = upline(*words)
    assert "nothing has changed" not in second.stderr
    assert "paid in all: 35.00 USD" in second.stdout
    statement = json.loads(upline("statement", "A", "--json").stdout)
    standing = statement["standing"]
    assert (standing["group_volume"], standing["rank"], standing["frontline"]) == ("200.00", "X", 1)
    assert statement["earnings"] == [{"bonus": "Team", "amount": "10.00", "lines": 1}]
