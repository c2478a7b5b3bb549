"""Keys of a plan by their path; what is no key is refused, and what is no value the plan reader refuses."""

import tomllib
from pathlib import Path

import pytest

from engine.plans.reader import parse
from engine.plans.text import PlanError
from engine.whatif.changes import BadChangeError, NewPlace, changes_of, move_of
from engine.whatif.places import put
from engine.whatif.settings import BadSettingError, changed, parted, written

PLANS = sorted((Path(__file__).parent.parent.parent / "engine" / "plans").glob("*.toml"))
PLAN = """
name = "Keys"
[[rank]]
name = "Gold"
require = [{ kind = "group_volume", at_least = 800 }]
[[bonus]]
name = "Team"
kind = "unilevel"
rates = { none = ["0.10", 0.050], Gold = ["0.10"] }
[[bonus]]
name = "2.5 % more"
kind = "personal"
rate = 0.025
"""


def after(*settings: str) -> dict[str, object]:
    return tomllib.loads(changed(PLAN, map(parted, settings)))


def test_a_key_is_named_by_its_path() -> None:
    bonuses = after(
        "bonus.Team.rates.none[1]=0.06", 'bonus."2.5 % more".rate=0.03', "rank[0].grace=2",
        "rank.Gold.require[0].at_least=900", "activity.personal_volume=60", "tree=sponsor",
        "bonus[0].compression={rule = 'dynamic'}", "bonus.Team.rates.Gold=",
    )  # fmt: skip
    assert bonuses == {
        "name": "Keys", "tree": "sponsor", "activity": {"personal_volume": 60},
        "rank": [{"name": "Gold", "grace": 2, "require": [{"kind": "group_volume", "at_least": 900}]}],
        "bonus": [
            {"name": "Team", "kind": "unilevel", "rates": {"none": ["0.10", 0.06]},
             "compression": {"rule": "dynamic"}},
            {"name": "2.5 % more", "kind": "personal", "rate": 0.03},
        ],
    }  # fmt: skip
    assert after("bonus[1]=")["bonus"] == after('bonus."2.5 % more"=')["bonus"]


def test_without_a_setting_the_text_stays_and_no_digit_is_lost() -> None:
    assert changed(PLAN, []) == PLAN
    assert "0.050" in changed(PLAN, [("tree", "sponsor")])
    long = PLAN.replace("0.025", "0.0250000000000000000001")
    assert "0.0250000000000000000001" in changed(long, [("tree", "sponsor")])


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_plan_is_the_same_when_it_is_written_again(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    again = written(tomllib.loads(text))
    assert tomllib.loads(again) == tomllib.loads(text)
    one, other = parse(text, path), parse(again, path)
    assert (one.ranks, one.bonuses, one.caps, one.money) == (
        other.ranks,
        other.bonuses,
        other.caps,
        other.money,
    )


@pytest.mark.parametrize(
    ("setting", "message", "todo"),
    [
        ("bonus.Tema.rate=1", "there is no Tema", "Did you mean 'Team'?"),
        ("bonus.Team.rates.none[7]=1", "there is no 7", "There are [0] to [1]."),
        ("bonus.Team.kind.more=1", "there is no more", "It is a single value."),
        ("bonus.Team.rate=", "there is no rate", "Did you mean 'rates'?"),
        ("bonus.Team", "is no setting", None),
        ("=1", "is no setting", None),
        ("bonus..rate=1", "is no key", None),
    ],
)
def test_what_is_no_key_is_refused(setting: str, message: str, todo: str | None) -> None:
    with pytest.raises(BadSettingError) as refused:
        changed(PLAN, [parted(setting)])
    assert message in refused.value.what
    assert todo is None or refused.value.todo == todo


@pytest.mark.parametrize("setting", ["bonus.Team.rates.none[0]=120", "bonus.Team.rats=1", "tree=birch"])
def test_a_wrong_value_is_refused_by_the_plan_reader(setting: str) -> None:
    with pytest.raises(PlanError) as refused:
        parse(changed(PLAN, [parted(setting)]), Path("keys.toml"))
    assert (refused.value.where or "").startswith("keys.toml:")


def test_moves_and_ranks_are_written_with_an_equals_sign() -> None:
    assert move_of("1234=77:right") == NewPlace("1234", "77", "right")
    assert move_of("1=2") == NewPlace("1", "2")
    assert move_of("1=a:b:") == NewPlace("1", "a:b")
    changes = changes_of(["tree=sponsor"], ["1=2:L"], ["3=Gold"])
    assert changes.words == ["--set tree=sponsor", "--move 1=2:L", "--rank 3=Gold"]
    assert changes.plain["words"] == changes.words
    assert callable(put)
    for wrong in ("1", "=2", "1="):
        with pytest.raises(BadChangeError):
            move_of(wrong)
