"""Measures: which of them are computed together, and which wait for others."""

import re
from pathlib import Path

import pytest

from engine.composition.measures import needed, turns
from engine.graph.queries import Query, fields, folder, query
from engine.plans.reader import read

PLANS = Path(__file__).parent.parent.parent / "engine" / "plans"
FILES = {path.stem: path for path in (folder() / "parts" / "measures").glob("*.cypher")}
ORDERS = {name: fields(path.read_text("utf-8"), path)[0].get("order", "any") for name, path in FILES.items()}


def piece(text: str) -> Query:
    return Query("some", Path("some.cypher"), "fragment", {}, {}, "", text)


def test_sums_up_the_tree_go_together_and_what_depends_on_them_comes_after() -> None:
    plan = read(PLANS / "binary.toml")
    pieces = {name: query(f"measures/{name}") for name in needed(plan)}
    turns_taken = list(
        turns({"group_volume": query("volumes/group"), **pieces}, {"group_volume": "up", **ORDERS})
    )
    assert turns_taken == [
        ("up", ["group_commissionable_volume", "group_volume"]),
        ("asked", ["sponsored_legs"]),
        ("any", ["owner_id"]),
    ]


def test_a_measure_waits_for_those_that_it_names_whatever_they_are_called() -> None:
    pieces = {
        "a": piece("SET standing.a = standing.c + 1"),
        "b": piece("SET standing.b = 1"),
        "c": piece("SET standing.c = standing.b + below.d"),
        "d": piece("SET standing.d = 1"),
    }
    turns_taken = list(turns(pieces, {"a": "up", "b": "any", "c": "up", "d": "asked"}))
    assert turns_taken == [("asked", ["d"]), ("any", ["b"]), ("up", ["c"]), ("up", ["a"])]


@pytest.mark.parametrize(
    "name", ["volumes/group", *(f"measures/{name}" for name, order in ORDERS.items() if order == "up")]
)
def test_measures_computed_together_set_one_figure_of_the_standing_they_visit(name: str) -> None:
    """So all passes lock standings in the same order, and none waits for another in a circle."""
    text = query(name).text
    figure = "group_volume" if name == "volumes/group" else name.removeprefix("measures/")
    assert re.findall(r"(\w+\.\w+) = ", text[text.index("SET ") :]) == [f"standing.{figure}"]
