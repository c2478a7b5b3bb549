"""Statements: what each member earned in a period, by bonus and in all."""

from engine.graph.queries import query
from engine.passes.context import Work
from engine.passes.levels import everywhere


def total(work: Work) -> None:
    """Sum each member's earnings on the standing, in minor units."""
    everywhere(work, query("statements/earned"))
