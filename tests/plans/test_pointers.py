"""Refusals of a plan that lead on: the right form, the line that is meant, the rule that has the option."""

from pathlib import Path

import pytest

from engine.plans.reader import parse
from engine.plans.text import PlanError

HEAD = """name = "Pointers"
[[rank]]
name = "Gold"
require = [{ kind = "fact", name = "gold" }]
[[bonus]]
name = "Team"
"""


def refusal(text: str) -> PlanError:
    with pytest.raises(PlanError) as raised:
        parse(text, Path("plan.toml"))
    return raised.value


def values(body: str) -> dict[str, object]:
    return dict(parse(HEAD + body, Path("plan.toml")).bonuses[0].values)


@pytest.mark.parametrize(
    ("kind", "key", "pairs", "table"),
    [
        ("stairstep", "brackets", '[[300, "0.06"], [1000.5, "9%"]]', '{ 300 = "0.06", "1000.5" = "9%" }'),
        ("personal", "tiers", "[[0, 0.05], [500, 0.1]]", "{ 0 = 0.05, 500 = 0.1 }"),
        ("binary_steps", "amounts", "[[1000, 50], [2000, 120.5]]", "{ 1000 = 50, 2000 = 120.5 }"),
        ("unilevel", 'rates = ["0.05"]\ndepth_by_volume', "[[0, 1], [100, 2]]", "{ 0 = 1, 100 = 2 }"),
        ("unilevel", 'rates = ["0.05"]\ndepth_by_recruits', "[[0, 1], [2, 2]]", "{ 0 = 1, 2 = 2 }"),
    ],
)
def test_steps_are_pairs_or_a_table(kind: str, key: str, pairs: str, table: str) -> None:
    """Written either way they are the same values."""
    ways = [values(f'kind = "{kind}"\n{key} = {written}\n') for written in (pairs, table)]
    assert ways[0] == ways[1]


@pytest.mark.parametrize("written", ['"6%"', "[300, 0.06]", "[[300]]"])
def test_steps_of_another_form_are_refused_with_both_forms(written: str) -> None:
    error = refusal(f'{HEAD}kind = "stairstep"\nbrackets = {written}\n')
    assert '[[300, "0.06"], [1000, "0.09"]], or { 300 = "0.06", 1000 = "0.09" }' in error.what
    assert error.where == "plan.toml:8"


def test_steps_in_a_table_are_refused_as_pairs_are() -> None:
    error = refusal(f'{HEAD}kind = "stairstep"\nbrackets = {{ 1000 = "0.09", 300 = "0.06" }}\n')
    assert "ascending" in error.what
    assert "must be a decimal number" in refusal(f'{HEAD}kind = "personal"\ntiers = {{ Gold = 0.05 }}\n').what


REQUIRED = 'require = [{ kind = "rank_held", rank = "Gold", periods = 2 }]\n'


def test_a_compression_without_its_options_shows_the_form() -> None:
    error = refusal(f'{HEAD}kind = "unilevel"\n{REQUIRED}rates = [0.05]\ncompression = "threshold_rank"\n')
    assert error.what == "compression: threshold_rank needs rank"
    assert error.where == "plan.toml:10"
    assert error.todo == 'Write compression = { rule = "threshold_rank", rank = ... }.'


def test_a_key_that_an_inline_table_lacks_is_refused_at_that_table() -> None:
    """Another inline table of the same bonus has a key of the name, above and below."""
    error = refusal(
        f'{HEAD}kind = "unilevel"\n{REQUIRED}rates = [0.05]\ncompression = {{ rule = "threshold_rank" }}\n'
    )
    assert (error.what, error.where) == ("rank: is missing", "plan.toml:10")
    error = refusal(
        f'{HEAD}kind = "unilevel"\ncompression = {{ rule = "threshold_rank" }}\n{REQUIRED}rates = [0.05]\n'
    )
    assert (error.what, error.where) == ("rank: is missing", "plan.toml:8")


def test_a_key_of_an_inline_table_of_several_lines_is_found_in_it() -> None:
    error = refusal(
        f'{HEAD}kind = "unilevel"\nrates = [0.05]\nrequire = [\n  {{ kind = "fact", name = "one" }},\n'
        '  { kind = "rank_held", rank = "Silver",\n    periods = 2 },\n]\n'
    )
    assert error.where == "plan.toml:11"


@pytest.mark.parametrize(
    ("body", "what", "todo"),
    [
        (
            'kind = "differential"\nbrackets = [[300, "0.06"]]\n',
            "brackets: is not an option of differential",
            'It is an option of stairstep: kind = "stairstep".',
        ),
        (
            'kind = "unilevel"\nrates = [0.05]\nborder = "Gold"\n',
            "border: is not an option of unilevel",
            "It is an option of breakaway, generation, generation_all, generation_matching and others: "
            'kind = "breakaway".',
        ),
        (
            'kind = "structure"\namount = 1\nrequire = [{ kind = "customers", leg_cap = 0.5 }]\n',
            "leg_cap: is not an option of customers",
            'It is an option of group_volume: kind = "group_volume".',
        ),
    ],
)
def test_an_option_of_another_rule_leads_to_that_rule(body: str, what: str, todo: str) -> None:
    error = refusal(HEAD + body)
    assert (error.what, error.todo) == (what, todo)


def test_a_misspelt_option_is_still_offered_the_right_one() -> None:
    assert refusal(f'{HEAD}kind = "unilevel"\nrate = [0.05]\n').todo == (
        "The file has 'rate' here. Did you mean 'rates'?"
    )
