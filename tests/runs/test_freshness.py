"""Whatever changes, a rerun and live figures notice: no run pays on outdated trees, orders or rules.

The ways in which the company's state can change are those of the writer's own table of operations, the tables
of an import are its layouts; a test fails where one of them has no scenario here.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.genealogy.changes.kinds import OPERATIONS
from engine.genealogy.changes.lane import read_company
from engine.genealogy.operations.placing import place
from engine.genealogy.placement import options, today
from engine.genealogy.preferences import Preference, prefer
from engine.genealogy.stored import TREES, UPDATABLE
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.intake.tables import LAYOUTS
from engine.ledger.rules import set_rules as ledger_rules
from engine.passes import replay
from engine.passes.record import RunRecord
from engine.passes.replay import made_by, unchanged
from engine.period import period
from engine.periods.committing import commit
from engine.periods.steps import set_rules
from engine.plans.plan import Plan
from engine.plans.reader import read
from engine.rules.library import rules
from engine.run import STAGES, run
from engine.runs.live import current, differences, refresh
from engine.settings import Settings
from tests.conftest import Upline
from tests.support.companies import cypher
from tests.support.days import travel
from tests.support.small_tables import write

OCTOBER, NOVEMBER = period("2026-10"), period("2026-11")

FIELD = Path(__file__).parent.parent / "cases" / "field" / "place-then-run"
"""A company in which N waits for a place, and its plan."""


def test_a_run_after_a_placement_pays_on_the_new_tree(graph: Graph, tmp_path: Path, upline: Upline) -> None:
    folder, plan = FIELD, FIELD / "plan.toml"
    assert upline("import", folder).returncode == 0
    words = ("run", "--period", "2026-11", "--plan", plan)
    first = upline(*words)
    assert "total paid: 20.00 USD" in first.stdout
    assert upline("statement", "A").stdout.count("Team") == 0
    placed = upline("place", "N", "--rule", "weak_leg", "--on", "2026-11-10")
    assert placed.stdout.strip() == "N is placed under A in leg left from 2026-11-10 on"
    second = upline(*words)
    assert "nothing has changed" not in second.stderr
    assert "total paid: 35.00 USD" in second.stdout
    statement = json.loads(upline("statement", "A", "--json").stdout)
    standing = statement["standing"]
    assert (standing["group_volume"], standing["rank"], standing["frontline"]) == ("200.00", "X", 1)
    assert statement["earnings"] == [{"bonus": "Team", "amount": "10.00", "lines": 1, "computed_here": True}]


# Every way in which something changes

TABLES = {
    "members": """
        member_id sponsor_id placement_id leg enrolled_on status name country owner_id
        R         -          -            -   2026-01-01  active -    DE      -
        A         R          R            L   2026-01-01  active Ann  DE      -
        B         R          R            R   2026-01-01  active -    JP      -
        C         A          A            L   2026-01-01  active -    DE      -
        E         B          B            L   2026-01-01  active -    DE      -
        N         A          -            -   2026-01-05  active -    DE      -
    """,
    "customers": """
        customer_id name member_id since
        c1          Cem  A         2026-02-01
    """,
    "prospects": "prospect_id member_id status\np1 A lost\n",
    "orders": """
        order_id ordered_at member_id kind qualifying_volume commissionable_volume amount currency customer_id refund_of
        o1 2026-10-05T00:00:00Z A sale 90  90  90  USD -  -
        n1 2026-11-05T00:00:00Z R sale 100 100 100 USD -  -
        n2 2026-11-05T00:00:00Z A sale 100 100 100 USD -  -
        n3 2026-11-05T00:00:00Z B sale 20  20  20  USD -  -
        n4 2026-11-05T00:00:00Z C sale 100 100 100 USD -  -
        n5 2026-11-05T00:00:00Z N sale 100 100 100 USD -  -
        n7 2026-11-05T00:00:00Z E sale 80  80  80  USD -  -
        n6 2026-11-05T00:00:00Z A sale 50  50  50  USD c1 -
    """,  # noqa: E501
    "facts": """
        member_id name     value
        A         training 1
    """,
    "overrides": """
        member_id kind   first_period value reason
        B         active 2026-10      -     trial
    """,
    "openings": """
        member_id plan  period  kind name     part value
        A         Other 2026-09 rank lifetime -    Gold
    """,
    "outside_earnings": """
        member_id period  bonus amount currency
        A         2026-11 Else  5      -
    """,
}  # fmt: skip
PLAN = """
name = "Fresh"
currency = "USD"
time_zone = "UTC"
tree = "placement"
[activity]
personal_volume = 60
[[rank]]
name = "Seller"
require = [{ kind = "personal_volume", at_least = 90 }]
grace = 1
[[rank]]
name = "Trained"
require = [{ kind = "fact", name = "training", at_least = 2 }]
grace = 1
[[bonus]]
name = "Team"
kind = "unilevel"
compression = "steady"
rates = { none = ["0.10", "0.05"], Seller = ["0.11", "0.05"], Trained = ["0.20", "0.05"] }
[[bonus]]
name = "Pool"
kind = "pool"
share = "0.10"
countries = ["JP"]
[[bonus]]
name = "Else"
kind = "outside"
[[cap]]
per = "owner"
amount = 25
"""
RULE = """// Who keeps a place: whoever is active.
//
// kind:    compression
// params:  none
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER

RETURN standing.active AS keeps, 'inactive' AS reason, 0 AS figure, 0 AS needed
"""


@dataclass
class Company:
    """A company to change something in, with its plan and a rule of its own."""

    graph: Graph
    folder: Path

    def plan(self) -> Plan:
        """The plan as a new process reads it."""
        rules.cache_clear()
        return read(self.folder / "plan.toml", Settings().rules)

    def imported(self, **tables: str) -> None:
        """An import of these tables, and of the unchanged members unless they are among them."""
        write(self.folder, **tables)
        import_company(self.graph, self.folder)

    def changed(self, table: str, before: str, after: str) -> None:
        """An import of one table with some text replaced."""
        assert before in TABLES[table]
        self.imported(**{table: TABLES[table].replace(before, after, 1)})

    def with_row(self, table: str, row: str) -> None:
        """An import of one table with one row more."""
        self.imported(**{table: TABLES[table].rstrip() + f"\n        {row}\n    "})


def outcome(of: RunRecord) -> dict[str, object]:
    """What went into a run, and what came out."""
    return {name: of.facts[f"{name}_hash"] for name in ("tree", "orders", "results")}


@dataclass(frozen=True)
class Scenario:
    """One way to change something.

    `touches` names the operations that its change set records, none where the company's state stays;
    `about` the column, table or part of a run's record that it is for; `pays` says whether results differ.
    """

    act: Callable[[Company], object]
    touches: set[str]
    about: str = ""
    pays: bool = True


MOVES = "member_id tree parent_id leg effective_on\n"


def refund_rule(company: Company) -> None:
    import_company(company.graph, company.folder, refund_rules={"of_refund": "remark"})


def zone(company: Company) -> None:
    import_company(company.graph, company.folder, time_zone="Pacific/Kiritimati")


def currency(company: Company) -> None:
    import_company(company.graph, company.folder, currencies={"USDT": 3})


def preference(company: Company) -> None:
    prefer(company.graph, "A", Preference("outer_left"))


def other_plan(company: Company) -> None:
    path = company.folder / "plan.toml"
    path.write_text(path.read_text().replace('none = ["0.10"', 'none = ["0.15"'))


def other_rule(company: Company) -> None:
    path = company.folder / "rules" / "compression" / "steady.cypher"
    path.write_text(path.read_text().replace("standing.active AS", "standing.personal_volume >= 6000 AS"))


def other_engine(_company: Company) -> None:
    replay.__version__ = "99.0"  # type: ignore[attr-defined]


def october_again(company: Company) -> None:
    """The period before, computed again although nothing has changed."""
    run(company.graph, company.plan(), OCTOBER)


def committed(company: Company, *, first: bool) -> None:
    """October is committed, as if it were over; before that or after it an order of it is returned."""
    for commits in (first, not first):
        if commits:
            travel(company.graph, date(2026, 12, 2))
            commit(company.graph, "2026-10", first=True)
        else:
            company.with_row("orders", "x 2026-11-07T00:00:00Z A refund -60 0 0 USD - o1")


def placed(company: Company) -> None:
    place(company.graph, "N", options("outer_left", {}), on=NOVEMBER.first)


SCENARIOS = {
    "a member is new": Scenario(
        lambda c: c.with_row("members", "D B B R 2026-11-02 active - DE -"), {"members_added"}, "members"
    ),
    "a status": Scenario(
        lambda c: c.changed("members", "active Ann", "suspended Ann"), {"members_updated"}, "status"
    ),
    "a name": Scenario(lambda c: c.changed("members", "Ann", "Anna"), {"members_updated"}, "name", False),
    "a country": Scenario(
        lambda c: c.changed("members", "Ann  DE", "Ann JP"), {"members_updated"}, "country"),
    "an owner": Scenario(
        lambda c: c.changed("members", "Ann  DE      -", "Ann DE R"), {"members_updated"}, "owner_id"),
    "a move among sponsors": Scenario(
        lambda c: c.imported(moves=MOVES + "C sponsor B - 2026-11-01"), {"sponsor_moves"}, "moves", False
    ),
    "a move among placements": Scenario(
        lambda c: c.imported(moves=MOVES + "C placement B R 2026-11-01"), {"placement_moves"}, "moves"
    ),
    "a customer is new": Scenario(
        lambda c: c.with_row("customers", "c2 Dee B 2026-02-01"), {"customers_added"}, "customers", False
    ),
    "a customer of another member": Scenario(
        lambda c: c.changed("customers", "A ", "B "), {"customers_updated"}, "customers", False),
    "prospect": Scenario(lambda c: c.with_row("prospects", "p A -"), {"prospects_added"}, "prospects", False),
    "found": Scenario(lambda c: c.changed("prospects", "lost", "new"), {"prospects_updated"}, "prospects", False),  # noqa: E501
    "an order": Scenario(
        lambda c: c.with_row("orders", "x 2026-11-06T00:00:00Z B sale 70 70 70 USD - -"),
        {"orders_added"}, "orders",
    ),
    "an order of a customer": Scenario(
        lambda c: c.with_row("orders", "x 2026-11-06T00:00:00Z A sale 70 70 70 USD c1 -"),
        {"orders_added"}, "orders",
    ),
    "a refund": Scenario(
        lambda c: c.with_row("orders", "x 2026-11-07T00:00:00Z A refund -60 -60 -60 USD - n2"),
        {"orders_added"}, "orders",
    ),
    "a refund of a committed order": Scenario(
        lambda c: committed(c, first=True), {"corrections_added"}, "orders", False
    ),
    "a refund, and then the commit": Scenario(
        lambda c: committed(c, first=False), {"orders_added", "corrections_moved"}, "orders", False
    ),
    "a fact is new": Scenario(lambda c: c.with_row("facts", "R training 2"), {"facts_added"}, "facts"),
    "a fact is corrected": Scenario(
        lambda c: c.changed("facts", "training 1", "training 2"), {"facts_corrected"}, "facts"
    ),
    "an override is new": Scenario(
        lambda c: c.with_row("overrides", "R rank 2026-11 Trained -"), {"overrides_added"}, "overrides"
    ),
    "an override is corrected": Scenario(
        lambda c: c.imported(overrides="member_id kind first_period last_period\nB active 2026-10 2026-10"),
        {"overrides_corrected"}, "overrides",
    ),
    "an opening is new": Scenario(
        lambda c: c.with_row("openings", "R Other 2026-09 rank lifetime - Gold"),
        {"openings_added"}, "openings", False,
    ),
    "an opening is corrected": Scenario(
        lambda c: c.changed("openings", "Gold", "Silver"), {"openings_corrected"}, "openings", False
    ),
    "an earning from elsewhere is new": Scenario(
        lambda c: c.with_row("outside_earnings", "E 2026-11 Else 7 -"),
        {"outside_earnings_added"}, "outside_earnings",
    ),
    "an earning from elsewhere is corrected": Scenario(
        lambda c: c.changed("outside_earnings", "5 ", "6 "),
        {"outside_earnings_corrected"}, "outside_earnings",
    ),
    "somebody is placed": Scenario(placed, {"members_placed"}, "place"),
    "the time zone": Scenario(zone, {"time_zone_set"}, "time_zone", False),
    "a rule for refunds": Scenario(refund_rule, {"refund_rules_set"}, "remarked_refunds", False),
    "a currency of its own": Scenario(currency, {"currencies_set"}, "currencies", False),
    "a preferred placement": Scenario(preference, {"preferences_set"}, "preferences", False),
    "period rules": Scenario(lambda c: set_rules(c.graph, two_person=True), {"period_rules_set"}, "", False),
    "ledger rules": Scenario(lambda c: ledger_rules(c.graph, together=True), {"ledger_rules_set"}, "", False),
    "the plan": Scenario(other_plan, set(), "plan_hash"),
    "a rule": Scenario(other_rule, set(), "rules_hash"),
    "the engine": Scenario(other_engine, set(), "engine_version", False),
    "the period before is computed again": Scenario(october_again, set(), "previous", False),
}  # fmt: skip


@pytest.fixture
def company(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    """October and November computed, and live figures of November kept again."""
    monkeypatch.setattr(replay, "__version__", replay.__version__)  # type: ignore[attr-defined]
    folder = tmp_path / "rules" / "compression"
    folder.mkdir(parents=True)
    (folder / "steady.cypher").write_text(RULE)
    (tmp_path / "plan.toml").write_text(PLAN)
    monkeypatch.setenv("UPLINE_RULES", str(tmp_path / "rules"))
    made = Company(graph, tmp_path)
    made.imported(**TABLES)
    return made


def test_every_way_of_changing_something_has_a_scenario(company: Company) -> None:
    touched = set[str]().union(*(scenario.touches for scenario in SCENARIOS.values())) | {"one_tree_set"}
    assert touched == set(OPERATIONS)
    about = {scenario.about for scenario in SCENARIOS.values()}
    assert about >= {layout.name for layout in LAYOUTS}
    assert about >= set(UPDATABLE)
    assert about >= made_by(company.plan()).keys()
    assert {f"{tree}_moves" for tree in TREES} <= touched


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_rerun_and_live_figures_notice(name: str, company: Company) -> None:
    scenario, graph, plan = SCENARIOS[name], company.graph, company.plan()
    run(graph, plan, OCTOBER)
    before = run(graph, plan, NOVEMBER)
    kept = refresh(graph, plan, NOVEMBER, STAGES)
    assert unchanged(graph, plan, NOVEMBER) is not None
    seen = read_company(graph).newest

    scenario.act(company)

    touched = graph.value(
        cypher("MATCH (c:Change) WHERE c.number > $seen UNWIND c.touched AS t RETURN collect(t)", "seen"),
        seen=seen,
    )
    assert set(touched or ()) == scenario.touches
    plan = company.plan()
    assert unchanged(graph, plan, NOVEMBER) is None
    live = refresh(graph, plan, NOVEMBER, STAGES)
    followed = bool(scenario.touches) and "built anew" not in map(OPERATIONS.get, scenario.touches)
    assert live.rebuilt is not followed
    assert (live.run.number == kept.run.number) is followed
    assert differences(graph, live.run) == []
    adopted = run(graph, plan, NOVEMBER, replace=True)
    assert adopted.number == live.run.number, "it goes on from live figures"
    assert current(graph, plan, NOVEMBER) is None
    from_nothing = run(graph, plan, NOVEMBER)
    assert from_nothing.number > adopted.number
    assert outcome(adopted) == outcome(from_nothing)
    assert (outcome(adopted)["results"] != outcome(before)["results"]) is scenario.pays
    assert unchanged(graph, plan, NOVEMBER) is not None


def test_another_time_zone_changes_how_local_times_are_read_and_what_day_it_is(
    company: Company, graph: Graph
) -> None:
    zone(company)
    company.with_row("orders", "x 2026-11-06T10:00:00 B sale 70 70 70 USD - -")
    at = graph.value(cypher("MATCH (o:Order {order_id: 'x'}) RETURN o.ordered_at AS at"))
    assert at.to_native() == datetime(2026, 11, 5, 20, tzinfo=UTC)
    state = read_company(graph)
    assert state.time_zone == "Pacific/Kiritimati"
    assert today(state) > today(replace(state, time_zone="Pacific/Pago_Pago"))  # 25 hours behind
