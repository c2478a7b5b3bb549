"""Standings: the period's frozen copy of the members and of both trees, as of the period's last day."""

from neo4j.exceptions import TransientError

from engine.errors import UplineError
from engine.graph import MemoryLimitError
from engine.levels import DEPTHS, WIDE, everywhere, part
from engine.measures import renumbered
from engine.queries import Query, query
from engine.work import Work

SPONSOR = "SPONSORED_BY|WAS_SPONSORED_BY"
PLACEMENT = "PLACED_UNDER|WAS_PLACED_UNDER"
MOST_AT_ONCE = 4_096
"""Levels of one call while the tree is narrow."""
PER_COMMIT = 50
"""At most so many levels, and about 2 x WIDE standings, are created in one transaction."""


class NobodyStandsError(UplineError):
    """The company has no member in the period."""


def stand(work: Work) -> None:
    """Create the run's standings with the volumes of their orders, and the edges of the trees in use.

    Where live figures were kept, their standings are those of the run already.
    """
    if work.stands:
        for tree, depth in DEPTHS.items():
            counted = query("standings/widths").fill(depth=depth)
            work.widths[tree] = work.graph.read(counted, run=work.run, first=0)[0]["widths"]
    else:
        _create(work)


def _create(work: Work) -> None:
    sponsored = work.one_tree or work.plan.tree == "sponsor"
    edge = SPONSOR if sponsored else PLACEMENT
    facts = query("standings/facts")
    days = {
        "day": work.period.last,
        "floor": work.plan.floor,
        **work.window,
        "customers": work.plan.customers,
    }
    roots = query("standings/roots").fill(edge=edge, facts=facts)
    made = work.graph.batched(roots, run=work.run, **days)[0]["standings"]
    if not made:
        raise NobodyStandsError(
            f"nobody is enrolled by {work.period.last}", todo="Import the company's tables first."
        )
    leg = "" if sponsored else " {leg: edge.leg}"
    below = query("standings/below").fill(edge=edge, facts=facts, leg=leg)
    work.widths["main"] = _down(work, below, "depth", made, days)
    if work.plan.needs_sponsor_tree:
        _sponsor_tree(work)
    if work.plan.floors:
        floors = {"floors": list(work.plan.floors), "renumbered": renumbered(work)}
        everywhere(work, query("standings/floors"), previous=work.previous, **floors)
    if work.plan.activity_days:
        over = {**days, "start": min(work.period.start, work.period.back(work.plan.activity_days))}
        del over["day"]
        work.graph.batched(query("standings/active_over").fill(facts=facts), run=work.run, **over)
    work.graph.batched(
        query("standings/overrides").fill(holding=query("standings/holding")),
        run=work.run, day=work.period.last, first=work.period.first, ranks=list(work.plan.rank_names),
        cut=work.cut,
    )  # fmt: skip
    work.graph.batched("standings/external_facts", run=work.run, period=work.period.name, cut=work.cut)


def _sponsor_tree(work: Work) -> None:
    """Hang the standings in the sponsor tree too, where a bonus walks it beside the placement tree."""
    roots = work.graph.batched("standings/enrolled_roots", run=work.run, day=work.period.last)
    below = query("standings/enrolled_below")
    days: dict[str, object] = {"day": work.period.last}
    work.widths["sponsor"] = _down(work, below, "enrolled_depth", roots[0]["standings"], days)


def _down(work: Work, below: Query, depth: str, roots: int, days: dict[str, object]) -> list[int]:
    """Create level after level until one is empty; the number of standings on each.

    Widths are not known before: each wide level is one call of every writer, narrow ones are taken as many
    in a call as will stay narrow if they go on to grow as they do.
    """
    widths, stretch = [roots], 1
    known = work.graph.value("standings/enrolled", day=work.period.last)
    wide = query("write/wide").fill(visit=below, depth=depth, part=part())
    narrow = query("write/growing").fill(visit=below, depth=depth)
    counted = query("standings/widths").fill(depth=depth)
    while widths[-1]:
        last = len(widths) - 1
        work.progress(sum(widths), known)
        if widths[-1] >= WIDE:
            writers = work.writers if depth == "depth" else 1
            work.divided(wide, writers, run=work.run, depth=last, **days)
            stretch = 1
        else:
            depths = list(range(last, last + stretch))
            commit = max(1, min(PER_COMMIT, 2 * WIDE // widths[-1]))
            try:
                work.graph.batched(narrow, run=work.run, depths=depths, levels=commit, **days)
            except (TransientError, MemoryLimitError):
                if stretch == 1:
                    raise
                stretch = 1  # a narrow stretch opened into levels too wide for one transaction
        found = work.graph.read(counted, run=work.run, first=last + 1)[0]["widths"]
        widths += found or [0]
        stretch = ahead(widths, stretch)
    widths.pop()
    work.progress(sum(widths), known)
    return widths


def ahead(widths: list[int], before: int) -> int:
    """How many levels to create in the next call: those that stay narrow if they grow as the last ones did.

    `widths` are those so far, of which the last call created `before`. At most twice as many, and never more
    than MOST_AT_ONCE.
    """
    since = widths[-1 - min(before, len(widths) - 1)]
    growth = max(1.0, (widths[-1] / max(since, 1)) ** (1 / before))
    width, stretch = widths[-1] * growth, 1
    while stretch < min(2 * before, MOST_AT_ONCE) and width < WIDE:
        width, stretch = width * growth, stretch + 1
    return stretch
