"""What every compression rule must keep, tested on each module of cypher/compression.

The order of ancestors is kept; the result for a member is the same wherever the walk starts; compressing what
is compressed changes nothing; no volume is lost or doubled; reinstating a member restores the place.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from engine.access.reach import Reach
from engine.answers.lines import lines_of_order
from engine.composition.overlays import column
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.passes.record import RunRecord
from engine.period import period
from engine.plans.plan import Overlay, Plan
from engine.rules.library import rules
from engine.rules.module import Module
from engine.run import run
from tests.support.companies import cypher, month, planned, written
from tests.support.strategies import COLUMNS, RANKS, Tables, companies, drawn, forest

PERIOD = "2026-11"
PLAN = """
name = "Compressed"
[activity]
personal_volume = 60
[[rank]]
name = "Bronze"
require = [{ kind = "personal_volume", at_least = 100 }]
[[rank]]
name = "Silver"
require = [{ kind = "personal_volume", at_least = 240 }]
[[bonus]]
name = "Walks both trees"
kind = "unilevel"
tree = "sponsor"
[bonus.rates]
none = ["0.01"]
"""
MODULES = sorted(rules("compression"))


@dataclass(frozen=True, slots=True)
class Compressed:
    """One overlay: each member's parent in the tree, who keeps a place, and who takes in the others."""

    parents: dict[str, str | None]
    keeps: dict[str, bool]
    into: dict[str, str]

    def above(self, member: str) -> str | None:
        """The next one up in the compressed tree, as a walk of the engine finds it."""
        parent = self.parents[member]
        if parent is None or self.keeps[parent]:
            return parent
        return self.into.get(parent)

    def upline(self, member: str) -> list[str]:
        """Everyone above in the compressed tree, step by step."""
        members = []
        at = self.above(member)
        while at is not None:
            members.append(at)
            at = self.above(at)
        return members

    def kept_ancestors(self, member: str) -> list[str]:
        """Everyone above in the real tree who keeps a place."""
        members = []
        at = self.parents[member]
        while at is not None:
            if self.keeps[at]:
                members.append(at)
            at = self.parents[at]
        return members


def overlays(plan: Plan) -> tuple[Overlay, ...]:
    """Every module on both trees, with parameters that tell members apart."""
    return tuple(
        Overlay(number, module, values, tree, f"{name}-{tree}-{number}")
        for number, (name, tree, module, values) in enumerate(
            (name, tree, module, values)
            for tree in ("main", "sponsor")
            for name, module in sorted(rules("compression").items())
            for values in chosen(plan, module)
        )
    )


def chosen(plan: Plan, module: Module) -> Iterator[dict[str, Any]]:
    """Values of a module's parameters: rank 1 for a rank, each word of a choice in turn."""
    words = [param for param in module.params if param.type.startswith("ONE_OF")]
    values: dict[str, Any] = {"kind": module.name, "floor": plan.floor}
    values |= {param.name: 1 for param in module.params if param.type == "RANK"}
    if module.steps:
        values["earns"] = [False, True, True]
    if not words:
        yield values
    for param in words:
        for word in param.type.removeprefix("ONE_OF<").removesuffix(">").split("|"):
            yield {**values, param.name: word}


@pytest.fixture
def plan() -> Plan:
    read_plan = planned(PLAN)
    return replace(read_plan, overlays=(*read_plan.overlays, *renumbered(read_plan)))


def renumbered(plan: Plan) -> Iterator[Overlay]:
    for overlay in overlays(plan):
        yield replace(overlay, index=overlay.index + len(plan.overlays))


def company(folder: Path) -> Tables:
    """Thirty random companies with sponsor and placement trees, as one."""
    tables = forest(drawn(companies(12, True, RANKS[:2]), 30, 11))
    tables.write(folder)
    return tables


def read(graph: Graph, done: RunRecord, plan: Plan, overlay: Overlay) -> Compressed:
    """An overlay as the graph holds it; the rule says whether leaves would keep a place."""
    edge = "UNDER" if overlay.tree == "main" else "ENROLLED_UNDER"
    text = f"""
      MATCH (standing:Standing {{run: $run}})
      OPTIONAL MATCH (standing)-[:{edge}]->(parent:Standing)
      OPTIONAL MATCH (standing)-[edge:COMPRESSED_INTO]->(into:Standing)
      WHERE $overlay IN edge.overlays
      RETURN standing.member_id AS id, parent.member_id AS parent, standing.keeps[$overlay] AS kept,
        {column(plan, overlay, "keeps").text} AS keeps, into.member_id AS into,
        EXISTS {{ (standing)<-[:UNDER|ENROLLED_UNDER]-() }} AS above
    """
    parameters = {"overlays": [dict(each.values) for each in plan.overlays], "overlay": overlay.index}
    rows = graph.read(cypher(text, "run", *parameters), run=done.number, **parameters)
    assert len(rows) == len({row["id"] for row in rows})
    assert [row["kept"] for row in rows] == [row["keeps"] if row["above"] else None for row in rows]
    return Compressed(
        {row["id"]: row["parent"] for row in rows},
        {row["id"]: row["keeps"] for row in rows},
        {row["id"]: row["into"] for row in rows if row["into"]},
    )


def test_every_rule_keeps_the_order_of_ancestors_wherever_the_walk_starts(
    plan: Plan, graph: Graph, tmp_path: Path
) -> None:
    company(tmp_path)
    import_company(graph, tmp_path)
    done = run(graph, plan, period(PERIOD))
    skipped: dict[str, int] = dict.fromkeys(MODULES, 0)
    for overlay in plan.overlays:
        compressed = read(graph, done, plan, overlay)
        for member in compressed.parents:
            assert compressed.upline(member) == compressed.kept_ancestors(member), (
                f"{overlay.label} above {member}"
            )
        skipped[overlay.module.name] += sum(not keeps for keeps in compressed.keeps.values())
        assert all(compressed.keeps[into] for into in compressed.into.values())
    assert [name for name, count in skipped.items() if count == 0] == ["none"]


def test_compressing_the_compressed_tree_changes_nothing(plan: Plan, graph: Graph, tmp_path: Path) -> None:
    tables = company(tmp_path / "first")
    import_company(graph, tmp_path / "first")
    done = run(graph, plan, period(PERIOD))
    main = {one.label: one for one in plan.overlays if one.tree == "main"}
    by_label = {label: read(graph, done, plan, overlay) for label, overlay in main.items()}
    for label, once in by_label.items():
        graph.batched("schema/wipe")
        folder = tmp_path / label
        kept_only(tables, once).write(folder)
        import_company(graph, folder)
        twice = read(graph, run(graph, plan, period(PERIOD)), plan, main[label])
        above = {member: once.above(member) for member, keeps in once.keeps.items() if keeps}
        assert twice.parents == above, label
        assert all(twice.keeps.values()), label
        assert twice.into == {}, label


def kept_only(tables: Tables, overlay: Compressed) -> Tables:
    """The company with only the members who keep a place, each under the next one up who does."""
    kept = {member for member, keeps in overlay.keeps.items() if keeps}
    rows = {
        name: [row for row in tables.rows[name] if row["member_id"] in kept]
        for name in COLUMNS
        if name != "moves"
    }
    left = Tables(rows | {"moves": []})
    left.rows["members"] = [
        row | {"sponsor_id": "", "placement_id": overlay.above(row["member_id"]) or ""}
        for row in left.rows["members"]
    ]
    return left


LEVELS = """
plan:
  name = "Levels"
  [activity]
  personal_volume = 100
  [[rank]]
  name = "Silver"
  require = [{ kind = "personal_volume", at_least = 200 }]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  compression = COMPRESSION
  [bonus.rates]
  none = ["0.05", "0", "0.01"]
  Silver = ["0.06", "0.04", "0.02"]
members:
  member  sponsor  status
  1       -        active
  2       1        active
  3       2        active
  4       3        terminated
  5       4        active
  6       5        suspended
  7       6        active
  8       7        active
orders:
  order  member  qv   cv
  1      1       200  10
  2      2       100  20
  3      3       0    30
  4      4       500  40
  5      5       250  50
  6      6       300  60
  7      7       99   70
  8      8       100  80
"""


@pytest.mark.parametrize(
    "compression",
    [
        '"none"',
        '"status_skip"',
        '"activity_skip"',
        '"dynamic"',
        '{ rule = "threshold_rank", rank = "Silver" }',
    ],
)
def test_each_order_is_worth_its_volume_once_at_each_level(
    compression: str, graph: Graph, tmp_path: Path
) -> None:
    done = month(graph, tmp_path, LEVELS.replace("COMPRESSION", compression))
    plan = planned(done.plan_text)
    budgets = {1: 60_000, 2: 40_000, 3: 20_000}
    for member in range(1, 9):
        lines = lines_of_order(graph, Reach.everything, done, plan, str(member), str(member))
        assert sorted((line.level, line.base, line.budget) for line in lines) == [
            (level, 1000 * member, budget) for level, budget in budgets.items()
        ]
        payees = [line.payee_id for line in lines if line.payee_id]
        assert len(payees) == len(set(payees)), "nobody is paid twice for one order"
        assert payees == sorted(payees, key=int, reverse=True), "deeper levels are paid higher up"


def test_reinstating_a_member_restores_the_place(plan: Plan, graph: Graph, tmp_path: Path) -> None:
    """A waived floor brings 1111 back between 11 and 11111; without it all is as before."""
    text = """
    members:
      member  sponsor
      1       -
      11      1
      111     11
      1111    111
      11111   1111
    orders:
      order  member  qv
      o1     1       300
      o11    11      300
      o111   111     59
      o1111  1111    59
      o5     11111   300
    overrides:
      member  kind    value   first_period  last_period
      1111    rank    Silver  2026-01       -
      1111    active  -       2026-01       {until}
    """
    uplines: list[dict[str, list[list[str]]]] = []
    for until in ("2026-10", "-", "2026-10"):
        written(tmp_path, text.format(until=until))
        import_company(graph, tmp_path)
        done = run(graph, plan, period(PERIOD))
        by_label = {one.label: read(graph, done, plan, one) for one in plan.overlays}
        uplines.append({
            label: [overlay.upline(member) for member in ("111", "1111", "11111")]
            for label, overlay in by_label.items()
        })  # fmt: skip
    out, back, out_again = uplines
    assert out == out_again
    for overlay in plan.overlays:
        needs_activity = overlay.module.name not in ("none", "status_skip")
        if needs_activity:
            assert back[overlay.label] == [["11", "1"], ["11", "1"], ["1111", "11", "1"]], overlay.label
        if needs_activity and overlay.values.get("inactive") != "keep":
            assert out[overlay.label] == [["11", "1"], ["11", "1"], ["11", "1"]], overlay.label


@pytest.mark.parametrize(("start", "decided"), [("above", {"1", "12"}), ("self", {"1", "12", "121"})])
def test_leaves_are_checked_only_where_levels_may_begin_with_them(
    start: str, decided: set[str], graph: Graph, tmp_path: Path
) -> None:
    text = """
    plan:
      name = "Leaves"
      [[bonus]]
      name = "Team"
      kind = "unilevel"
      compression = "activity_skip"
      start = "START"
      rates = ["0.10"]
    members:
      member  sponsor
      1       -
      12      1
      121     12
    orders:
      member  qv
      121     200
    """
    done = month(graph, tmp_path, text.replace("START", start))
    rows = graph.read(
        cypher("MATCH (s:Standing {run: $run}) WHERE s.keeps IS NOT NULL RETURN s.member_id AS id", "run"),
        run=done.number,
    )
    assert {row["id"] for row in rows} == decided


def test_overlays_that_lead_to_one_keeper_share_an_edge(graph: Graph, tmp_path: Path) -> None:
    text = """
    plan:
      name = "Edges"
      [activity]
      personal_volume = 60
      [[rank]]
      name = "Silver"
      require = [{ kind = "personal_volume", at_least = 200 }]
      [[bonus]]
      name = "Team"
      kind = "unilevel"
      compression = "dynamic"
      [bonus.rates]
      none = ["0.10"]
      Silver = ["0.10", "0.05"]
    members:
      member  sponsor
      1       -
      2       1
      3       2
      4       3
      5       4
    orders:
      member  qv
      1       200
      2       60
      4       60
      5       60
    """
    done = month(graph, tmp_path, text)
    rows = graph.read(
        cypher("""
          MATCH (s:Standing {run: $run})-[into:COMPRESSED_INTO]->(k)
          RETURN s.member_id AS skipped, into.overlays AS overlays, k.member_id AS keeper
          ORDER BY skipped, keeper
        """, "run"),
        run=done.number,
    )  # fmt: skip
    assert [(row["skipped"], row["overlays"], row["keeper"]) for row in rows] == [
        ("2", [1], "1"), ("3", [1], "1"), ("3", [0], "2"), ("4", [1], "1"),
    ]  # fmt: skip
