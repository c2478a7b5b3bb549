"""How a team duplicates, against a company that is worked out by hand."""

import pytest

from engine.access.policy import Policy
from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.answers.duplication import Generation, duplications
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import RunRecord, result
from engine.run import run_file
from tests.conftest import Upline
from tests.support.small_tables import write

COLUMNS = (
    "order_id member_id ordered_at customer_id kind "
    "qualifying_volume commissionable_volume amount currency refund_of"
)
# Placements are others than sponsors: 12 and 121 are placed below 11.
TABLES = {
    "members": """
        member_id sponsor_id placement_id enrolled_on
        1         -          -            2026-01-01
        11        1          1            2026-01-01
        12        1          11           2026-01-01
        13        1          1            2026-01-01
        111       11         11           2026-01-11
        112       11         11           2026-01-15
        121       12         11           2026-01-21
        1111      111        111          2026-11-20
        131       13         13           2026-12-05
    """,
    "customers": """
        customer_id member_id
        c1          11
        c2          111
    """,
    # The order of 13 comes on the last day of October in New York, on the first of November in UTC.
    "orders": f"""
        {COLUMNS}
        o1 11  2026-10-05T12:00:00Z c1 sale   100 100 100 USD -
        o2 11  2026-11-05T12:00:00Z c1 sale   100 100 100 USD -
        o3 111 2026-11-05T12:00:00Z c2 sale   50  50  50  USD -
        o4 13  2026-11-01T02:00:00Z -  sale   100 100 100 USD -
        o5 12  2026-10-06T12:00:00Z -  gift   0   0   0   USD -
        o6 112 2026-12-02T12:00:00Z -  sale   100 100 100 USD -
        o7 112 2026-01-02T12:00:00Z -  sale   100 100 100 USD -
        o8 121 2026-11-07T12:00:00Z -  sale   10  10  10  USD -
        o9 121 2026-11-08T12:00:00Z -  refund -10 -10 -10 USD o8
    """,
}  # fmt: skip
PLAN = """
name = "Small"
tree = "placement"
[volume]
exclude_kinds = ["gift"]
[[rank]]
name = "Seller"
require = [{ kind = "personal_volume", at_least = 100 }]
"""
FIRST = Generation(
    number=1,  # 11, 12, 13
    members=3,
    recruiting=2,  # 11 and 12; the recruit of 13 enrolled later
    selling=1,  # 11
    ranked=2,  # 11 and 13
    recruits=3,
    days_to_first_recruit=10,  # 11 after 10 days, 12 after 20
    days_to_first_order=277,  # 11 on 5 October, 13 on 31 October; a gift is no order
    days_to_first_rank=303,  # both in October, which ends 303 days after 1 January
)
SECOND = Generation(
    number=2,  # 111, 112, 121
    members=3,
    recruiting=1,  # 111
    selling=1,  # 111
    ranked=0,
    recruits=1,
    days_to_first_recruit=313,  # from 11 January to 20 November
    days_to_first_order=290,  # 111 after 298, 121 after 290; of 112 one came too early and one too late
    days_to_first_rank=None,
)
THIRD = Generation(3, 1, 0, 0, 0, 0, None, None, None)


@pytest.fixture(scope="module")
def november(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    """October and November computed."""
    server_graph.batched("schema/wipe")
    folder = tmp_path_factory.mktemp("team")
    import_company(server_graph, write(folder / "tables", **TABLES), time_zone="America/New_York")
    plan = folder / "plan.toml"
    plan.write_text(PLAN)
    for period in ("2026-10", "2026-11"):
        run_file(server_graph, plan, period)
    return result(server_graph, "2026-11")


def test_each_generation_of_a_team(server_graph: Graph, november: RunRecord) -> None:
    teams = duplications(server_graph, Reach.everything, november, ["1", "12", "131", "nobody"])
    assert teams == {
        "1": (FIRST, SECOND, THIRD),
        "12": (Generation(1, 1, 0, 0, 0, 0, None, 290, None),),
        "131": (),
    }
    assert duplications(server_graph, Reach.everything, november, ["1"], 1) == {"1": (FIRST,)}


def test_a_leader_sees_the_own_team_alone(server_graph: Graph, november: RunRecord) -> None:
    leader = Viewer("x", Role.MEMBER, "11")
    every = duplications(server_graph, Reach.everything, november, ["11", "111"])
    own = duplications(server_graph, Reach(leader), november, ["11", "111", "1", "12", "13"])
    # 12 is placed below 11, but its team is not 11's: counts would speak of strangers.
    assert own == every
    placement = Reach(leader, Policy(trees=frozenset({"placement"})))
    assert duplications(server_graph, placement, november, ["11"]) == {}


def test_the_command_prints_it(server_graph: Graph, november: RunRecord, upline: Upline) -> None:
    done = upline("report", "duplication", "--of", "1", "--format", "csv")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("generation,members,recruiting,selling,ranked,recruits,days_to_first_recruit,")
    assert lines[1:] == ["1,3,2,1,2,3,10,277,303", "2,3,1,1,0,1,313,290,", "3,1,0,0,0,0,,,"]
    refused = upline("report", "cohorts", "--of", "1")
    assert refused.returncode == 2
    assert "report_parameter" in refused.stderr
