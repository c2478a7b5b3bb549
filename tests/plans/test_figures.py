"""Values by a figure in place of the rank, thresholds of the member's own: read, refused, within ranges."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.plans.plan import Plan
from engine.plans.reader import parse
from engine.plans.text import PlanError
from tests.plans.test_plan_bounds import Raw, numbers, outcome, toml
from tests.support import hostile

PATH = Path("plan.toml")
HEAD = """name = "P"
[[rank]]
name = "Seller"
require = [{{ kind = "{kind}", at_least = {at_least} }}]
[[bonus]]
name = "Earlier"
kind = "unilevel"
calendar = "month"
rates = ["0.05"]
[[bonus]]
name = "Tried"
"""


def plan(bonus: str, at_least: str = "100", kind: str = "personal_volume") -> str:
    return HEAD.format(at_least=at_least, kind=kind) + bonus


def unilevel(rates: str, options: str = "") -> str:
    return plan(f'kind = "unilevel"\n{options}\nrates = {rates}\n')


def values(text: str) -> dict[str, Any]:
    return dict(parse(text, PATH).bonuses[1].values)


def test_tiers_are_rows_of_which_the_first_is_below_all() -> None:
    read = values(unilevel('{ by = "group_volume", tiers = [[0, ["0.05"]], ["99.5", ["0.06", "0.03"]]] }'))
    assert read["rates"] == [[0, 0], [50_000, 0], [60_000, 30_000]]
    assert (read["rates_figure"], read["rates_from"]) == ("group_volume", [0, 9_950])
    assert read["rates_most"] == [60_000, 30_000]


def test_a_base_multiplies_tiers_and_units_too() -> None:
    read = values(unilevel('{ by = "fact", fact = "level", tiers = [[-3, ["0.05"]]] }', 'base = "0.4"'))
    assert (read["rates"], read["rates_from"], read["rates_figure"]) == ([[0], [20_000]], [-3], "fact_level")
    own = '{ by = "fact", fact = "ratio", unit = "0.01", most = "0.9" }'
    read = values(plan(f'kind = "personal"\nbase = "0.5"\nrate_by_rank = {own}\n'))
    assert (read["rate_by_rank_unit"], read["rate_by_rank_most"]) == (5_000, [450_000])


def test_a_threshold_may_be_a_fact_of_the_member() -> None:
    goal = '{ fact = "goal", otherwise = 100 }'
    for kind, unit in (("personal_volume", 100), ("active_frontline", 1)):
        (required,) = parse(plan('kind = "personal"\nrate = "0.1"', goal, kind), PATH).ranks[0].requirements
        assert required.values["at_least_fact"] == "fact_goal"
        assert (required.values["at_least_unit"], required.values["at_least"]) == (unit, 100 * unit)


REFUSED = [
    ('{ by = "volume", tiers = [[0, ["0.1"]]] }', "rates: must be one of personal_volume"),
    ('{ by = "fact", tiers = [[0, ["0.1"]]] }', "rates: must not be empty"),
    ('{ by = "group_volume" }', "rates: needs tiers"),
    (
        '{ by = "group_volume", tiers = [[100, ["0.1"]], [0, ["0.2"]]] }',
        "rates: tiers must be in ascending order",
    ),
    ('{ by = "group_volume", tiers = [[0, "0.1"]] }', "rates: must be a list, not '0.1'"),
    ('{ by = "group_volume", tiers = [[0, []]] }', "rates: must list at least one value"),
    ('{ by = "group_volume", tiers = [[0, ["0.1"]]], most = 1 }', "rates: most belongs to a unit"),
    ('{ by = "group_volume", tires = [[0, ["0.1"]]] }', "rates: 'tires' is not an option here"),
    ('{ by = "fact", fact = "x", unit = "0.1", most = "1" }', 'rates: a unit goes with by = "fact"'),
    ('{ by = "earned", tiers = [[0, ["0.1"]]] }', 'rates: by = "earned" needs bonuses'),
    (
        '{ by = "earned", bonuses = ["Later"], tiers = [[0, ["0.1"]]] }',
        "bonuses: no earlier bonus is called 'Later'",
    ),
    (
        '{ by = "earned", bonuses = ["Earlier"], tiers = [[0, ["0.1"]]] }',
        "bonuses: Earlier has another calendar than this bonus",
    ),
]


@pytest.mark.parametrize(("rates", "message"), REFUSED)
def test_what_cannot_be_is_refused(rates: str, message: str) -> None:
    with pytest.raises(PlanError) as raised:
        parse(unilevel(rates), PATH)
    assert raised.value.what.startswith(message)


@pytest.mark.parametrize(
    ("bonus", "message"),
    [
        (
            'kind = "differential"\nrates = { by = "group_volume", tiers = [[0, "0.1"]] }',
            "rates: goes by rank in the kind differential",
        ),
        (
            'kind = "binary_cycles"\nleft = 1\nright = 1\nper_cycle = { by = "fact", fact = "x", unit = 5 }',
            "per_cycle: a unit needs most",
        ),
        (
            'kind = "binary_cycles"\nleft = 1\nright = 1\n'
            'per_cycle = { by = "fact", fact = "x", unit = 0, most = 5 }',
            "per_cycle: a unit must be more than 0",
        ),
        (
            'kind = "level_amount"\ngrouped = true\namounts = { by = "group_volume", tiers = [[0, [1]]] }',
            "grouped: goes by ranks",
        ),
        (
            'kind = "unilevel"\ncalendar = "month"\ncompression = "dynamic"\n'
            'rates = { by = "earned", bonuses = ["Earlier"], tiers = [[0, ["0.1"]]] }',
            "compression: dynamic looks at rates before any bonus is paid",
        ),
    ],
)
def test_kinds_that_cannot_go_by_a_figure_say_so(bonus: str, message: str) -> None:
    with pytest.raises(PlanError) as raised:
        parse(plan(bonus), PATH)
    assert raised.value.what.startswith(message)


written = st.one_of(
    hostile.anything,
    st.sampled_from([Raw("true"), Raw("[]"), Raw("{}"), Raw("[[]]"), Raw("-5"), Raw("1e30")]),
)
SHAPES: dict[str, Callable[[Any], Any]] = {
    "by": lambda value: {"by": value, "tiers": [[0, ["0.1"]]]},
    "fact": lambda value: {"by": "fact", "fact": value, "tiers": [[0, ["0.1"]]]},
    "bonuses": lambda value: {"by": "earned", "bonuses": [value], "tiers": [[0, ["0.1"]]]},
    "floor": lambda value: {"by": "personal_volume", "tiers": [[value, ["0.1"]]]},
    "floor of a fact": lambda value: {"by": "fact", "fact": "f", "tiers": [[value, ["0.1"]]]},
    "value": lambda value: {"by": "personal_volume", "tiers": [[0, [value]]]},
    "tiers": lambda value: {"by": "personal_volume", "tiers": [[0, ["0.1"]]] * 2_000 + [value]},
    "other": lambda value: {"by": "personal_volume", "tiers": value, str(value)[:20]: value},
}


def fits(text: str) -> None:
    result = outcome(text)
    if isinstance(result, Plan):
        assert all(abs(number) < 2**62 for number in numbers(result))
    else:
        assert (result.where or "").startswith("plan.toml")
        assert len(result.what) < 1000


@pytest.mark.parametrize("key", SHAPES)
@settings(max_examples=25)
@given(value=written)
def test_hostile_values_by_figure_are_refused_or_fit(key: str, value: Any) -> None:
    fits(unilevel(toml(SHAPES[key](value))))


@pytest.mark.parametrize("key", ["fact", "unit", "most"])
@settings(max_examples=25)
@given(value=written)
def test_hostile_values_of_the_members_own_are_refused_or_fit(key: str, value: Any) -> None:
    own = {"by": "fact", "fact": "f", "unit": "0.1", "most": 5, key: value}
    fits(plan(f'kind = "personal"\nrate_by_rank = {toml(own)}\n'))


@pytest.mark.parametrize("key", ["fact", "otherwise", "other"])
@settings(max_examples=25)
@given(value=written)
def test_hostile_thresholds_are_refused_or_fit(key: str, value: Any) -> None:
    fits(plan('kind = "personal"\nrate = "0.1"', toml({"fact": "goal", "otherwise": 5, key: value})))
