"""Ignored: what a run is given and cannot use, told in its notes so that nobody believes that it counts."""

from engine.queries import query
from engine.work import Work

MOST_NAMED = 5
"""Members whom one note names; the others are counted."""


def notes(work: Work) -> list[str]:
    """A sentence for each rank that overrides of the period force and the plan does not have."""
    given = {"first": work.period.first, "day": work.period.last, "cut": work.cut}
    asked = query("run/unknown_ranks").fill(holding=query("standings/holding"))
    found = work.graph.read(asked, **given, ranks=list(work.plan.rank_names))
    return [
        f"an override forces the rank {row['value']!r}, which {work.plan.name} does not have, and has no "
        f"effect: {_named(row['members'])}"
        for row in found
    ]


def _named(members: list[str]) -> str:
    more = len(members) - MOST_NAMED
    return ", ".join(members[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
