"""Remarks on plans that can be run: what never pays, is never reached, or pays too much."""

import pytest

from engine.money import percent
from engine.plans.remarks import most_paid, remarks
from tests.support.companies import planned

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
    "rank_never_held": (
        "at_least = 2000",
        "at_least = 900",
        2,
        "everyone who qualifies for it also qualifies for the higher rank Gold",
    ),
    "rank_above_itself": (
        '"group_volume", at_least = 1000',
        '"legs_with_rank", rank = "Gold", at_least = 1',
        2,
        "Silver requires the higher rank Gold",
    ),
    "rank_out_of_reach": (
        "at_least = 1000",
        'at_least = 1000, leg_cap = "0"',
        2,
        "counts nothing of any leg",
    ),
    "bonus_never_pays": (
        '"0.05"], [500, "0.20"',
        '"0"], [500, "0"',
        8,
        "every rate or amount of Retail is zero",
    ),
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
    before, after, line, sentence = WRONG[name]
    assert before in SOUND
    remarked = remarks(planned(SOUND.replace(before, after, 1).lstrip()))
    assert [(remark.name, remark.where) for remark in remarked] == [(name, f"plan.toml:{line}")]
    assert sentence in remarked[0].what


@pytest.mark.parametrize(
    ("options", "line", "name", "sentence"),
    [
        (
            'kind = "personal"\nrate = 5', 3, "rate_above_one",
            'Tried pays 500 % of its base: 5 % is written 0.05 or "5%"',
        ),
        (
            'kind = "personal"\nrate_by_rank = "0.1"\ntiers = [[0, "0.05"]]', 4, "option_without_effect",
            "tiers of Tried has no effect: it is used only without rate_by_rank",
        ),
        (
            'kind = "pool"\nshare = "0.1"\nby = "equal"\noverdraw = true', 5, "option_without_effect",
            "overdraw of Tried has no effect: it is used only with by = contribution",
        ),
        (
            'kind = "binary"\nrate = "0.1"\nover = "lose"', 4, "option_without_effect",
            "over of Tried has no effect: it is used only with most",
        ),
        (
            'kind = "generation"\nborder = "Silver"\n[bonus.rates]\nnone = ["0.1"]\nSilver = ["0"]',
            1, "bonus_never_pays", "every rate or amount of Tried is zero",
        ),
        ('kind = "recruiter"\ndirect = 0', 1, "bonus_never_pays", "every rate or amount of Tried is zero"),
        ('kind = "structure"\namount = 0\nrequire = [{ kind = "orders" }]', 1, "bonus_never_pays", "zero"),
    ],
)  # fmt: skip
def test_options_that_do_nothing_and_rates_above_the_whole_are_remarked_on(
    options: str, line: int, name: str, sentence: str
) -> None:
    plan = SOUND[: SOUND.index("[[bonus]]")].lstrip()
    start = plan.count("\n")
    remarked = remarks(planned(f'{plan}[[bonus]]\nname = "Tried"\n{options}\n'))
    about = [remark for remark in remarked if remark.name == name]
    assert [remark.where for remark in about] == [
        f"plan.toml:{start + line + (2 if line > 1 else 0) - (line > 1)}"
    ]
    assert sentence in about[0].what


def test_a_match_counts_towards_what_one_sale_can_pay_out() -> None:
    plan = SOUND.replace('"0.10", "0.05"', '"0.60", "0.20"')
    match = '[[bonus]]\nname = "Match"\nkind = "matching"\nbonuses = ["Levels"]\nrates = ["0.1", "0.15"]\n'
    assert [remark.name for remark in remarks(planned(plan))] == []
    remarked = remarks(planned(plan + match))
    assert (
        "can pay out 120 % of its commissionable volume: Retail 20 %, Levels 80 %, Match 20 %"
        in remarked[0].what
    )


def test_a_match_in_every_period_on_a_bonus_of_some() -> None:
    match = '[[bonus]]\nname = "Match"\nkind = "matching"\nbonuses = ["Levels"]\nrates = ["0.1"]\n'
    weekly = SOUND.lstrip().replace("rates = { none", 'calendar = "week"\nrates = { none')
    assert [remark.name for remark in remarks(planned(weekly + match))] == ["match_only_by_calendar"]
    assert remarks(planned(weekly + match + 'calendar = "month"\n')) == []


def test_caps_that_leave_nothing_or_never_cut() -> None:
    caps = '[[cap]]\namount = 0\n[[cap]]\nper = "company"\nshare = 45\n'
    remarked = remarks(planned(SOUND.lstrip() + caps))
    assert [(remark.name, remark.where) for remark in remarked] == [
        ("cap_leaves_nothing", "plan.toml:17"),
        ("cap_never_cuts", "plan.toml:20"),
    ]


def test_a_floor_by_rank_that_is_the_same_for_all() -> None:
    floors = 'name = "First"\n[activity]\npersonal_volume = { none = 60, Star = %s }\n'
    rank = '[[rank]]\nname = "Star"\nrequire = [{ kind = "personal_volume", at_least = 100 }]\n'
    remarked = remarks(planned(floors % 60 + rank))
    assert [(remark.name, remark.where) for remark in remarked] == [("option_without_effect", "plan.toml:3")]
    assert remarks(planned(floors % 100 + rank)) == []


def test_a_rank_that_nobody_can_be_the_first_to_hold() -> None:
    first = 'name = "First"\n[[rank]]\nname = "Star"\nrequire = [\n  { kind = '
    for kind in ("legs_with_rank", "personally_sponsored"):
        remarked = remarks(planned(f'{first}"{kind}", rank = "Star", at_least = 1 }},\n]\n'))
        assert [(remark.name, remark.where) for remark in remarked] == [("rank_out_of_reach", "plan.toml:2")]
        assert "so nobody can be the first" in remarked[0].what
    for held, sentence in (
        ("periods = 2", "requires Star in earlier periods, so nobody can be the first"),
        ('periods = 2, at_least = 3, by = "paid"', "requires a rank in 3 of 2 periods"),
    ):
        remarked = remarks(planned(f'{first}"rank_held", rank = "Star", {held} }},\n]\n'))
        assert [remark.name for remark in remarked] == ["rank_out_of_reach"]
        assert sentence in remarked[0].what
    forced = f'{first}"rank_held", rank = "Star", periods = 2, by = "paid" }},\n]\n'
    assert remarks(planned(forced)) == []  # an override can make the first
    remarked = remarks(planned(f'{first}"customers", at_least = 0 }},\n]\n'))
    assert [remark.name for remark in remarked] == ["requirement_always_met"]


def test_the_most_that_a_bonus_pays_on_one_sale() -> None:
    assert [most_paid(bonus) for bonus in planned(SOUND).bonuses] == [200_000, 150_000]
    assert [percent(rate) for rate in (0, 12_500, 1_000_000)] == ["0 %", "1.25 %", "100 %"]


@pytest.mark.parametrize(
    ("kind", "rates", "expected"),
    [
        ("infinity", '{ Silver = "1%", Diamond = "2%" }', ["Gold"]),
        ("infinity", '{ Silver = "1%" }', ["Gold", "Diamond"]),
        ("infinity", '{ Silver = "1%", Gold = "0", Diamond = "2%" }', []),
        ("infinity", '{ Diamond = "2%" }', []),
        ("differential", '{ Silver = "1%", Diamond = "2%" }', []),
        ("unilevel", '{ Silver = ["1%"], Diamond = ["2%"] }', []),
    ],
)
def test_a_rank_that_is_a_step_of_its_own_without_being_listed_is_remarked(
    kind: str, rates: str, expected: list[str]
) -> None:
    ranks = "".join(
        f'[[rank]]\nname = "{name}"\nrequire = [{{ kind = "personal_volume", at_least = {floor} }}]\n'
        for name, floor in (("Silver", 1), ("Gold", 2), ("Diamond", 3))
    )
    plan = planned(f'name = "P"\n{ranks}[[bonus]]\nname = "B"\nkind = "{kind}"\nrates = {rates}\n')
    listed = [each for each in remarks(plan) if each.name == "rank_not_listed"]
    assert [each.what.split(" does not list ")[1].split(",")[0] for each in listed] == expected
    for each in listed:
        assert each.where == "plan.toml:14"
        assert "takes 1 % from Silver and is a step of its own" in each.what
