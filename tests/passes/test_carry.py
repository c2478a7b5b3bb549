"""What a plan carries from the period before, and what a run says where there is nothing to carry."""

from pathlib import Path

import pytest

from engine.graph.database import Graph
from engine.passes.carry import carried, moving_sums
from engine.passes.record import result
from engine.period import period
from engine.plans.reader import parse
from engine.run import run_file
from tests.support.companies import month, planned

RANK = '[[rank]]\nname = "Silver"\nrequire = [{ kind = "personal_volume", at_least = 100 }]\n'
PAIRS = '[[bonus]]\nname = "Pairs"\nkind = "binary_pairs"\npair = 100\nper_pair = 10\ncalendar = "month"\n'
LEVELS = '[[bonus]]\nname = "Levels"\nkind = "unilevel"\nrates = ["0.05"]\n'
COMPANY = """
members:
  member  sponsor  placement  leg  enrolled_on
  1       -        -          -    2026-09-10
  11      1        1          L    2026-09-10
  12      1        1          R    2026-09-10
orders:
  member  ordered_at            qv
  11      2026-10-05T00:00:00Z  250
  12      2026-10-05T00:00:00Z  120
  12      2026-11-05T00:00:00Z  30
plan:
  name = "Legs"
  version = "1"
"""


def company(plan: str) -> str:
    return COMPANY + "".join(f"  {line}\n" for line in plan.splitlines())


STEPS = '[[bonus]]\nname = "Steps"\nkind = "stairstep"\nbrackets = [[100, "0.03"]]\n'
MATRIX = '[[bonus]]\nname = "Matrix"\nkind = "filled_levels"\nwidth = 2\namounts = [5]\n'


@pytest.mark.parametrize(
    ("plan", "name", "expected"),
    [
        (LEVELS, "2026-11", []),
        (RANK, "2026-11", ["lifetime ranks"]),
        ("rank_grace = 1\n" + RANK, "2026-11", ["lifetime ranks", "ranks in grace"]),
        (
            RANK.replace('"personal_volume"', '"accumulated_volume", of = "group"'),
            "2026-11",
            ["lifetime ranks", "accumulated group volume"],
        ),
        (PAIRS, "2026-11", ["the carry of Pairs"]),
        (PAIRS, "2026-W47", []),  # a bonus of months is not computed by the week
        (
            RANK + '[[bonus]]\nname = "Up"\nkind = "rank_advancement"\namounts = { Silver = 10 }\n',
            "2026-11",
            ["lifetime ranks", "the carry of Up"],
        ),
        (STEPS, "2026-11", []),
        (STEPS + "accumulated = true\n", "2026-11", ["the carry of Steps"]),
        (STEPS + 'reached = "higher"\n', "2026-11", ["the carry of Steps"]),
        (MATRIX, "2026-11", ["the carry of Matrix"]),
        (MATRIX + "again = true\n", "2026-11", []),
    ],
)
def test_what_a_plan_carries(plan: str, name: str, expected: list[str]) -> None:
    assert carried(planned('name = "Any"\n' + plan), period(name)) == expected


def test_a_run_says_that_nothing_could_be_carried(graph: Graph, tmp_path: Path) -> None:
    alone = month(graph, tmp_path, company(PAIRS))
    assert alone.notes == (
        "there is no complete run of 2026-10 by Legs, so these begin at zero: the carry of Pairs. "
        "If they should not, run 2026-10 first, then this period again",
    )
    assert alone.totals[0]["paid"] == 0  # 120 of October is not there to be matched
    run_file(graph, tmp_path / "plan.toml", "2026-10")
    both = run_file(graph, tmp_path / "plan.toml", "2026-11")
    assert both.notes == ()
    assert result(graph, "2026-10").notes == (alone.notes[0].replace("2026-10", "2026-09"),)


def test_a_first_period_and_a_plan_that_carries_nothing_need_no_note(graph: Graph, tmp_path: Path) -> None:
    assert month(graph, tmp_path / "first", company(PAIRS), "2026-09").notes == ()
    graph.batched("schema/wipe")
    assert month(graph, tmp_path / "levels", company(LEVELS)).notes == ()


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ('version = "1"', 'version = "2"', "version 1 of the plan, this one by 2"),
        ("per_pair = 10", "per_pair = 11", "another text of the plan"),
    ],
)
def test_a_run_says_that_another_version_made_the_run_before(
    before: str, after: str, difference: str, graph: Graph, tmp_path: Path
) -> None:
    october = month(graph, tmp_path, company(PAIRS), "2026-10")
    plan = tmp_path / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    assert run_file(graph, plan, "2026-11").notes == (
        f"run {october.number} of 2026-10 was computed by {difference}, "
        "and these rest on it: the carry of Pairs. If they should not, run 2026-10 by this plan first, "
        "then this period again",
    )


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (RANK, []),
        (RANK + "permanent = true\n", ["lifetime ranks"]),
        ("rank_grace = 1\n" + RANK, ["ranks in grace"]),
        (RANK + PAIRS, ["the carry of Pairs"]),
    ],
)
def test_lifetime_ranks_move_sums_only_where_a_rank_is_never_lost(plan: str, expected: list[str]) -> None:
    assert moving_sums(planned('name = "Any"\n' + plan), period("2026-11")) == expected


def test_a_rule_of_a_company_that_reads_lifetime_ranks_carries_them(tmp_path: Path) -> None:
    own = tmp_path / "requirements" / "once_held.cypher"
    own.parent.mkdir()
    held = (Path("cypher") / "rules" / "requirements" / "personal_volume.cypher").read_text(encoding="utf-8")
    own.write_text(held.replace("standing.personal_volume", "standing.lifetime_rank"), encoding="utf-8")
    plan = parse(
        f'name = "Any"\n{RANK.replace("personal_volume", "once_held")}', tmp_path / "plan.toml", tmp_path
    )
    assert moving_sums(plan, period("2026-11")) == ["lifetime ranks"]
