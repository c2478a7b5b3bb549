"""A committed run is read for good as it was: rules, pieces of the engine and the company may change."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.access.reach import Reach
from engine.answers import lines, overlays, ranks
from engine.answers.contradictions import altered, contradictions
from engine.answers.standings import all_standings
from engine.composition.reading import reading
from engine.explain import explanation, nothing
from engine.graph import queries
from engine.graph.database import Graph
from engine.graph.queries import Query
from engine.intake.importing import import_company, import_rows
from engine.passes import replay
from engine.passes.record import RunRecord, result
from engine.passes.replay import RulesChangedError, plan_of
from engine.period import period
from engine.periods.committing import commit
from engine.periods.texts import kept_texts
from engine.plans.reader import read
from engine.plans.text import PlanError
from engine.run import run
from engine.workbench import reports
from tests.support.companies import written

COMPANY = """
plan:
  name = "Kept"
  [activity]
  personal_volume = 10
  [[rank]]
  name = "Gold"
  require = [{ kind = "group_volume", at_least = 100 }]
  [[bonus]]
  name = "Levels"
  kind = "unilevel"
  rates = { none = ["0.05", "0.05"], Gold = ["0.10", "0.10"] }
  compression = { rule = "selling", floor = 20 }
  [[bonus]]
  name = "Own"
  kind = "own"
  rate = "0.02"
  [[bonus]]
  name = "Pool"
  kind = "pool"
  share = "0.01"
  rank = "Gold"
members:
  member  sponsor  enrolled_on
  1       -        2025-01-05
  11      1        2025-01-05
  111     11       2025-02-05
  1111    111      2025-02-05
customers:
  customer  member  since
  c1        11      2025-03-01
  c2        11      2025-03-01
orders:
  order  member  qv   ordered_at            customer
  s1     1111    120  2025-09-05T12:00:00Z  -
  s2     111     15   2025-09-06T12:00:00Z  -
  s3     11      60   2025-09-07T12:00:00Z  c1
  s4     1       50   2025-09-08T12:00:00Z  -
  o1     1111    120  2025-10-05T12:00:00Z  -
  o2     11      60   2025-10-06T12:00:00Z  -
  o3     1       50   2025-10-07T12:00:00Z  -
"""
SELLING = """\
// Skip whoever sells less than a floor.
//
// kind:    compression
// params:  floor: VOLUME
// returns: keeps: BOOLEAN, reason: STRING, figure: INTEGER, needed: INTEGER

RETURN standing.personal_volume >= rule.floor AS keeps, 'sells_little' AS reason,
  standing.personal_volume AS figure, rule.floor AS needed
"""
OWN = """\
// Pay members on their own orders.
//
// kind:    bonus
// scope:   source
// basis:   volume
// params:  rate: RATE
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING

RETURN source AS payee, 0 AS level, rule.rate AS rate, rule.rate AS budget, null AS reason
"""
SEPTEMBER, OCTOBER = "2025-09", "2025-10"
OPPOSITE = "END] | CASE WHEN each IS :: BOOLEAN NOT NULL THEN NOT each ELSE each END][0]"
CHANGED = {
    "bonuses/lines": {"base * rate AS exact": "2 * base * rate AS exact"},
    "bonuses/line_page": {"base * rate AS exact": "2 * base * rate AS exact"},
    "bonuses/recomputed": {"sum(base * rate) AS exact": "2 * sum(base * rate) AS exact"},
    "requirements/column": {"CASE rule.kind": "[each IN [CASE rule.kind", "END": OPPOSITE},
    "compression/column": {"][0]": "][1]"},
}
"""Pieces of the engine, and what another release has made of them."""
everything = Reach.everything


@contextmanager
def another_release(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Pieces of the engine have another text; yields the names of those that were changed in fact."""
    load, changed = queries.load_query, list[str]()

    def loaded(path: Path, name: str) -> Query:
        piece = load(path, name)
        if name in CHANGED:
            for old, new in CHANGED[name].items():
                piece = piece.replaced(old, new)
            changed.append(name)
        return piece

    with monkeypatch.context() as patched:
        patched.setattr(queries, "load_query", loaded)
        queries.query.cache_clear()
        yield changed
    queries.query.cache_clear()


def read_of(graph: Graph, record: RunRecord, order: str) -> dict[str, Any]:
    """What a run says of lines, reasons, ranks and compressed trees, and its reports."""
    plan, members = plan_of(record), ["1", "11", "111", "1111"]
    shown: dict[str, Any] = {}
    for each in members:
        explained = explanation.explain(graph, everything, record, each, order)
        shown[f"explain {each}"] = explanation.as_json(explained, plan)
        shown[f"why not {each}"] = nothing.as_json(nothing.why_not(graph, everything, record, each))
        shown[f"lines {each}"] = [*lines.lines_to(graph, everything, record, plan, each)]
        for unpaid in (False, True):
            page = lines.line_page(graph, everything, record, plan, each, 50, unpaid=unpaid)
            shown[f"page {each} {unpaid}"] = page
    shown["of order"] = lines.lines_of_order(graph, everything, record, plan, order, "1111")
    shown["cards"] = ranks.progress(graph, everything, record, plan, members)
    shown["every card"] = [*ranks.all_progress(graph, record, plan)]
    shown["legs"] = ranks.contributions(graph, everything, record, plan, members)
    label = plan.overlays[0].label
    shown["places"] = overlays.places(graph, everything, record, plan, members, label)
    shown["check"] = [*contradictions(graph, record), *altered(graph, record)]
    shown["standings"] = [replace(each, name=None) for each, _ in all_standings(graph, record)]
    for name in ("compliance", "cohorts", "duplication", "spillover", "breakage", "orders_left_out"):
        shown[name] = reports.ask(graph, reports.find(name), record)
    return shown


def test_a_committed_run_is_read_by_what_it_has_kept(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "rules"
    for kind, name, text in (("compression", "selling", SELLING), ("bonuses", "own", OWN)):
        (rules / kind).mkdir(parents=True)
        (rules / kind / f"{name}.cypher").write_text(text, encoding="utf-8")
    monkeypatch.setenv("UPLINE_RULES", str(rules))
    path = written(tmp_path / "company", COMPANY)
    import_company(graph, tmp_path / "company")
    plan = read(path, rules)
    for name in (SEPTEMBER, OCTOBER):
        run(graph, plan, period(name))
    commit(graph, SEPTEMBER)
    subjects = {f"reading {subject}" for subject, _ in reading(plan)}
    assert subjects <= kept_texts(graph, result(graph, SEPTEMBER).number).keys()
    before = {name: read_of(graph, result(graph, name), order) for name, order in both()}
    assert before[SEPTEMBER]["check"] == []
    assert any(each for each in before[SEPTEMBER]["lines 1"] if each.rate)

    own = rules / "bonuses" / "own.cypher"
    name_of_111 = next(
        each.name for each, _ in all_standings(graph, result(graph, OCTOBER)) if each.member_id == "111"
    )
    own.write_text(OWN.replace("rule.rate AS rate", "2 * rule.rate AS rate"), encoding="utf-8")
    import_rows(
        graph,
        {
            "members": [
                {"member_id": "111", "sponsor_id": "11", "enrolled_on": "2025-02-05",
                 "country": "PL", "owner_id": "1", "name": name_of_111},
            ],
            "customers": [
                {"customer_id": "c1", "member_id": "1", "since": "2025-03-01"},
                {"customer_id": "c9", "member_id": "111", "since": "2025-03-01"},
            ],
            "moves": [
                {"member_id": "1111", "tree": "sponsor", "parent_id": "1", "effective_on": "2025-11-01"},
            ],
        },
    )  # fmt: skip
    with another_release(monkeypatch) as changed:
        now = {name: read_of(graph, result(graph, name), order) for name, order in both()}
        assert set(changed) == set(CHANGED)
    assert now[SEPTEMBER] == before[SEPTEMBER]
    other = {name for name, shown in before[OCTOBER].items() if shown != now[OCTOBER][name]}
    assert {"explain 1", "lines 1", "page 1 False", "cards", "places", "check", "compliance"} <= other

    with monkeypatch.context() as patched:  # a release that cannot read the text of the plan any more
        patched.setattr(replay, "parse", lambda *_: (_ for _ in ()).throw(PlanError("is not an option here")))
        assert read_of(graph, result(graph, SEPTEMBER), "s1") == before[SEPTEMBER]
        with pytest.raises(RulesChangedError):
            plan_of(result(graph, OCTOBER))
    shutil.rmtree(rules)
    monkeypatch.delenv("UPLINE_RULES")
    assert read_of(graph, result(graph, SEPTEMBER), "s1") == before[SEPTEMBER]


def both() -> tuple[tuple[str, str], ...]:
    """The periods, each with an order of 1111."""
    return (SEPTEMBER, "s1"), (OCTOBER, "o1")
