"""Levels that are counted anew, in memory: equal to those of a walk, in any order and at any depth."""

from array import array

from engine.passes.relevel import levels


def test_levels_of_a_forest_in_no_order() -> None:
    assert list(levels(array("q", [3, -1, 0, 1, -1, 2]))) == [2, 0, 3, 1, 0, 4]
    assert list(levels(array("q"))) == []


def test_levels_of_a_leg_that_no_recursion_could_go_down() -> None:
    deep = 20_000
    assert list(levels(array("q", [*range(1, deep), -1]))) == list(range(deep - 1, -1, -1))
