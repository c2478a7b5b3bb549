"""Plan files: what they mean, and every mistake in one, refused with its line."""

from pathlib import Path

import pytest

from engine.errors import UplineError
from engine.plans.reader import parse, read
from engine.plans.text import PlanError
from tests.support.companies import planned

PLAN = """name = "Aurora"
version = "2026.1"
currency = "USD"
time_zone = "Europe/Berlin"
tree = "placement"
point_value = "0.75"

[rounding]
rule = "half_up"
at = "total"

[volume]
customers = false
exclude_kinds = ["kit"]

[activity]
personal_volume = 99.50

[[rank]]
name = "Silver"
require = [{ kind = "personal_volume", at_least = 100 }]

[[rank]]
name = "Gold"
match = "any"
must_be_active = false
require = [
  { kind = "group_volume", at_least = 5000, leg_cap = "50%", cap_own = true },
  { kind = "legs_with_rank", rank = "Silver", at_least = 2 },
]

[[bonus]]
name = "Retail"
kind = "personal"
tiers = [[0, "0.05"], [500, "0.10"]]
on = "customers"

[[bonus]]
name = "Levels"
kind = "unilevel"
tree = "sponsor"
base = "0.4"
compression = { rule = "threshold_rank", rank = "Silver" }
[bonus.rates]
none = ["0.05"]
Gold = ["0.05", "0.0325"]
"""


def test_a_plan_is_read_in_exact_units() -> None:
    plan = parse(PLAN, Path("plan.toml"))
    assert (plan.name, plan.version, plan.zone, plan.tree) == (
        "Aurora",
        "2026.1",
        "Europe/Berlin",
        "placement",
    )
    assert (plan.money.rounding, plan.money.per_line) == ("half_up", False)
    assert plan.money.volume.minor(100 * 10**6) == 75
    assert (plan.customers, plan.excluded_kinds, plan.floor) == (False, ("kit",), 9950)
    assert plan.rank_names == ("none", "Silver", "Gold")
    gold = plan.ranks[1]
    assert (gold.match, gold.must_be_active) == ("any", False)
    assert gold.requirements[0].values == {
        "kind": "group_volume", "at_least": 500_000, "leg_cap": 500_000, "cap_own": True,
        "leg_most": None, "own": True, "best_legs": None,
    }  # fmt: skip
    assert gold.requirements[1].values["rank"] == 1


def test_rates_of_unlisted_ranks_are_those_of_the_nearest_lower_one() -> None:
    levels = parse(PLAN, Path("plan.toml")).bonuses[1]
    assert levels.values["rates"] == [[20_000, 0], [20_000, 0], [20_000, 13_000]]  # on 0.4 of the volume
    assert levels.values["rates_most"] == [20_000, 13_000]
    assert levels.tree == "sponsor"


def test_equal_compressions_of_a_tree_share_one_overlay() -> None:
    bonus = '\n[[bonus]]\nname = "{}"\nkind = "unilevel"\ncompression = "{}"\n[bonus.rates]\nnone = {}\n'
    plan = planned(
        'name = "Shared"\n'
        + bonus.format("A", "dynamic", '["0.05", "0.05", "0"]')
        + bonus.format("B", "activity_skip", '["0.05", "0.01"]')
        + bonus.format("C", "activity_skip", '["0.09"]')
        + bonus.format("D", "dynamic", '["0.01", "0.02"]')
    )
    # Levels that the same ranks earn are one overlay: 1 and 2 of A, and both of D.
    assert [bonus.overlays for bonus in plan.bonuses] == [(0, 0, 1), (2, 2), (2,), (0, 0)]
    assert len({overlay.label for overlay in plan.overlays}) == 3


WRONG = [
    ('name = "Aurora"\n', "", 1, "name: is missing"),
    ('name = "Aurora"', 'name = ""', 1, "name: must not be empty"),
    ('name = "Aurora"', "name = 5", 1, "name: must be text in quotes, not 5"),
    ('name = "Aurora"', "name = Aurora", 1, "the plan file is not valid TOML"),
    ('currency = "USD"', 'currency = "usd"', 3, "'usd' is not a currency code"),
    ("Europe/Berlin", "Europe/Berlim", 4, "no time zone is called"),
    ('tree = "placement"', 'tree = "placment"', 5, "Did you mean 'placement'?"),
    ("0.75", "0", 6, "point_value: must be more than 0"),
    ("0.75", "0.12345678", 6, "point_value: must not have more than 6 decimals: 0.12345678"),
    ("half_up", "up", 9, "rule: must be one of half_even, half_up, floor"),
    ('at = "total"', 'at = "totals"', 10, "Did you mean 'total'?"),
    ("customers = false", 'customers = "no"', 13, "must be true or false"),
    ('["kit"]', '"kit"', 14, "must be a list of names in quotes"),
    ("99.50", "{ none = 1, Sliver = 2 }", 17, "personal_volume: no rank is called 'Sliver'"),
    ("99.50", "{ none = -1 }", 17, "personal_volume: must not be negative"),
    (
        '"personal_volume", at_least = 100 }',
        '"personal_volume_by_rank", at_least = 5, by = "now" }',
        21,
        'require: personal_volume_by_rank: by = "now" is possible only in a bonus',
    ),
    (
        "99.50",
        '1\nrequire = [{ kind = "rank_held", rank = "Silver", periods = 0 }]',
        18,
        "must be more than 0",
    ),
    (
        "99.50",
        '1\nrequire = [{ kind = "rank_held", rank = "Silver", periods = 2, this_period = true }]',
        18,
        "rank_held: this_period is not possible here: this period's rank depends on activity",
    ),
    ("99.50", "99.505", 17, "must not have more than 2 decimals: 99.505"),
    ("99.50", "-1", 17, "must not be negative"),
    ('name = "Silver"\nrequire', 'name = "none"\nrequire', 20, "the rank name 'none' is reserved"),
    ('name = "Gold"', 'name = "Silver"', 20, "two ranks are called 'Silver'"),
    ("require = [{ kind", "requires = [{ kind", 21, "Did you mean 'require'?"),
    ("at_least = 100 }", "least = 100 }", 21, "at_least: is missing"),
    ("at_least = 100 }", "at_lest = 100 }", 21, "The file has 'at_lest' here. Did you mean 'at_least'?"),
    ("at_least = 100 }", "at_least = 100, most = 1 }", 21, "most"),
    ('kind = "personal_volume"', 'kind = "volume"', 21, "no requirement rule is called 'volume'; known are"),
    ('"50%"', '"half"', 28, "must be a decimal number"),
    (
        'rank = "Silver", at_least',
        'rank = "Silver ", at_least',
        29,
        "no rank is called 'Silver '; the ranks are",
    ),
    ('kind = "personal"', 'kind = "retail"', 34, "no bonus rule is called 'retail'; known are"),
    ('[500, "0.10"]', '[0, "0.10"]', 35, "tiers must be in ascending order of volume"),
    ('[500, "0.10"]', '"0.10"', 35, "pairs"),
    ('[500, "0.10"]', '[500, "0.10", 1]', 35, "pairs"),
    ('on = "customers"', 'on = "guests"', 36, "must be one of customers, own, all"),
    ('name = "Levels"', 'name = "Retail"', 39, "two bonuses are called 'Retail'"),
    ('base = "0.4"', 'base = "0.33333333"', 42, "must not have more than 6 decimals"),
    ('base = "0.4"', 'base = "-0.4"', 42, "must not be negative"),
    ('base = "0.4"', 'base = "much"', 42, "base"),
    ('rule = "threshold_rank"', 'rule = "threshold"', 43, "no compression rule is called 'threshold'"),
    (', rank = "Silver" }\n[bonus', " }\n[bonus", 43, "rank: is missing"),
    (', rank = "Silver" }\n[bonus', ', rank = "Silver", most = 1 }\n[bonus', 43, "most"),
    ('tree = "sponsor"', 'tree = "upline"', 41, "must be one of main, sponsor"),
    ('Gold = ["0.05", "0.0325"]', 'Bold = ["0.05"]', 44, "no rank is called 'Bold'"),
    ('Gold = ["0.05", "0.0325"]', 'Gold = "0.05"', 44, "must be a list"),
    ('"0.0325"]', '"-0.0325"]', 44, "must not be negative"),
    ('none = ["0.05"]\nGold = ["0.05", "0.0325"]', "none = []", 44, "must list at least one value"),
    (
        'name = "Levels"',
        'name = "RETAIL"',
        39,
        "'Retail' and 'RETAIL' are too much alike: they differ only in capitals, spaces or signs",
    ),
    ('kind = "unilevel"', 'kind = "unilevl"', 40, "Did you mean 'unilevel'?"),
    ('rule = "threshold_rank"', 'rule = "treshold_rank"', 43, "Did you mean 'threshold_rank'?"),
    (
        'kind = "unilevel"',
        'kind = "unilevel"\ncalendar = "months"',
        41,
        "be one of day, week, month, quarter",
    ),
    (
        '[{ kind = "personal_volume", at_least = 100 }]',
        '{ kind = "orders" }',
        21,
        "Write require = [{ kind = ... }, ...].",
    ),
    ("[rounding]", "[roundings]", 8, "roundings"),
]


@pytest.mark.parametrize(
    ("before", "after", "line", "sentence"),
    WRONG,
    ids=[f"{after} {text}"[:60] for _, after, _, text in WRONG],
)
def test_a_wrong_plan_is_refused_with_its_line(before: str, after: str, line: int, sentence: str) -> None:
    assert PLAN.count(before) >= 1
    text = PLAN.replace(before, after, 1)
    with pytest.raises(PlanError) as raised:
        parse(text, Path("plan.toml"))
    message = str(raised.value)
    assert sentence in message
    assert message.startswith(f"plan.toml:{line}: " if line else "plan.toml: ")


def test_a_plan_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="cannot be read"):
        read(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes('name = "Größe"'.encode("latin-1"))
    with pytest.raises(PlanError, match="is not UTF-8 text"):
        read(tmp_path / "latin.toml")


@pytest.mark.parametrize(
    "text", ["name = 1", "[[name]]", "rank = 3", "bonus = [1]", "name = 'a'\nrounding = 1"]
)
def test_values_of_wrong_kinds_are_refused_and_nothing_else_happens(text: str) -> None:
    with pytest.raises(UplineError):
        parse(f"name = 'x'\n{text}" if "name" not in text else text, Path("plan.toml"))
