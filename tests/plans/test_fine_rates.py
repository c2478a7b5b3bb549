"""Rates finer than a millionth: the whole plan counts its rates by the finest, up to nine decimals."""

from pathlib import Path

import pytest

from engine.plans.reader import parse
from engine.plans.text import PlanError

PATH = Path("plan.toml")
PLAN = """name = "Fine"
point_value = "{point}"
[[rank]]
name = "Seller"
require = [{{ kind = "retail_share", at_least = "0.6" }}]
[[bonus]]
name = "Team"
kind = "{kind}"
{options}
"""


def plan(options: str, kind: str = "unilevel", point: str = "1") -> str:
    return PLAN.format(kind=kind, options=options, point=point)


@pytest.mark.parametrize(
    ("options", "digits", "rates"),
    [
        ('rates = ["0.05", "0.000001"]', 6, [50_000, 1]),
        ('rates = ["0.05", "0.0000010"]', 6, [50_000, 1]),
        ('rates = ["0.05", "0.00079375"]', 8, [5_000_000, 79_375]),
        ('rates = ["5%", "0.0000001%"]', 9, [50_000_000, 1]),
        ('base = "0.4"\nrates = ["0.000001"]', 7, [4]),
        ('base = "1/3"\nrates = ["0.0000003"]', 7, [1]),
        ('base = "0.85"\nrates = ["0.0333333"]', 9, [28_333_305]),
    ],
)
def test_the_finest_rate_decides_how_all_are_counted(options: str, digits: int, rates: list[int]) -> None:
    read = parse(plan(options), PATH)
    assert read.money.rate_digits == digits
    assert read.bonuses[0].values["rates"] == [rates, rates]
    assert read.money.volume.minor(100 * 10**digits) == 100  # a point at a rate of 1, in cents
    assert read.ranks[0].requirements[0].values["at_least"] == 600_000  # shares are compared per million


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ('rates = ["0.0000000001"]', "rates: must not have more than 9 decimals: 0.0000000001"),
        ('rates = ["0.00000001%"]', "rates: must not have more than 7 decimals: 0.00000001"),
        ('base = "0.1"\nrates = ["0.000000001"]', "base: a rate multiplied by 1/10 has more than 9 decimals"),
        ('base = "1/3"\nrates = ["0.05"]', "base: a rate multiplied by 1/3 has more than 9 decimals"),
        ('rates = ["10.000000001"]', "rates: must be at most 10"),
    ],
)
def test_what_is_finer_still_is_refused(options: str, message: str) -> None:
    with pytest.raises(PlanError) as raised:
        parse(plan(options), PATH)
    assert raised.value.what == message


def test_a_point_of_many_digits_leaves_no_room_for_fine_rates() -> None:
    assert parse(plan('rates = ["0.000001"]', point="1.333333"), PATH)
    with pytest.raises(PlanError, match="too many digits to compute with next to rates of 9 decimals"):
        parse(plan('rates = ["0.000000001"]', point="1.333333"), PATH)


OWN = """// Own: what our field was promised.
//
// kind:    bonus
// scope:   source
// basis:   volume
// params:  rate: RATE
// returns: payee: NODE, level: INTEGER, rate: INTEGER, budget: INTEGER, reason: STRING

RETURN source AS payee, 1 AS level, {rate} AS rate, {rate} AS budget, null AS reason
"""


def test_a_rule_of_the_company_must_know_what_a_rate_of_1_is(tmp_path: Path) -> None:
    own = tmp_path / "bonuses"
    own.mkdir()
    for name, rate in (("coarse", "rule.rate + 50000"), ("fine", "rule.rate + rule.one / 20")):
        (own / f"{name}.cypher").write_text(OWN.format(rate=rate))
    assert parse(plan('rate = "0.05"', "coarse"), PATH, tmp_path)
    assert parse(plan('rate = "0.000000001"', "fine"), PATH, tmp_path)
    with pytest.raises(PlanError, match="coarse may count rates per million") as raised:
        parse(plan('rate = "0.000000001"', "coarse"), PATH, tmp_path)
    todo = "Write rule.one in coarse.cypher for a rate of 1; it is 1000000 without finer rates."
    assert raised.value.todo == todo
