"""Values that a rule cannot compute with are refused, with their line, when the plan is read."""

from pathlib import Path

import pytest

from engine.plans.reader import parse
from engine.plans.text import PlanError

HEAD = """name = "Wrong"
[[rank]]
name = "Silver"
require = [{ kind = "personal_volume", at_least = 100 }]
[[bonus]]
name = "Earlier"
kind = "unilevel"
rates = ["0.05"]
[[bonus]]
name = "Tried"
"""
LINE = HEAD.count("\n") + 2
"""The line of the first option of the bonus under test."""
ABOVE_0, NEGATIVE, EMPTY = "must be more than 0", "must not be negative", "must not be empty"
WRONG = {
    "rank_advancement": [
        ("instalments = 0", ABOVE_0), ("instalments = -1", ABOVE_0),
        ("instalments = 1.5", "must be a whole number, not 1.5"),
        ("held = 0", ABOVE_0), ("amounts = {}", "must name at least one rank"),
        ("amounts = { Silver = -1 }", NEGATIVE),
    ],
    "fast_start": [
        ("days = 0", ABOVE_0), ("first_orders = 0", ABOVE_0), ("rates = []", "must list at least one value"),
        ('kinds = ["kit", "kit"]', "lists 'kit' twice"),
    ],
    "level_amount": [
        ("each = 0", ABOVE_0), ("days = 0", ABOVE_0), ("amounts = [[1]]", "must be a decimal number"),
        ("depth_by_recruits = {}", EMPTY), ("depth_by_recruits = { -1 = 1 }", NEGATIVE),
        ("depth_by_recruits = [[0, -1]]", NEGATIVE),
        ("depth_by_recruits = [[2, 1], [0, 1]]", "steps must be in ascending order"),
        ("depth_by_volume = [[5, 1], [5, 2]]", "two steps begin at the same number"),
        ("depth_by_active_legs = [[0, 2], [1, 1]]", "must not open fewer levels"),
    ],
    "role_shares": [
        ("roles = []", EMPTY), ("amounts = []", EMPTY), ("each = 0", ABOVE_0),
        ("amounts = [1, 2]", "has 2 values, but roles has 1: they must be equally many"),
    ],
    "recruiter": [("each = 0", ABOVE_0), ("first_orders = 0", ABOVE_0)],
    "filled_levels": [("width = 0", ABOVE_0), ("amounts = []", "must list at least one value")],
    "stairstep": [
        ("brackets = []", EMPTY), ('brackets = [[-1, "0.1"]]', NEGATIVE),
        ('brackets = [[5, "0.1"], [1, "0.2"]]', "tiers must be in ascending order"),
        ("below_first = -1", NEGATIVE),
    ],
    "differential": [
        ("from_level = 0", ABOVE_0), ("to_level = 0", ABOVE_0), ("receivers = 0", ABOVE_0),
        ("to_level = 2\nfrom_level = 3", "to_level: is 2, but from_level is 3"),
        ("rates = {}", "must list at least one value"),
    ],
    "binary": [("expires = 0", ABOVE_0), ("rate = -1", NEGATIVE), ("most = -5", NEGATIVE)],
    "binary_cycles": [("left = 0", ABOVE_0), ("right = -1", ABOVE_0), ("expires = 0", ABOVE_0)],
    "binary_pairs": [("pair = 0", ABOVE_0), ('pair = "0.001"', "must not have more than 2 decimals: 0.001")],
    "binary_strong_weak": [("strong = 0", ABOVE_0), ("weak = 0", ABOVE_0)],
    "binary_steps": [
        ("amounts = []", "in ascending order of volume"),
        ("amounts = [[2, 1], [1, 2]]", "in ascending order of volume"),
        ("amounts = [[0, 1]]", ABOVE_0),
    ],
    "pool": [
        ("share = 2", "must be a share of at most 1, not 2"), ("share = -1", NEGATIVE),
        ('by = "fact"', "is missing: it is required with by = fact"), ("most_each = -1", NEGATIVE),
    ],
    "matching": [
        ("bonuses = []", EMPTY), ('bonuses = ["Earlier", "Earlier"]', "lists 'Earlier' twice"),
        (
            'bonuses = ["Later"]',
            "no earlier bonus is called 'Later'; the bonuses above this one are: Earlier",
        ),
    ],
    "unilevel": [
        (
            'compression = { rule = "none", from_level = 0 }',
            "levels 0 to 1 are not among the bonus's levels 1 to 1",
        ),
        (
            'compression = { rule = "none", to_level = 2 }',
            "levels 1 to 2 are not among the bonus's levels 1 to 1",
        ),
        ('compression = "dynamc"', "no compression rule is called 'dynamc'"),
    ],
}  # fmt: skip
"""By kind of bonus: an option that is wrong, and what the refusal says."""
NEEDED = {
    "rank_advancement": ["amounts = { Silver = 10 }"],
    "fast_start": ['rates = ["0.1"]'],
    "level_amount": ["amounts = [1]"],
    "role_shares": ['roles = ["Silver"]', "amounts = [1]"],
    "recruiter": ["direct = 5"],
    "filled_levels": ["width = 2", "amounts = [1]"],
    "stairstep": ['brackets = [[1, "0.1"]]'],
    "differential": ['rates = { Silver = "0.1" }'],
    "binary": [],
    "binary_cycles": ["left = 1", "right = 1", "per_cycle = 1"],
    "binary_pairs": ["pair = 1", "per_pair = 1"],
    "binary_strong_weak": ["strong = 2", "weak = 1", "per_cycle = 1"],
    "binary_steps": ["amounts = [[1, 1]]"],
    "pool": ['share = "0.1"'],
    "matching": ['bonuses = ["Earlier"]', 'rates = ["0.1"]'],
    "unilevel": ['rates = ["0.1"]'],
}
"""The options that a bonus of the kind needs."""
CASES = [(kind, option, sentence) for kind, options in WRONG.items() for option, sentence in options]


def refused(text: str) -> PlanError:
    with pytest.raises(PlanError) as raised:
        parse(text, Path("plan.toml"))
    return raised.value


@pytest.mark.parametrize(
    ("kind", "option", "sentence"), CASES, ids=[f"{kind} {option}" for kind, option, _ in CASES]
)
def test_a_value_that_the_rule_cannot_compute_with_is_refused_with_its_line(
    kind: str, option: str, sentence: str
) -> None:
    key = option.split(" ", maxsplit=1)[0]
    others = [line for line in NEEDED[kind] if not line.startswith(f"{key} ")]
    parse(HEAD + "\n".join([f'kind = "{kind}"', *NEEDED[kind]]), Path("plan.toml"))
    error = refused(HEAD + "\n".join([f'kind = "{kind}"', option, *others]))
    assert sentence in error.what
    missing = sentence.startswith("is missing")
    place = LINE if not missing else HEAD.count("\n") - 1
    assert error.where == f"plan.toml:{place}"


@pytest.mark.parametrize(
    ("requirement", "sentence"),
    [
        (
            'kind = "group_volume", at_least = 5, leg_cap = 1.5',
            "leg_cap: must be a share of at most 1, not 1.5",
        ),
        (
            'kind = "group_volume_smaller", at_least = 5, max_leg = 60',
            'at most 1, not 60; write 60 % as 0.6 or "60%"',
        ),
        ('kind = "retail_share", at_least = 70', "at_least: must be a share of at most 1"),
        ('kind = "team_volume", at_least = 5, levels = 0', "levels: must be more than 0"),
        ('kind = "legs_with_rank", rank = "Silver", at_least = 1, levels = 0', "levels: must be more than 0"),
        ('kind = "recent_volume", at_least = 5, periods = 0', "periods: must be more than 0"),
        ('kind = "active_team", at_least = -1', "at_least: must not be negative"),
        ('kind = "personal_volum", at_least = 5', "no requirement rule is called 'personal_volum'"),
    ],
)
def test_a_requirement_with_a_wrong_value_is_refused_with_its_line(requirement: str, sentence: str) -> None:
    error = refused(HEAD.replace('kind = "personal_volume", at_least = 100', requirement, 1))
    assert sentence in error.what
    assert error.where == "plan.toml:4"


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("[activity]\ndays = 0\n", LINE, "days: must be more than 0"),
        (
            'match = "any"\n',
            LINE - 1,
            "match: says how many requirements must be met, but there is no require",
        ),
        ("require = []\n", LINE - 1, "require: needs at least one requirement"),
        ('[[cap]]\nper = "company"\nshare = "x%"\n', LINE + 1, "share: must be a decimal number, not 'x'"),
        ('[[cap]]\nper = "company"\ncut = 5\n', LINE + 1, "cut: must be a share of at most 1"),
        (
            '[[cap]]\nbonuses = ["Teams"]\namount = 5\n',
            LINE,
            "no bonus that a cap can limit is called 'Teams'",
        ),
    ],
)
def test_other_parts_with_wrong_values(text: str, line: int, sentence: str) -> None:
    error = refused(HEAD + f'kind = "unilevel"\nrates = ["0.1"]\n{text}')
    assert sentence in error.what
    assert error.where == f"plan.toml:{line + 2}"


def test_a_bonus_on_others_that_it_never_sees_is_refused() -> None:
    weekly = HEAD.replace('kind = "unilevel"', 'kind = "unilevel"\ncalendar = "week"')
    stretches = weekly.replace('"week"', '"days"')
    error = refused(f'{stretches}kind = "matching"\ncalendar = "month"\nbonuses = ["Earlier"]\nrates = [1]\n')
    assert (
        'Earlier has calendar = "days", periods of any length: nobody knows beforehand which of them will '
        "end in a month" in error.what
    )
    parse(f'{weekly}kind = "matching"\ncalendar = "month"\nbonuses = ["Earlier"]\nrates = [1]\n', Path("p"))
    pooled = HEAD.replace('kind = "unilevel"\nrates = ["0.05"]', 'kind = "pool"\nshare = "0.05"')
    error = refused(f'{pooled}kind = "matching"\nbonuses = ["Earlier"]\nrates = [1]\n')
    assert "Earlier is shared out over the whole company after all other bonuses" in error.what


def test_shares_in_percent_and_switches_read_as_what_they_mean() -> None:
    text = HEAD + 'kind = "unilevel"\nrates = ["10%"]\n[[cap]]\nper = "company"\ncut = "5 %"\n'
    assert parse(text, Path("p")).caps[0].cut == 50_000
    for setting, pushed in (("true", True), ("false", False), ('"push_up"', True)):
        plan = parse(f"{text}[volume]\npush_up = {setting}\n", Path("p"))
        assert (plan.push is not None) == pushed


def test_the_refusal_of_a_rate_in_place_of_a_list_says_what_to_write() -> None:
    error = refused(HEAD + 'kind = "unilevel"\nrates = 0.05\n')
    assert (
        "rates: must be a list with one value for each level, or a table of such lists by rank name"
        in error.what
    )
