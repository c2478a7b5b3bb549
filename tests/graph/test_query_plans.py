"""What the server says of every query: columns, mode, warnings, and how passes over levels find their way.

A company is imported, computed, read and exported through a graph that records its statements; each one
that was composed on the way is explained as it was sent.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.access.reach import Reach
from engine.answers import pay, standings
from engine.answers.downline import Conditions, downline_page
from engine.answers.export import Export
from engine.answers.lines import lines_paid_to
from engine.answers.members import member, member_page
from engine.answers.overlays import compressed_frontlines, places
from engine.answers.pages import Stretch
from engine.answers.ranks import next_rank, rank_card
from engine.answers.transfers import transfer_page, transfers, transfers_out
from engine.answers.trees import group
from engine.composition import bonuses, vetting
from engine.composition.flows import body_of
from engine.composition.trees import OPEN, between_members
from engine.explain.explanation import explain
from engine.graph.database import Graph
from engine.graph.queries import MODES, ROOMS, Query, folder, query
from engine.graph.schema import prepare
from engine.intake.importing import import_company
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of
from engine.period import period
from engine.plans.plan import Bonus
from engine.plans.reader import read
from engine.rules.contract import FOLDERS, QUESTIONS
from engine.rules.library import questions, rules
from engine.rules.module import Module
from engine.run import run, run_file
from engine.runs.life import clear
from engine.workbench import reports
from engine.workbench.disclosure.compliance import compliance
from engine.workbench.disclosure.income import income
from tests.conftest import Address
from tests.support.companies import cypher, forget_plans, planned, written
from tests.support.hits import hits
from tests.support.tree_questions import ask_trees

SCANS = ("AllNodesScan", "NodeByLabelScan", "RelationshipTypeScan", "AllRelationshipsScan")
COMPANY = """
plan:
  name = "Everything"
  [activity]
  personal_volume = 50
  [[rank]]
  name = "Silver"
  match = "any"
  require = [
    { kind = "personal_volume", at_least = 100 },
    { kind = "fact", name = "training", at_least = 1 },
  ]
  [[rank]]
  name = "Gold"
  require = [
    { kind = "group_volume", at_least = 300, leg_cap = "0.5" },
    { kind = "legs_with_rank", rank = "Silver", at_least = 2 },
  ]
  [[bonus]]
  name = "Retail"
  kind = "personal"
  rate = "0.20"
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = "dynamic"
  rates = { none = ["0.05", "0.02"], Gold = ["0.05", "0.05", "0.01"] }
  [[bonus]]
  name = "Enrollers"
  kind = "unilevel"
  tree = "sponsor"
  compression = "activity_skip"
  rates = { none = ["0.03"] }
members:
  member  sponsor  placement  leg
  1       -        -          -
  11      1        1          left
  12      1        1          right
  121     1        12         left
  122     12       12         right
  1211    121      121        left
customers:
  customer  member
  c         11
orders:
  order  member  customer  kind    qv   cv   refund_of
  o1     1       -         sale    100  100  -
  o2     11      c         sale    150  100  -
  o3     121     -         sale    200  100  -
  o4     1211    -         sale    60   60   -
  o5     1211    -         refund  -9   -9   o4
moves:
  member  tree       parent  effective_on
  122     placement  121     2026-11-05
facts:
  member  name
  12      training
overrides:
  member  kind    first_period
  12      active  2026-01
"""


PROCEDURES = ("schema/version",)
"""Statements that the server takes for schema changes, though they only call a procedure that reads."""
MEASURES = [path.stem for path in (folder() / "parts" / "measures").glob("*.cypher")]
MODEL = Path(__file__).parent.parent.parent / "docs" / "graph" / "model.md"
KNOWN = set(MEASURES) | set(re.findall(r"`(\w+)`", MODEL.read_text("utf-8")))
"""Names that the model documents (tests/test_model.py holds it to the store)."""
NAMES = [f"`{name}`" for name in KNOWN]
NUMBER = "id is deprecated"
"""A node's number deals standings out to writers (write/part); what should replace it is a text, and slow."""


class Recording(Graph):
    """A graph that records its statements."""

    def __init__(self, address: Address) -> None:
        super().__init__(address.uri, address.user, address.password)
        self.statements: dict[str, Query] = {}

    def named(self, *names: str) -> list[Query]:
        """The recorded statements of these names."""
        return [statement for statement in self.statements.values() if statement.name in names]

    def _keep(self, statement: str | Query) -> Query:
        loaded = query(statement) if isinstance(statement, str) else statement
        self.statements[loaded.text] = loaded
        return loaded

    def read(self, name: str | Query, /, **parameters: object) -> list[dict[str, Any]]:
        return super().read(self._keep(name), **parameters)

    def write(self, name: str | Query, /, **parameters: object) -> Any:
        return super().write(self._keep(name), **parameters)

    def write_rows(self, name: str | Query, /, **parameters: object) -> list[dict[str, Any]]:
        return super().write_rows(self._keep(name), **parameters)

    def batched(self, name: str | Query, /, **parameters: object) -> list[dict[str, Any]]:
        return super().batched(self._keep(name), **parameters)


@pytest.fixture(scope="module")
def recorded(
    neo4j_address: Address, server_graph: Graph, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Recording]:
    """A company imported, computed, read and exported, with every statement that this took."""
    server_graph.batched("schema/wipe")
    folder = tmp_path_factory.mktemp("recorded")
    with Recording(neo4j_address) as graph:
        prepare(graph)
        for where in ("total", "line"):
            plan = written(folder, COMPANY + f"# {where}\n")
            plan.write_text(plan.read_text() + f'[rounding]\nat = "{where}"\n')
            import_company(graph, folder)
            done = run(graph, read(plan), period("2026-11", "UTC"), replace=True)
        ask_everything(graph, done, folder / "out")
        clear(graph)
        yield graph


def ask_everything(graph: Graph, run: RunRecord, out: Path) -> None:
    """Every answer and table of a run."""
    plan = plan_of(run)
    asks = ((member, "11"), (member_page, "1", Stretch(2)), (transfer_page, run, Stretch(2)))
    for ask, *values in (*asks, (standings.families, run, ["1"], Stretch(2)), (transfers_out, run, ["1"])):
        ask(graph, Reach.everything, *values)
    assert not list(transfers(graph, run))
    pay.statement(graph, Reach.everything, run, "1")
    lines_paid_to(graph, Reach.everything, run, "1")
    next_rank(plan, rank_card(graph, Reach.everything, run, plan, "1"))
    explain(graph, Reach.everything, run, "1", "o4")
    group(graph, Reach.everything, run, "1", 3)
    for overlay in run.facts["overlays"]:
        group(graph, Reach.everything, run, "1", 3, overlay)
        places(graph, Reach.everything, run, plan, ["1", "1211"], overlay)
        compressed_frontlines(graph, Reach.everything, run, ["1", "12"], overlay, Stretch(5))
    for levels in (None, 2):
        downline_page(graph, Reach.everything, run, "1", Conditions(levels=levels))
    ask_trees(graph, run, "1")
    for report in reports.every():
        reports.ask(graph, report, run)
    assert compliance(graph, Reach.everything, run)
    assert income(graph, Reach.everything, run.period, smallest=3)
    export = Export(out)
    export.add(graph, run)
    export.finish()


PLAIN = [
    path.relative_to(folder() / room).with_suffix("").as_posix()
    for room in ROOMS
    for path in sorted((folder() / room).rglob("*.cypher"))
]
STATEMENTS = {
    name: query(name) for name in PLAIN if query(name).mode != "fragment" and "<<" not in query(name).text
}
STATEMENTS |= {question.name: question for kind in QUESTIONS for question in questions(kind).values()}


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_header_of_a_statement_is_correct(name: str, recorded: Recording) -> None:
    assert contradictions(recorded, STATEMENTS[name]) == []


PLACES = {"open", "closed", "once"}
BETWEEN_MEMBERS = [
    one for one in PLAIN if query(one).mode != "fragment" and "open" in query(one).holes <= PLACES
]


@pytest.mark.parametrize("tree", OPEN)
@pytest.mark.parametrize("name", BETWEEN_MEMBERS)
def test_the_header_is_correct_on_either_tree_of_members(name: str, tree: str, recorded: Recording) -> None:
    statement = between_members(name, tree)
    other = next(kind for one, kind in OPEN.items() if one != tree)
    assert contradictions(recorded, statement) == []
    assert OPEN[tree] in statement.text
    assert other not in statement.text


def test_statements_put_together_from_pieces_are_what_their_frames_say(recorded: Recording) -> None:
    composed = [statement for statement in recorded.statements.values() if statement.name not in STATEMENTS]
    assert len({statement.name for statement in composed}) > 8
    wrong = {fault for statement in composed for fault in contradictions(recorded, statement)}
    assert "\n".join(sorted(wrong)) == ""


def modules() -> list[Module]:
    """Every rule module of the engine but those of placement: tests/genealogy/test_placement.py runs them."""
    return [module for kind in FOLDERS if kind != "placement" for module in rules(kind).values()]


@pytest.mark.parametrize("module", modules(), ids=[f"{one.kind}-{one.name}" for one in modules()])
def test_the_server_finds_nothing_wrong_with_a_rule(module: Module, recorded: Recording) -> None:
    if module.kind == "flow":
        statement = query("passes/vet_flow").fill(flow=body_of(module))
    elif module.kind == "bonus":
        plan = planned('name = "Alone"')
        steps = 3 if module.steps else 0
        bonus = Bonus(0, "Alone", module, {}, "main", (0,) * steps, steps, "", None)
        statement = bonuses.lines_query(plan, bonus, "of_levels")
    else:
        statement = vetting.whole(module)
        _, by_column = recorded.explain(vetting.by_column(module), warned=True)
        assert warnings(by_column) == []
    columns_found, summary = recorded.explain(statement, warned=True)
    assert summary.query_type == "r"
    assert warnings(summary) == []
    if module.kind in ("compression", "requirement"):
        assert tuple(columns_found) == tuple(module.columns)


def contradictions(graph: Graph, statement: Query) -> list[str]:
    """Where the server contradicts a statement's header."""
    columns, summary = graph.explain(statement, warned=True)
    faults = [f"{statement.name}: {warning}" for warning in warnings(summary)]
    if columns != list(statement.returns):
        faults.append(f"{statement.name}: returns {columns}, the header says {list(statement.returns)}")
    if summary.query_type != MODES[statement.mode] and statement.name not in PROCEDURES:
        faults.append(f"{statement.name}: is {summary.query_type}, the header says {statement.mode}")
    return faults


def warnings(summary: Any) -> list[str]:
    """Warnings of unknown names and deprecated words; names of the model may be missing from the store."""
    statuses = [status for status in summary.gql_status_objects if status.gql_status.startswith("01")]
    texts = [f"{one.gql_status} {one.status_description}" for one in statuses]
    return [text for text in texts if not any(word in text for word in (*NAMES, NUMBER))]


@pytest.mark.parametrize(
    "typo", ["MATCH (n:Membr) RETURN n.member_id AS x", "MATCH (n:Member) RETURN n.memberid AS x"]
)
def test_a_typo_in_a_name_is_something_that_the_server_warns_of(typo: str, recorded: Recording) -> None:
    _, summary = recorded.explain(cypher(typo), warned=True)
    assert len(warnings(summary)) == 1


def operators(plan: Any) -> Iterator[tuple[str, str]]:
    """Every operator of a plan with its details."""
    yield plan["operatorType"].split("@")[0], plan.get("args", {}).get("Details", "")
    for child in plan.get("children", ()):
        yield from operators(child)


def test_passes_over_levels_seek_their_level_and_scan_nothing(recorded: Recording) -> None:
    passes = recorded.named("passes/wide", "passes/narrow", "passes/growing", "passes/flat")
    assert len(passes) >= 7
    for statement in passes:
        _, summary = recorded.explain(statement)
        plan_operators = list(operators(summary.plan))
        assert not [name for name, _ in plan_operators if any(scan in name for scan in SCANS)], statement.text
        seeks = [details for name, details in plan_operators if name.startswith("NodeIndexSeek")]
        assert any("standing:Standing(run, " in details for details in seeks), statement.text


def test_narrow_levels_come_in_the_order_of_the_index_and_are_never_gathered(recorded: Recording) -> None:
    passes = recorded.named("passes/narrow")
    assert {"DESC" in statement.text for statement in passes} == {True, False}
    for statement in passes:
        _, summary = recorded.explain(statement)
        outer = summary.plan["children"][0]["children"][0]["children"][0]
        assert outer["operatorType"].startswith("NodeIndexSeek"), statement.text


def test_lines_and_earnings_find_sources_and_orders_by_index(recorded: Recording) -> None:
    statements = recorded.named("bonuses/write", "bonuses/lines")
    assert len(statements) >= 8
    for statement in statements:
        _, summary = recorded.explain(statement)
        assert not [name for name, _ in operators(summary.plan) if any(scan in name for scan in SCANS)], (
            statement.text
        )


def test_orders_to_hash_are_one_range_of_an_index(recorded: Recording) -> None:
    statements = recorded.named("hashes/imports", "hashes/orders")
    assert len(statements) == 2
    for statement in statements:
        _, summary = recorded.explain(statement)
        plan_operators = list(operators(summary.plan))
        assert [name for name, _ in plan_operators if "Seek" in name] == ["NodeIndexSeek"]
        assert any("order:Order(import_no, ordered_at)" in details for _, details in plan_operators)


def test_a_downline_is_walked_once_whatever_its_depth(recorded: Recording) -> None:
    """A walk that remembers the way to each member costs the square of a leg's depth."""
    asked = recorded.named("downline/page", "downline/count", "downline/levels", "today/page")
    statements = [each for each in asked if "(top)<-[:" in each.text]
    assert len(statements) > 12
    for statement in statements:
        _, summary = recorded.explain(statement)
        steps = list(operators(summary.plan))
        walks = [name for name, details in steps if "VarLength" in name and "(top)<-[" in details]
        assert walks == ["VarLengthExpand(Pruning,BFS,All)"], steps
        assert not any(scan in name for name, _ in steps for scan in SCANS)


class Profiling(Recording):
    """A graph that counts the database hits of the passes that it runs."""

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self.hits: Counter[str] = Counter()

    def batched(self, name: str | Query, /, **parameters: object) -> list[dict[str, Any]]:
        loaded = self._keep(name)
        if not loaded.name.startswith(("passes/", "bonuses/", "standings/")):
            return super().batched(loaded, **parameters)
        with self.session() as session:
            result = session.run("PROFILE " + loaded.text, loaded.bind(**parameters))
            rows = [dict(row) for row in result]
            self.hits[loaded.text] += sum(hits(result.consume().profile))
        return rows


def test_the_work_for_one_standing_does_not_grow_with_the_company(
    neo4j_address: Address, graph: Graph, tmp_path: Path
) -> None:
    """Database hits per standing of every pass, at 500 and at 2,000 members, with the shape kept."""
    hits_by_size: dict[int, Counter[str]] = {}
    forget_plans(graph)
    for members in (500, 2_000):
        graph.batched("schema/wipe")
        place = tmp_path / str(members)
        written(place, COMPANY)
        listed = range(1, members)
        above = ["m0,M,,,2026-01-01", *(f"m{n},M,m{(n - 1) // 3},m{(n - 1) // 3},2026-01-01" for n in listed)]
        (place / "members.csv").write_text(
            "member_id,name,sponsor_id,placement_id,enrolled_on\n" + "\n".join(above)
        )
        header = (place / "orders.csv").read_text().splitlines()[0]
        sold = [f"o{n},2026-11-05,m{n},,sale,{n % 7 * 30},50,50,USD,," for n in range(members)]
        (place / "orders.csv").write_text("\n".join([header, *sold]))
        for name in ("customers", "moves", "facts", "overrides"):
            (place / f"{name}.csv").unlink()
        with Profiling(neo4j_address) as profiling:
            import_company(profiling, place)
            run_file(profiling, place / "plan.toml", "2026-11")
            hits_by_size[members] = profiling.hits
    small, large = hits_by_size[500], hits_by_size[2_000]
    assert len(small) >= 10
    assert small.keys() == large.keys()
    grown = {text: (small[text] / 500, large[text] / 2_000) for text in small}
    assert {text: each for text, each in grown.items() if each[1] > 1.25 * each[0] + 1} == {}
