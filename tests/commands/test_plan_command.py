"""`upline plan`: a plan file checked and shown in words."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.commands.plan import app

SHIPPED = sorted((Path(__file__).parent.parent.parent / "engine" / "plans").glob("*.toml"))
PLAN = """name = "Words"
currency = "EUR"
[activity]
personal_volume = 60
[[rank]]
name = "Silver"
require = [{ kind = "group_volume", at_least = 1000, own = false }]
[[rank]]
name = "Gold"
match = "any"
require = [{ kind = "group_volume", at_least = 5000, leg_cap = 0.5 }, { kind = "customers", at_least = 0 }]
[[bonus]]
name = "Cycles"
kind = "binary_cycles"
left = 200
right = 100
per_cycle = { none = 14, Gold = 18 }
[[bonus]]
name = "Retail"
kind = "personal"
tiers = [[0, "0.05"], [500, "0.1"]]
[[cap]]
amount = 1000
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN)
    return path


def output(*words: object, status: int = 0) -> str:
    """What a command of `upline plan` prints; it ends with that status."""
    done = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "300"})
    assert done.exit_code == status, done.output
    return done.output


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_plan_is_shown_without_anything_that_only_programs_read(path: Path) -> None:
    page = output("show", path)
    assert [text for text in ("True", "False", "None", "[[", "['", "_by_") if text in page] == []


def test_values_are_shown_in_their_units_and_defaults_are_left_out(plan: Path) -> None:
    lines = [line.strip() for line in output("show", plan).splitlines()]
    assert "Active in a period: 60.00 of personal volume." in lines
    assert "Silver: group volume (at least 1,000.00, own no)" in lines
    assert "Gold: group volume (at least 5,000.00, leg cap 50 %) or customers (at least 0)" in lines
    assert (
        "Options: left 200.00, right 100.00, per cycle none 14.00 EUR, Silver 14.00 EUR, Gold 18.00 EUR."
        in lines
    )
    assert "Options: tiers from 0.00 5 %, from 500.00 10 %." in lines
    assert "Cap per member: 1,000.00 EUR for Cycles, Retail." in lines


def test_remarks_are_printed_with_their_place_and_end_with_status_1(plan: Path) -> None:
    lines = output("check", plan, status=1).splitlines()
    assert lines[0].endswith(
        "plan.toml:8: Gold requires customers of at least 0, which everyone has [requirement_always_met]"
    )
    assert lines[-1] == "Words 1: 2 ranks, 2 bonuses, 1 remark, 1 note"
    remarks = json.loads(output("check", plan, "--json", status=1))
    assert [remark["name"] for remark in remarks] == ["requirement_always_met", "fixed_amount"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_plan_that_ships_ends_with_status_0(path: Path) -> None:
    """Also where it pays fixed amounts: that each needs a sale is a note, and changes nothing in the plan."""
    assert "no remarks" in output("check", path)


def test_a_plan_without_remarks_or_notes_says_so() -> None:
    aurora = next(path for path in SHIPPED if path.stem == "aurora")
    assert output("check", aurora) == "Aurora 2026.1: 3 ranks, 2 bonuses, no remarks\n"


def test_the_binary_that_ships_has_a_note() -> None:
    binary = next(path for path in SHIPPED if path.stem == "binary")
    *notes, last = output("check", binary).splitlines()
    assert notes
    assert all(": note: " in note and note.endswith("[fixed_amount]") for note in notes)
    assert last.endswith(f"no remarks, {len(notes)} note{'s' if len(notes) > 1 else ''}")


BY_FIGURE = """name = "Figures"
currency = { code = "USDT", digits = 3 }
[[rank]]
name = "Seller"
require = [{ kind = "personal_volume", at_least = { fact = "goal", otherwise = 100 } }]
[[rank]]
name = "Ambassador"
[[bonus]]
name = "Team"
kind = "unilevel"
rates = { by = "group_volume", tiers = [[0, ["0.05"]], [1000, ["0.06", "0.000793751"]]] }
[[bonus]]
name = "Silver"
kind = "unilevel"
rates = { by = "earned", bonuses = ["Team"], tiers = [[100, ["0.03"]]] }
[[bonus]]
name = "Own"
kind = "personal"
rate_by_rank = { by = "fact", fact = "ratio", unit = "0.01", most = "0.9" }
[[bonus]]
name = "Places"
kind = "pool"
share = "0.02"
by = "place"
shares_by_place = [50, "30.284"]
"""


def test_figures_places_and_what_is_the_members_own_are_shown_in_words(tmp_path: Path) -> None:
    path = tmp_path / "figures.toml"
    path.write_text(BY_FIGURE, "utf-8")
    lines = [" ".join(line.split()) for line in output("show", path).splitlines()]
    for line in (
        "Figures: 1, amounts in USDT",
        "Seller: personal volume (at least the fact goal, or 100.00 without it)",
        "Ambassador: granted by the company",
        "rates by group volume level 1 level 2",
        "from 1,000.00 6 % 0.0793751 %",
        "rates by what Team paid level 1",
        "from 100.000 USDT 3 %",
        "Options: rate by rank the fact ratio times 1 %, at most 90 %.",
        "Options: share 2 %, by place, shares by place 50, 30.284.",
    ):
        assert line in lines
