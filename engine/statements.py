"""Statements: what each member earned in a period, by bonus and in all."""

from engine import hashes
from engine.levels import everywhere
from engine.queries import query
from engine.work import Work


def total(work: Work) -> None:
    """Sum each member's earnings on the standing, in minor units."""
    everywhere(work, query("statements/earned"))
    work.beside(hashes.results)
