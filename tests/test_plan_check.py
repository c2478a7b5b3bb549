"""Remarks on a plan that can be run: what never pays, is never reached, or pays too much."""

import pytest

from engine.plan_check import most_paid, percent, remarks
from tests.companies import planned

SOUND = """
name = "Sound"
[[rank]]
name = "Silver"
require = [{ kind = "group_volume", at_least = 1000 }]
[[rank]]
name = "Gold"
require = [{ kind = "group_volume", at_least = 2000 }]
[[bonus]]
name = "Retail"
kind = "personal"
tiers = [[0, "0.05"], [500, "0.20"]]
[[bonus]]
name = "Levels"
kind = "unilevel"
rates = { none = ["0.05", "0.01"], Gold = ["0.10", "0.05"] }
"""


def test_a_sound_plan_gets_no_remark() -> None:
    assert remarks(planned(SOUND)) == []


WRONG = {
    "rank_never_held": ("at_least = 2000", "at_least = 900", 2, "whoever meets it meets the higher Gold"),
    "rank_above_itself": (
        '"group_volume", at_least = 1000',
        '"legs_with_rank", rank = "Gold", at_least = 1',
        2,
        "Silver asks for Gold",
    ),
    "rank_out_of_reach": (
        "at_least = 1000",
        'at_least = 1000, leg_cap = "0"',
        2,
        "counts nothing of any leg",
    ),
    "bonus_never_pays": ('"0.05"], [500, "0.20"', '"0"], [500, "0"', 8, "every rate of Retail is zero"),
    "level_never_pays": (
        '"0.01"], Gold = ["0.10", "0.05"]',
        '"0"], Gold = ["0.10", "0"]',
        12,
        "no rank earns level 2 of Levels",
    ),
    "payout_exceeds_volume": (
        '"0.20"]',
        '"0.90"]',
        8,
        "105 % of its commissionable volume: Retail 90 %, Levels 15 %",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_remark_names_what_it_is_about(name: str) -> None:
    before, after, line, said = WRONG[name]
    assert before in SOUND
    found = remarks(planned(SOUND.replace(before, after, 1).lstrip()))
    assert [(one.name, one.where) for one in found] == [(name, f"plan.toml:{line}")]
    assert said in found[0].what


def test_the_most_that_a_bonus_pays_on_one_sale() -> None:
    assert [most_paid(bonus) for bonus in planned(SOUND).bonuses] == [200_000, 150_000]
    assert [percent(rate) for rate in (0, 12_500, 1_000_000)] == ["0 %", "1.25 %", "100 %"]
