"""Generations, generation match, matching: the published cases, and the options one by one."""

from pathlib import Path

from engine.graph.database import Graph
from tests.oracle.notation import facts, ladder
from tests.support.family import story

DIRECTORS = ladder("Associate", "Director")


def generation(**options: str) -> str:
    lines = "\n".join(f"{key} = {value}" for key, value in options.items())
    return f'{DIRECTORS}\n[[bonus]]\nname = "G"\nkind = "generation"\nborder = "Director"\n{lines}\n'


SEVEN = "member_id sponsor_id\n0 -\n1 0\n2 1\n3 2\n4 3\n5 4\n6 5"


def test_gn_01_three_directors_above_the_sale(graph: Graph, tmp_path: Path) -> None:
    told = story(
        graph,
        tmp_path,
        generation(rates='["0.10", "0.06", "0.04"]'),
        SEVEN,
        "member_id volume\n6 200",
        facts=facts("0:2 1:1 2:2 3:1 4:2 5:1 6:1"),
    )
    assert told.paid() == {"4": "20", "2": "12", "0": "8"}
    assert {row["payee_id"]: row["level"] for row in told.lines("G")} == {"4": "1", "2": "2", "0": "3"}


def test_gn_04_a_director_is_not_paid_on_own_volume(graph: Graph, tmp_path: Path) -> None:
    members = "member_id sponsor_id\n0 -\n1 0\n2 1"
    sales = "member_id volume\n2 100\n0 500"
    plan = generation(rates='["0.10"]')
    told = story(graph, tmp_path, plan, members, sales, facts=facts("0:2 1:1 2:1"))
    assert told.paid() == {"0": "10"}


ACTIVE = "[activity]\npersonal_volume = 100\n"
INACTIVE_DIRECTOR = "member_id volume\n0 150\n1 150\n2 10\n3 150\n4 150"
"""Of 0 - 1 - 2 - 3 - 4 the directors are 0 and 2; 2 is not active but was given the rank for pay."""
FORCED = "member_id kind value first_period last_period\n2 rank Director 2026-11 -"


def test_an_inactive_border_member_loses_the_border_or_keeps_it(graph: Graph, tmp_path: Path) -> None:
    members = "member_id sponsor_id\n0 -\n1 0\n2 1\n3 2\n4 3"

    def paid(inactive: str) -> dict[str, str]:
        plan = ACTIVE + generation(rates='["0.10", "0.06"]', inactive=f'"{inactive}"')
        told = story(graph, tmp_path, plan, members, INACTIVE_DIRECTOR, facts=facts("0:2"), overrides=FORCED)
        return told.paid()

    # 150 (4) + 150 (3) + 10 (2) + 150 (1) for generation 1; kept, those of 3 and 4 are generation 2.
    assert paid("lose") == {"0": "46"}
    assert paid("keep") == {"0": "34"}


KUVERA = "member_id sponsor_id\nJoe -\nMary Joe\nLarry Mary\nSusan Larry\nSharon Susan\nSteve Sharon"
EARNED = "member_id volume\nMary 100\nLarry 200\nSusan 100\nSharon 200\nSteve 200"
OWN = '\n[[bonus]]\nname = "Own"\nkind = "personal"\nrate = "1"\n'


def kuvera(closes: str) -> str:
    return (
        ladder("Ambassador", "Executive")
        + OWN
        + f"""
[[bonus]]
name = "Match"
kind = "generation_matching"
bonuses = ["Own"]
border = "Executive"
closes = "{closes}"
[bonus.rates]
Ambassador = ["0.03", "0.03"]
Executive = []
"""
    )


def test_mb_01_two_generations_split_by_a_rank(graph: Graph, tmp_path: Path) -> None:
    told = story(graph, tmp_path, kuvera("in"), KUVERA, EARNED, facts=facts("Joe:1 Larry:2"))
    assert told.paid("Match") == {"Joe": "24"}
    by_generation = {row["level"]: row["amount"] for row in told.lines("Match") if not row["reason"]}
    assert by_generation == {"1": "9.00", "2": "15.00"}


def test_the_border_member_belongs_to_the_next_generation_by_option(graph: Graph, tmp_path: Path) -> None:
    told = story(graph, tmp_path, kuvera("out"), KUVERA, EARNED, facts=facts("Joe:1 Larry:2"))
    by_generation = {row["level"]: row["amount"] for row in told.lines("Match") if not row["reason"]}
    assert by_generation == {"1": "3.00", "2": "21.00"}


def test_volume_by_generation_is_the_same_walk_on_sales(graph: Graph, tmp_path: Path) -> None:
    plan = (
        ladder("Executive")
        + """
[[bonus]]
name = "All"
kind = "generation_all"
border = "Executive"
rates = ["0.10", "0.01"]
"""
    )
    told = story(graph, tmp_path, plan, KUVERA, EARNED, facts=facts("Larry:1 Steve:1"))
    # Steve's own 200 still belong to the generation that he closes.
    assert told.paid() == {"Joe": "35", "Mary": "25", "Larry": "50", "Susan": "40", "Sharon": "20"}


def test_mb_03_a_match_of_20_10_and_5_percent(graph: Graph, tmp_path: Path) -> None:
    members = "member_id sponsor_id\nJohn -\nGeo John\nBob Geo\nMax Bob"
    plan = """
[[bonus]]
name = "Own"
kind = "personal"
rate = "0.30"
[[bonus]]
name = "Match"
kind = "matching"
bonuses = ["Own"]
rates = ["0.20", "0.10", "0.05"]
"""
    told = story(graph, tmp_path, plan, members, "member_id volume\nMax 1000")
    assert told.paid("Own") == {"Max": "300"}
    assert told.paid("Match") == {"Bob": "60", "Geo": "30", "John": "15"}


def test_mb_05_several_earnings_are_matched_each(graph: Graph, tmp_path: Path) -> None:
    def paid(rate: str, *earned: int) -> dict[str, str]:
        plan = "".join(
            f'\n[[bonus]]\nname = "E{n}"\nkind = "personal"\nrate = "{amount / 100}"\n'
            for n, amount in enumerate(earned)
        )
        names = ", ".join(f'"E{n}"' for n in range(len(earned)))
        plan += f'\n[[bonus]]\nname = "M"\nkind = "matching"\nbonuses = [{names}]\nrates = ["{rate}"]\n'
        return story(graph, tmp_path, plan, "member_id sponsor_id\nS -\nD S", "member_id volume\nD 100").paid(
            "M"
        )

    assert paid("0.20", 50) == {"S": "10"}
    assert paid("0.10", 50, 30) == {"S": "8"}


def test_matching_climbs_over_whoever_is_not_active(graph: Graph, tmp_path: Path) -> None:
    members = "member_id sponsor_id\n1 -\n11 1\n111 11\n1111 111"
    plan = (
        ACTIVE
        + OWN
        + """
[[bonus]]
name = "Match"
kind = "matching"
bonuses = ["Own"]
rates = ["0.20", "0.10"]
compression = "activity_skip"
"""
    )
    told = story(graph, tmp_path, plan, members, "member_id volume\n1 100\n11 100\n1111 100")
    # 1111 pays 11 at level 1 (111 is skipped) and 1 at level 2; 11 pays 1 at level 1.
    assert told.paid("Match") == {"11": "20", "1": "30"}


OWN_RANK = """
[[bonus]]
name = "Own rank"
kind = "generation_all"
border = "own"
[bonus.rates]
Silver = ["0.10", "0.05"]
Gold = ["0.10", "0.05"]
"""


def test_everybodys_own_rank_is_the_border_by_option(graph: Graph, tmp_path: Path) -> None:
    """Gold, Silver, Gold, Silver, and a sale below: the higher rank sees fewer and larger generations."""
    told = story(
        graph,
        tmp_path,
        ladder("Silver", "Gold") + OWN_RANK,
        "member_id sponsor_id\nG2 -\nS2 G2\nG1 S2\nS1 G1\nbuyer S1",
        "member_id volume\nbuyer 100",
        facts=facts("G2:2 S2:1 G1:2 S1:1"),
    )
    assert {row["payee_id"]: row["level"] for row in told.lines("Own rank")} == {
        "S1": "1", "G1": "1", "G2": "2"
    }  # fmt: skip
    assert told.paid() == {"S1": "10", "G1": "10", "G2": "5"}  # S2 is the third generation of silvers


def test_the_last_generation_reaches_down_without_end_by_option(graph: Graph, tmp_path: Path) -> None:
    plan = """
[[bonus]]
name = "G"
kind = "generation_all"
border = "Director"
endless = {}
[bonus.rates]
Director = ["0.10", "0.02"]
"""
    members, sales = "member_id sponsor_id\n0 -\n1 0\n2 1\n3 2\n4 3", "member_id volume\n4 100"
    held = facts("0:1 1:1 2:1 3:1")
    directors = ladder("Director")
    told = story(graph, tmp_path, directors + plan.format("true"), members, sales, facts=held)
    assert told.paid() == {"3": "10", "2": "2", "1": "2", "0": "2"}
    told = story(graph, tmp_path, directors + plan.format("false"), members, sales, facts=held)
    assert told.paid() == {"3": "10", "2": "2"}
