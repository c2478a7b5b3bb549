"""Standings: the period's frozen copy of the members and of both trees, as of the period's last day."""

from collections.abc import Iterator

from engine.composition.measures import frozen as properties
from engine.composition.measures import has_legs, main_tree, needs_sponsor_tree, own_figures
from engine.composition.trees import DEPTHS, of_any_day
from engine.errors import UplineError
from engine.graph import driver
from engine.graph.database import MemoryLimitError
from engine.graph.queries import Query, query
from engine.passes import frozen
from engine.passes.context import Work
from engine.passes.frozen import Growth
from engine.passes.levels import WIDE, everywhere, follow, part, writers_of
from engine.passes.measures import renumbered

MOST_LEVELS = 4_096
"""Levels of one call while the tree is narrow."""
MOST_STANDINGS = 8 * WIDE
"""About how many standings such a call creates: their figures are counted during the next call."""
TOGETHER = 8
"""Levels that one visit creates below a standing while the tree is narrow."""
PER_COMMIT = 50
"""The most visits of a level in one transaction, which creates about 2 x WIDE standings."""


class NobodyEnrolledError(UplineError):
    """The company has no member in the period."""


def create(work: Work) -> None:
    """Create the run's standings with the volumes of their orders, and the edges of the trees in use.

    They are made from the company, or like those of the run that this one takes over.
    """
    source = work.frozen
    origin = frozen.growth(work, source) if source else _of_company(work)
    work.divided(origin.roots, writers_of(work, origin.members), **origin.parameters)
    made = work.graph.read(query("standings/widths").fill(depth="depth"), run=work.run, first=0)[0]["widths"]
    if not made:
        raise NobodyEnrolledError(
            f"nobody is enrolled by {work.period.last}", todo="Import the company's tables first."
        )
    settled = _down(work, "main", made[0], origin)
    if origin.counted:
        for _ in settled:
            pass
    else:
        follow(work, own_figures(work.plan), settled, **_orders(work))
    if needs_sponsor_tree(work.plan):
        _sponsor_tree(work, origin)
    if source:
        frozen.settle(work, source)
    _judge(work)
    if source:
        frozen.force_ranks(work, source)


def _of_company(work: Work) -> Growth:
    """Standings as the company has its members and trees on the period's last day."""
    edge = of_any_day(main_tree(work.plan, one_tree=work.one_tree))
    leg = " {leg: edge.leg}" if has_legs(work.plan, one_tree=work.one_tree) else ""
    copied = properties(work.plan)

    def below(levels: int) -> Query:
        further: Query | str = ""
        for _ in range(levels):
            further = query("standings/level").fill(edge=edge, leg=leg, frozen=copied, further=further)
        return query("standings/below").fill(levels=further)

    roots = query("standings/roots").fill(edge=edge, part=part("member"), frozen=copied)
    known = work.graph.value("standings/enrolled", day=work.period.last)
    parameters = {"run": work.run, "day": work.period.last}
    return Growth(known, roots, below, parameters, *frozen.enrolled(work))


def count_again(work: Work) -> None:
    """What every standing has of its own, for standings that exist already."""
    everywhere(work, own_figures(work.plan), **_orders(work))
    _judge(work)


def count_frozen(work: Work) -> None:
    """What standings have of their own that were copied with what an earlier run has frozen on them."""
    everywhere(work, own_figures(work.plan), **_orders(work))
    _judge_volume(work)
    everywhere(work, query("restating/excused"))


def _judge(work: Work) -> None:
    """What else decides on a member's activity and rank, and the facts that the company supplies."""
    _judge_volume(work)
    if work.company_has("overrides"):
        work.graph.batched(
            query("standings/overrides").fill(holding=query("standings/holding")),
            run=work.run, day=work.period.last, first=work.period.first, ranks=list(work.plan.rank_names),
            cut=work.cut,
        )  # fmt: skip
    if work.company_has("facts"):
        work.graph.batched("standings/external_facts", run=work.run, period=work.period.name, cut=work.cut)


def _judge_volume(work: Work) -> None:
    """Judge activity by the floor of a rank, or by the volume of some days."""
    if work.plan.floors:
        floors = {"floors": list(work.plan.floors), "renumbered": renumbered(work)}
        everywhere(work, query("standings/floors"), previous=work.previous, **floors)
    if work.plan.activity_days:
        over = _orders(work) | {"start": min(work.period.start, work.period.back(work.plan.activity_days))}
        everywhere(work, query("standings/active_over").fill(facts=query("standings/facts")), **over)


def _orders(work: Work) -> dict[str, object]:
    """The parameters that count a member's own figures from orders."""
    return {"floor": work.plan.floor, **work.window, "customers": work.plan.customers}


def _sponsor_tree(work: Work, origin: Growth) -> None:
    """Create the edges of the sponsor tree too, for bonuses that walk it as well as the placement tree."""
    roots, _ = origin.enrolled
    first = work.graph.batched(roots, **origin.of_enrolled)[0]["standings"]
    for _ in _down(work, "sponsor", first, origin):
        pass


def _down(work: Work, tree: str, roots: int, origin: Growth) -> Iterator[tuple[int, int]]:
    """Create level after level until one is empty, and count the standings on each into the run's widths.

    Yields the first and the last of levels that are settled: everybody below them has a standing. How many
    of all members are on each level is not known before. A wide level is one call of every writer; of narrow
    levels, one call takes as many as stay narrow if they keep growing at the same rate. In the main tree it
    creates several below one standing, as many as TOGETHER says.
    """
    widths, stretch = [roots], 1
    work.widths[tree] = widths
    in_main = tree == "main"
    below = origin.below(1) if in_main else origin.enrolled[1]
    several = origin.below(TOGETHER) if in_main else None
    depth, parameters = DEPTHS[tree], origin.parameters if in_main else origin.of_enrolled
    wide = query("passes/wide").fill(visit=below, depth=depth, part=part())
    counted = query("standings/widths").fill(depth=depth)
    while widths[-1]:
        last = len(widths) - 1
        work.progress(sum(widths), origin.members)
        if widths[-1] >= WIDE:
            work.divided(wide, work.writers if in_main else 1, depth=last, **parameters)
            stretch = 1
        else:
            many = several if several and stretch >= TOGETHER else None
            step = TOGETHER if many else 1
            stretch -= stretch % step
            narrow = query("passes/growing").fill(visit=many or below, depth=depth)
            commit = max(1, min(PER_COMMIT, 2 * WIDE // (widths[-1] * step)))
            try:
                levels = {"shallowest": last, "deepest": last + stretch - 1, "step": step, "levels": commit}
                work.graph.batched(narrow, **levels, **parameters)
            except (driver.TransientError, MemoryLimitError):
                if stretch == 1:
                    raise
                stretch = 1  # a narrow stretch opened into levels too wide for one transaction
        new_widths = work.graph.read(counted, run=work.run, first=last + 1)[0]["widths"]
        widths += new_widths or [0]
        yield last, len(widths) - 2
        stretch = ahead(widths, stretch)
    widths.pop()
    work.progress(sum(widths), origin.members)


def ahead(widths: list[int], before: int) -> int:
    """How many levels to create in the next call: as many as stay narrow if they grow like the last ones.

    `widths` are those so far; the last call created `before` of them. The next one creates at most twice as
    many, and never more than MOST_LEVELS levels or about MOST_STANDINGS standings.
    """
    since = widths[-1 - min(before, len(widths) - 1)]
    growth = max(1.0, (widths[-1] / max(since, 1)) ** (1 / before))
    width = created = widths[-1] * growth
    stretch = 1
    while stretch < min(2 * before, MOST_LEVELS) and width < WIDE and created < MOST_STANDINGS:
        width, stretch = width * growth, stretch + 1
        created += width
    return stretch
