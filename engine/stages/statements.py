"""Statements: what each member earned in a period, by bonus and in all."""

from engine.graph.queries import query
from engine.passes import hashes
from engine.passes.levels import everywhere
from engine.passes.work import Work


def total(work: Work) -> None:
    """Sum each member's earnings on the standing, in minor units."""
    everywhere(work, query("statements/earned"))
    work.beside(hashes.results)
