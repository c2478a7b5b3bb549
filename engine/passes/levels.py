"""The level scheduler: walks a run's standings level by level, wide levels apart and narrow ones together.

One visit per standing, whatever the shape: a wide level is one call of each writer, a stretch of narrow
levels one call that goes through them in the order of the index, and beside it those of other passes. The
results do not depend on how levels are grouped.
"""

from collections.abc import Iterator, Mapping, Sequence

from engine.composition.trees import DEPTHS, in_tree
from engine.graph.queries import Query, query
from engine.passes.context import Work
from engine.passes.crew import crew

WIDE = 2_000
"""From this width on a level has enough standings to keep several writers busy."""
STANDINGS_PER_CALL = 50_000
"""A call over narrow levels stops after about this many standings, so that progress can be told."""
Visit = tuple[Query, Mapping[str, object]]
"""A fragment, and its parameters by name."""


def visit(
    work: Work, piece: Query, order: str, *, tree: str = "main", writers: int | None = None, **given: object
) -> None:
    """Run a fragment on every standing of a tree, ``up`` (deepest level first) or ``down``.

    The fragment sees the node `standing`. With one writer, wide levels are not split among several. Writers
    that meet at a shared node are tried again by the server; one writer spares that where most would meet.
    """
    visit_together(work, [(piece, given)], order, tree=tree, writers=writers)


def visit_together(
    work: Work, passes: Sequence[Visit], order: str, *, tree: str = "main", writers: int | None = None
) -> None:
    """Run several fragments on every standing, none of which reads what another one sets.

    Narrow levels leave no room for several writers of one fragment, so there each fragment has its own.
    """
    widths = work.widths[tree]
    sort = "DESC" if order == "up" else "ASC"
    places = {"depth": DEPTHS[tree]}
    on_tree = [(in_tree(piece, tree), given) for piece, given in passes]
    wide = [
        (query("passes/wide").fill(visit=piece, part=part(), **places), given) for piece, given in on_tree
    ]
    narrow = [
        (query("passes/narrow").fill(visit=piece, order=sort, **places), given) for piece, given in on_tree
    ]
    done, total = 0, sum(widths)
    work.progress(0, total)
    for depths in stretches(widths, order):
        width = sum(widths[depth] for depth in depths)
        if len(depths) == 1 and width >= WIDE:
            for asked, given in wide:
                work.divided(asked, writers or work.writers, run=work.run, depth=depths[0], **given)
        else:
            if len(narrow) < work.writers:
                leave_a_core(work, tree)
            ends = {"run": work.run, "shallowest": min(depths), "deepest": max(depths)}
            work.in_parallel([(asked, {**given, **ends}) for asked, given in narrow])
        done += width
        work.progress(done, total)


def count_widths(work: Work) -> None:
    """Count the standings on each level of both trees, where they exist already."""
    for tree, depth in DEPTHS.items():
        counted = query("standings/widths").fill(depth=depth)
        work.widths[tree] = work.graph.read(counted, run=work.run, first=0)[0]["widths"]


def leave_a_core(work: Work, tree: str = "main") -> None:
    """Say that a core is free, if most of a tree is narrow: elsewhere all cores have work again soon."""
    if mostly_narrow(work.widths[tree]):
        work.core_is_free()


def mostly_narrow(widths: list[int]) -> bool:
    """Whether more standings are on narrow levels than on wide ones."""
    return 2 * sum(width for width in widths if width < WIDE) > sum(widths)


def stretches(widths: list[int], order: str) -> Iterator[list[int]]:
    """Depths to visit together: each wide level alone, narrow neighbours up to STANDINGS_PER_CALL."""
    depths = range(len(widths) - 1, -1, -1) if order == "up" else range(len(widths))
    together: list[int] = []
    held = 0
    for depth in depths:
        width = widths[depth]
        if together and (width >= WIDE or held + width > STANDINGS_PER_CALL):
            yield together
            together, held = [], 0
        together.append(depth)
        held += width
        if width >= WIDE:
            yield together
            together, held = [], 0
    if together:
        yield together


def everywhere(work: Work, piece: Query, **given: object) -> None:
    """Run a fragment on every standing of the run, in no order."""
    work.progress(0, 0)
    levels = {"shallowest": 0, "deepest": len(work.widths["main"]) - 1}
    work.divided(flat(piece), work.writers, run=work.run, **levels, **given)


def follow(work: Work, piece: Query, settled: Iterator[tuple[int, int]], **parameters: object) -> None:
    """Run a piece on levels of the main tree as soon as they are settled, while those below are created.

    `settled` yields the first and the last of such levels. All writers visit a wide level; narrow ones are
    visited in parallel with the creation of the next ones, which leaves a core free.
    """
    query_of_levels = flat(piece)
    with crew(work.graph, 1, "follow") as pool:
        begun = []
        for shallowest, deepest in settled:
            levels = {"run": work.run, "shallowest": shallowest, "deepest": deepest, **parameters}
            if work.writers == 1 or work.widths["main"][deepest] >= WIDE:
                work.divided(query_of_levels, work.writers, **levels)
            else:
                begun.append(pool.submit(work.divided, query_of_levels, 1, **levels))
        for each in begun:
            each.result()


def flat(piece: Query) -> Query:
    """A fragment on one writer's part of the standings on some levels, in no order."""
    return query("passes/flat").fill(visit=piece, part=part())


def part(standing: str = "standing") -> Query:
    """The condition that gives each writer of `Work.divided` its own share of the standings."""
    return query("passes/part").fill(standing=standing)
