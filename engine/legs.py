"""Legs: what a binary leaves out, because it stands in no leg that the rule knows.

A binary counts the legs L and R (also left and right, 1 and 2). A third member below a position, or one whose
leg the table left empty, counts in no leg of that position, and neither does anybody below.
"""

from engine.work import Work

MOST_NAMED = 5
"""Members whom a note names; the others are counted."""
BINARY = "binary"
"""The flow of every kind of binary."""


def note(work: Work) -> None:
    """Say in the run's notes who stands in no leg that its binaries know, beside the stages that follow."""
    names = [
        bonus.name
        for bonus in work.plan.due(work.period.calendar)
        if bonus.flow is not None and bonus.flow.name == BINARY
    ]
    if not names:
        return

    def look(work: Work) -> dict[str, str]:
        found = work.graph.read("run/other_legs", run=work.run, most=MOST_NAMED)[0]
        if found["members"]:
            work.results["notes"].append(_sentence(names, found["members"], found["named"]))
        return {}

    work.beside(look)


def _sentence(names: list[str], members: int, named: list[list[str | None]]) -> str:
    told = ", ".join(f"{member_id} ({f'leg {leg}' if leg else 'no leg'})" for member_id, leg in named)
    more = f" and {members - len(named):,} more" if members > len(named) else ""
    stand = "1 member stands" if members == 1 else f"{members:,} members stand"
    return (
        f"{stand} in no leg that {' and '.join(names)} knows (L and R), so their groups count for nobody "
        f"above them there: {told}{more}"
    )
