"""What the text of a rule reads is there when it is asked, declared under needs, or refused with its line."""

from pathlib import Path

import pytest

from engine.plans.reader import parse
from engine.plans.text import PlanError
from engine.rules.contract import FOLDERS, load
from engine.rules.library import rules
from engine.rules.module import RuleError
from engine.rules.reads import RECRUIT, STANDING, measures

REQUIREMENT = """// Recruits.
//
// kind:    requirement
// needs:   active_recruits
// params:  at_least: COUNT
// returns: required: INTEGER, actual: INTEGER, passes: BOOLEAN

RETURN
  rule.at_least AS required,
  standing.active_recruits AS actual,
  standing.active_recruits >= rule.at_least AS passes
"""
BONUS = """// Pays whoever has a team.
//
// kind:    bonus
// scope:   payee
// basis:   count
// flow:    tally
// params:  amount: MONEY
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING, base: INTEGER

WITH payee, rule, payee[rule.state] AS state
RETURN payee, 0 AS level, rule.amount AS rate, rule.amount AS budget, null AS reason, state[0] AS base
"""
FLOW = """// Counts a team.
//
// kind:    flow
// order:   any
// needs:   group_actives
// params:  none
// returns: state: LIST<INTEGER>

RETURN [standing.group_actives] AS state
"""


def written(folder: Path, kind: str, name: str, text: str) -> Path:
    """One rule in a company's folder; returns its path."""
    place = folder / FOLDERS[kind]
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.cypher").write_text(text, encoding="utf-8")
    return place / f"{name}.cypher"


@pytest.mark.parametrize(
    ("before", "after", "line", "message"),
    [
        ("// needs:   active_recruits\n", "", 9, "reads active_recruits, which the header does not declare"),
        ("needs:   active_recruits", "needs:   active_recruit", 4, "needs active_recruit, which no measure"),
        ("needs:   active_recruits", "needs:   active_recruits at_least", 4, "is not of the form name"),
        (
            "needs:   active_recruits",
            "needs:   active_recruits(least)",
            4,
            "where least is given, which params",
        ),
        ("standing.active_recruits AS", "standing.actve_recruits AS", 10, "reads actve_recruits"),
        (
            "standing.active_recruits AS",
            "standing['active_legs'] AS",
            10,
            "reads active_legs, which the header",
        ),
        (
            "standing.active_recruits AS",
            "standing['legs_through_' + 'x'] AS",
            10,
            "reads legs_through_..., wh",
        ),
        (
            "standing.active_recruits AS",
            "standing['earned'] AS",
            10,
            "reads earned, which is not known before",
        ),
        ("standing.active_recruits AS", "standing {.active_legs}.active_legs AS", 10, "reads active_legs"),
        ("standing.active_recruits AS", "standing.state_other[0] AS", 10, "reads state_other"),
        ("standing.active_recruits AS", "standing[toLower('EARNED')] AS", 10, "by a name that is worked out"),
        ("standing.active_recruits AS", "standing[rule.at_least] AS", 10, "by a name that is worked out"),
        (
            "standing.active_recruits AS",
            "size([one IN sponsored WHERE one.rank > 1]) AS",
            10,
            "reads rank of members sponsored in person",
        ),
        (
            "standing.active_recruits AS",
            "size([one IN legs WHERE one.group_span]) AS",
            10,
            "reads group_span",
        ),
        ("needs:   active_recruits", "needs:   active_recruits, recent_volumes", 0, ""),
    ],
)
def test_what_nobody_prepares_is_refused_with_its_line(
    before: str, after: str, line: int, message: str, tmp_path: Path
) -> None:
    assert before in REQUIREMENT
    path = written(tmp_path, "requirement", "recruits", REQUIREMENT.replace(before, after, 1))
    if not message:
        assert ("recent_volumes", "") in load("requirement", path).needs
        return
    with pytest.raises(RuleError, match=message) as raised:
        load("requirement", path)
    assert raised.value.where == f"{path}:{line}"
    assert raised.value.todo


def test_a_measure_that_looks_back_asks_for_the_parameter_that_says_how_far(tmp_path: Path) -> None:
    text = REQUIREMENT.replace("active_recruits", "recent_volumes")
    further = text.replace("standing.recent_volumes AS", "standing.recent_volumes[2] AS")
    nearest = text.replace("standing.recent_volumes ", "standing.recent_volumes[0] ")
    with pytest.raises(RuleError, match="looks as far as the parameter periods says"):
        load("requirement", written(tmp_path, "requirement", "further", further))
    declared = further.replace("params:  ", "params:  periods: POSITIVE, ")
    assert load("requirement", written(tmp_path, "requirement", "declared", declared)).needs
    assert load("requirement", written(tmp_path, "requirement", "nearest", nearest)).needs


def test_volume_is_pushed_before_groups_are_counted(tmp_path: Path) -> None:
    text = """// Groups.
//
// kind:    push
// params:  none
// returns: receives: BOOLEAN, volume: INTEGER, reason: STRING

RETURN standing.group_volume > 0 AS receives, standing.personal_volume AS volume, 'group' AS reason
"""
    path = written(tmp_path, "push", "groups", text)
    with pytest.raises(
        RuleError, match="reads group_volume, which is not known yet when a push rule"
    ) as raised:
        load("push", path)
    assert raised.value.where == f"{path}:7"


def test_a_flow_needs_a_measure_by_parameters_that_its_bonus_has(tmp_path: Path) -> None:
    plan = 'name = "Own"\n[[bonus]]\nname = "Team"\nkind = "team"\namount = 1\n'
    written(tmp_path, "bonus", "team", BONUS)
    written(tmp_path, "flow", "tally", FLOW.replace("group_actives\n", "group_actives(deep)\n", 1))
    with pytest.raises(PlanError, match="the flow tally needs group_actives where deep is given, and team"):
        parse(plan, Path("plan.toml"), tmp_path)
    written(tmp_path, "flow", "tally", FLOW)
    rules.cache_clear()
    assert parse(plan, Path("plan.toml"), tmp_path).bonuses[0].flow


def test_levels_that_open_by_recruits_need_them_whatever_the_header_says(tmp_path: Path) -> None:
    text = """// Levels.
//
// kind:    bonus
// scope:   source
// levels:  rates
// params:  rates: RATES_BY_RANK, depth_by_recruits: STEPS = null, tree: TREE = main
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING

WITH source, rule, source AS at, [] AS payees
<<walk>>
UNWIND range(1, size(payees)) AS level
WITH rule, level, payees[level - 1] AS payee
RETURN payee, level, CASE WHEN <<closed>> IS NULL THEN rule.rates[0][level - 1] ELSE 0 END AS rate,
  rule.rates_most[level - 1] AS budget, null AS reason
"""
    module = load("bonus", written(tmp_path, "bonus", "levels", text))
    assert module.needs == (("active_recruits", "depth_by_recruits"),)


def test_the_documentation_lists_what_a_rule_can_read() -> None:
    page = (Path(__file__).parent.parent.parent / "docs" / "rules" / "reads.md").read_text(encoding="utf-8")
    assert [name for name in sorted(STANDING | RECRUIT | measures()) if f"`{name}`" not in page] == []
