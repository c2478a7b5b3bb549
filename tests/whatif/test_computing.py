"""A what-if is exact: what it changes is what a run of a company, or by a plan, that is so would give."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from engine.composition.measures import needed
from engine.genealogy.operations.kinds import ChangeOwner, ChangeSponsor, MoveMember, SuspendMember
from engine.genealogy.operations.performing import perform
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes import frozen
from engine.passes.record import RunRecord, complete
from engine.passes.replay import period_of, whole_plan_of
from engine.period import period
from engine.plans.plan import Plan
from engine.plans.reader import parse, read
from engine.preview.figures import differences, figures_of
from engine.preview.previewing import preview
from engine.run import run
from engine.run_period import try_period
from engine.runs import aside
from engine.whatif import comparing
from engine.whatif.changes import Changes, changes_of
from engine.whatif.computing import compute
from engine.whatif.kept import remove
from tests.runs.test_freshness import NOVEMBER, OCTOBER, PLAN, TABLES
from tests.support.small_tables import write
from tests.support.strategies import PERIODS, grove
from tests.support.strategies_binary import legged_grove

PLANS = Path(__file__).parent.parent.parent / "engine" / "plans"
HASHES = ("tree_hash", "orders_hash", "figures_hash", "carry_hash", "results_hash")
NOBODY = "member_id sponsor_id enrolled_on\n"
LATE = "order_id ordered_at member_id kind qualifying_volume commissionable_volume amount currency\n"


def hashes(record: RunRecord) -> dict[str, Any]:
    """Everything that two runs of the same period by the same rules have in common."""
    return {name: record.facts.get(name) for name in HASHES} | {"totals": record.totals}


def company(graph: Graph, folder: Path) -> Plan:
    """A company of two trees with results of two months."""
    path = folder / "plan.toml"
    path.write_text(PLAN.replace('"steady"', '"activity_skip"'), encoding="utf-8")
    plan = read(path)
    import_company(graph, write(folder / "tables", **TABLES))
    run(graph, plan, OCTOBER)
    run(graph, plan, NOVEMBER)
    return plan


def repeated(graph: Graph, record: RunRecord) -> None:
    """Without any change a what-if has what its run has, and nobody other figures."""
    made = compute(graph, f"same {record.number}", record, Changes())
    assert hashes(made.run) == hashes(record)
    compared = comparing.comparison(graph, made)
    assert (compared.members_changed, compared.difference) == (0, 0)
    assert all(each.before == each.after for each in compared.ranks)


@pytest.mark.parametrize("make", [grove, legged_grove], ids=["levels", "binaries"])
def test_without_a_change_it_repeats_its_run(make: Any, graph: Graph, tmp_path: Path) -> None:
    """Of many random companies, also once the company has changed, and from the store as it was."""
    tables, path = make(5, 40).write(tmp_path / "company")
    import_company(graph, tables)
    plan = read(path)
    records = [run(graph, plan, period(name, plan.zone)) for name in PERIODS]
    for record in records:
        repeated(graph, record)
    members = [
        each["member_id"] for each in csv_rows(tables / "members.csv") if each["enrolled_on"] < "2026-11-01"
    ]
    for member_id in members[:20]:
        with suppress(NotDoneError):
            perform(graph, SuspendMember(member_id=member_id))
    for record in records:
        repeated_after = compute(graph, f"later {record.number}", record, Changes())
        assert hashes(repeated_after.run) == hashes(record)


def csv_rows(path: Path) -> list[dict[str, str]]:
    import csv

    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["aurora", "binary", "pool", "matrix"])
def test_every_kind_of_plan_repeats_its_run(name: str, graph: Graph, tmp_path: Path) -> None:
    import_company(graph, write(tmp_path / "tables", **TABLES))
    plan = read(PLANS / f"{name}.toml")
    run(graph, plan, period("2026-10", plan.zone))
    repeated(graph, run(graph, plan, period("2026-11", plan.zone)))


SETTINGS = (
    ["bonus.Team.rates.Seller[0]=0.15", "bonus.Team.compression=none"],
    ["activity.personal_volume=95"],
    ["tree=sponsor"],
    ["volume.exclude_kinds=['sale']"],
    ["volume.customers=false", "activity.days=60"],
    ["rank.Seller.require=[{kind = 'group_volume', at_least = 100}]", "rank.Trained.name=Gold",
     "bonus.Team.rates={none = ['0.1'], Gold = ['0.3']}"],
    ["bonus.Pool.countries=", "cap[0].amount=10"],
    ["cap[0]=", "bonus.Pool.kind=matching", "bonus.Pool.share=", "bonus.Pool.countries=",
     "bonus.Pool.rates=['0.5']", "bonus.Pool.bonuses=['Team']"],
    ["volume.push_up=true"],
    ["time_zone=Asia/Tokyo"],
)  # fmt: skip


def test_another_plan_pays_what_a_trial_of_it_pays(graph: Graph, tmp_path: Path) -> None:
    """Of rates, compressions, floors, ranks, trees, volumes and further facts of members."""
    plan = company(graph, tmp_path)
    base = complete(graph, "2026-11")[0]
    for place, settings in enumerate(SETTINGS):
        changes = changes_of(settings)
        changed = changes.plan_for(base)
        assert changed.text != plan.text
        tried = try_period(graph, changed, period("2026-11", changed.zone))
        made = compute(graph, str(place), base, changes)
        assert hashes(made.run) == hashes(tried), settings
        conserved(graph, made)
    (tmp_path / "other.toml").write_text(plan.text.replace('"0.11"', '"0.12"'), encoding="utf-8")
    by_file = changes_of(plan=tmp_path / "other.toml", settings=["activity.personal_volume=50"])
    tried = try_period(graph, by_file.plan_for(base), NOVEMBER)
    assert hashes(compute(graph, "file", base, by_file).run) == hashes(tried)
    assert complete(graph, "2026-11") == [base]


def conserved(graph: Graph, made: Any) -> None:
    """The differences of members and of bonuses come to the difference in all."""
    compared = comparing.comparison(graph, made)
    everybody = list(comparing.members(graph, compared))
    assert len(everybody) == compared.members_changed
    assert sum(each.gain for each in everybody) == compared.difference == compared.won + compared.lost
    assert sum(each.difference for each in compared.bonuses) == compared.difference
    for bonus in compared.bonuses:
        gains = [
            (each.after.bonuses.get(bonus.bonus, 0) if each.after else 0)
            - (each.before.bonuses.get(bonus.bonus, 0) if each.before else 0)
            for each in everybody
        ]
        assert sum(gains) == bonus.difference, bonus
    ranks = made.run.facts["ranks"]
    before = figures_of(graph, compared.base.number, compared.base.facts["ranks"])
    after = figures_of(graph, made.run.number, ranks)
    assert {each.member_id: each for each in everybody} == {
        each.member_id: each for each in differences(before, after)
    }


def test_what_a_plan_needs_besides_is_as_it_was_known(graph: Graph, tmp_path: Path) -> None:
    """Countries, owners and the sponsor tree, which the run did not have, after they have changed."""
    plan = company(graph, tmp_path)
    plain = parse(plan.text[: plan.text.index('[[bonus]]\nname = "Pool"')], tmp_path / "plain.toml")
    base = run(graph, plain, NOVEMBER, replace=True)
    assert needed(whole_plan_of(base)) == []
    full = Changes(plan_text=plan.text, plan_path="full.toml")
    by_sponsor = changes_of(["tree=sponsor"])
    first = [
        hashes(compute(graph, str(place), base, each).run) for place, each in enumerate((full, by_sponsor))
    ]
    tried = try_period(graph, full.plan_for(base), NOVEMBER)
    assert first[0] == hashes(tried)
    first_day = OCTOBER.first
    for operation in (
        ChangeOwner(member_id="A", owner_id="B"), ChangeSponsor(member_id="E", sponsor_id="A", on=first_day),
        MoveMember(member_id="C", parent_id="E", leg="L", on=first_day), SuspendMember(member_id="B"),
    ):  # fmt: skip
        perform(graph, operation)
    import_company(
        graph,
        write(
            tmp_path / "late", members=NOBODY, orders=f"{LATE}late 2026-11-06T00:00:00Z C sale 70 70 70 USD\n"
        ),
    )
    run(graph, plain, NOVEMBER)  # takes the place of the base, which is spared
    again = [
        hashes(compute(graph, str(place), base, each, replace=True).run)
        for place, each in enumerate((full, by_sponsor))
    ]
    assert again == first


@pytest.mark.parametrize("one_tree", [False, True])
def test_a_move_gives_what_a_preview_and_a_run_after_it_give(
    one_tree: bool, graph: Graph, tmp_path: Path
) -> None:
    """Two moves in turn; a leg is written as the company writes it."""
    if one_tree:
        members = TABLES["members"].replace("placement_id ", "").replace(" R          L", " L")
        rows = [line.split() for line in TABLES["members"].strip().splitlines()]
        members = "\n".join(" ".join([row[0], row[1], row[3], *row[4:]]) for row in rows)
        import_company(graph, write(tmp_path / "tables", **{**TABLES, "members": members}))
        path = tmp_path / "plan.toml"
        path.write_text(PLAN.replace('"steady"', '"activity_skip"'), encoding="utf-8")
        plan = read(path)
        run(graph, plan, OCTOBER)
        run(graph, plan, NOVEMBER)
    else:
        plan = company(graph, tmp_path)
    base = complete(graph, "2026-11")[0]
    made = compute(graph, "moved", base, changes_of(moves=["E=A:right", "C=E:l"]))
    conserved(graph, made)
    for member, parent, leg in (("E", "A", "R"), ("C", "E", "L")):
        operation = (
            ChangeSponsor(member_id=member, sponsor_id=parent, leg=leg, on=NOVEMBER.first)
            if one_tree
            else MoveMember(member_id=member, parent_id=parent, leg=leg, on=NOVEMBER.first)
        )
        if member == "E":
            alone = compute(graph, "alone", base, changes_of(moves=["E=A:R"]))
            (previewed,) = preview(graph, operation).periods
            compared = comparing.comparison(graph, alone)
            assert {each.member_id: each for each in previewed.differences or ()} == {
                each.member_id: each for each in comparing.members(graph, compared)
            }
            assert (previewed.earned_before, previewed.earned_after) == (compared.before, compared.after)
        perform(graph, operation)
    after = run(graph, plan, NOVEMBER)
    assert hashes(made.run) == hashes(after)


def test_a_rank_is_paid_as_by_an_override(graph: Graph, tmp_path: Path) -> None:
    plan = company(graph, tmp_path)
    base = complete(graph, "2026-11")[0]
    made = compute(graph, "ranked", base, changes_of(ranks=["C=Trained", "A=none"], moves=["E=A:R"]))
    conserved(graph, made)
    compared = comparing.comparison(graph, made)
    assert {each.rank: (each.before, each.after) for each in compared.ranks}["Trained"] == (0, 1)
    perform(graph, MoveMember(member_id="E", parent_id="A", leg="R", on=NOVEMBER.first))
    table = "member_id kind first_period last_period value reason\n"
    rows = "".join(
        f"{who} rank 2026-11 2026-11 {rank} try\n" for who, rank in (("C", "Trained"), ("A", "none"))
    )
    import_company(graph, write(tmp_path / "granted", members=NOBODY, overrides=table + rows))
    assert hashes(run(graph, plan, NOVEMBER)) == hashes(made.run)


def test_matches_of_other_calendars_are_taken_over(graph: Graph, tmp_path: Path) -> None:
    """A month that matches its weeks pays the same, though a week has been computed again since."""
    text = """
name = "Weeks"
tree = "sponsor"
[[bonus]]
name = "Week"
kind = "unilevel"
calendar = "week"
rates = ["0.10"]
[[bonus]]
name = "Match"
kind = "matching"
calendar = "month"
bonuses = ["Week"]
rates = ["0.50"]
"""
    import_company(
        graph,
        write(tmp_path / "tables", members=TABLES["members"], orders=TABLES["orders"].replace(" c1 ", " - ")),
    )
    plan = parse(text, tmp_path / "weeks.toml")
    week = period("2026-W45", plan.zone)
    run(graph, plan, week)
    base = run(graph, plan, period("2026-11", plan.zone))
    assert base.totals[0]["paid"] > 0
    import_company(
        graph,
        write(
            tmp_path / "late", members=NOBODY, orders=f"{LATE}late 2026-11-05T00:00:00Z C sale 70 70 70 USD\n"
        ),
    )
    run(graph, plan, week)
    made = compute(graph, "same", base, Changes())
    assert hashes(made.run) == hashes(base)
    assert period_of(made.run, plan).name == "2026-11"
    doubled = compute(graph, "doubled", base, changes_of(["bonus.Match.rates[0]=1"]))
    assert [total["paid"] for total in doubled.run.totals] == [2 * total["paid"] for total in base.totals]
    assert frozen.__name__ != aside.__name__
    assert remove(graph, "same") == ["same"]
