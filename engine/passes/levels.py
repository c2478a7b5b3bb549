"""Walks over the standings of a run, level by level: wide levels one at a time, narrow ones together.

Each standing is visited once, whatever the shape of the tree. A wide level is one call of each writer. A
stretch of narrow levels is one call that goes through them in the order of the index, in parallel with those
of other passes. Results do not depend on how levels are grouped.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.composition.trees import DEPTHS, in_tree
from engine.graph.queries import Query, query
from engine.passes.context import Work
from engine.passes.crew import crew

WIDE = 2_000
"""From this width on a level has enough standings to keep several writers busy."""
STANDINGS_PER_CALL = 50_000
"""A call over narrow levels stops after about this many standings, so that progress can be reported."""
Visit = tuple[Query, Mapping[str, object]]
"""A piece of Cypher, and its parameters by name."""


def visit(
    work: Work,
    piece: Query,
    order: str,
    *,
    tree: str = "main",
    writers: int | None = None,
    **parameters: object,
) -> None:
    """Run a piece on every standing of a tree, ``up`` (deepest level first) or ``down``.

    The piece sees the node `standing`. With one writer, wide levels are not split. Where writers meet at a
    shared node, the server retries one of them; a single writer avoids that where most would meet.
    """
    visit_together(work, [(piece, parameters)], order, tree=tree, writers=writers)


def visit_together(
    work: Work, visits: Sequence[Visit], order: str, *, tree: str = "main", writers: int | None = None
) -> None:
    """Run several pieces on every standing; none may read what another one sets.

    A narrow level is too small for several writers of one piece, so there each piece has one writer.
    """
    widths = work.widths[tree]
    places = {"depth": DEPTHS[tree]}
    on_tree = [(in_tree(piece, tree), parameters) for piece, parameters in visits]
    wide = [
        (query("passes/wide").fill(visit=piece, part=part(), **places), parameters)
        for piece, parameters in on_tree
    ]
    narrow = [(in_order(piece, order, tree), parameters) for piece, parameters in visits]
    done, total = 0, sum(widths)
    work.progress(0, total)
    for depths in stretches(widths, order):
        width = sum(widths[depth] for depth in depths)
        if len(depths) == 1 and width >= WIDE:
            for statement, parameters in wide:
                work.divided(statement, writers or work.writers, run=work.run, depth=depths[0], **parameters)
        else:
            if len(narrow) < work.writers:
                leave_a_core(work, tree)
            ends = {"run": work.run, "shallowest": min(depths), "deepest": max(depths)}
            work.in_parallel([(statement, {**parameters, **ends}) for statement, parameters in narrow])
        done += width
        work.progress(done, total)


def writers_of(work: Work, standings: int) -> int:
    """How many writers share so many standings: of few, the second one would plan the statement once more."""
    return work.writers if standings >= WIDE else 1


def count_widths(work: Work, trees: Iterable[str] = DEPTHS) -> None:
    """Count the standings on each level of both trees, or of some, where they exist already.

    A level may be empty: in a moved tree, or where only some standings are worked on.
    """
    for tree in trees:
        counted = query("standings/widths").fill(depth=DEPTHS[tree])
        row = work.graph.read(counted, run=work.run, first=0)[0]
        widths = [0] * (max(row["depths"], default=-1) + 1)
        for depth, width in zip(row["depths"], row["widths"], strict=True):
            widths[depth] = width
        work.widths[tree] = widths


def leave_a_core(work: Work, tree: str = "main") -> None:
    """Report a free core, if most of a tree is narrow: in a wide tree all cores have work again soon."""
    if mostly_narrow(work.widths[tree]):
        work.core_is_free()


def mostly_narrow(widths: list[int]) -> bool:
    """Whether more standings are on narrow levels than on wide ones."""
    return 2 * sum(width for width in widths if width < WIDE) > sum(widths)


def stretches(widths: list[int], order: str) -> Iterator[list[int]]:
    """Depths to visit together: each wide level alone, narrow neighbours up to STANDINGS_PER_CALL."""
    depths = range(len(widths) - 1, -1, -1) if order == "up" else range(len(widths))
    together: list[int] = []
    gathered = 0
    for depth in depths:
        width = widths[depth]
        if together and (width >= WIDE or gathered + width > STANDINGS_PER_CALL):
            yield together
            together, gathered = [], 0
        together.append(depth)
        gathered += width
        if width >= WIDE:
            yield together
            together, gathered = [], 0
    if together:
        yield together


def everywhere(work: Work, piece: Query, **parameters: object) -> None:
    """Run a piece on every standing of the run, in no order."""
    work.progress(0, 0)
    levels = {"shallowest": 0, "deepest": len(work.widths["main"]) - 1}
    work.divided(flat(piece), writers_of(work, work.members), run=work.run, **levels, **parameters)


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


def in_order(piece: Query, order: str, tree: str) -> Query:
    """A piece on neighbouring levels of a tree, one after the other, ``up`` or ``down``."""
    return query("passes/narrow").fill(
        visit=in_tree(piece, tree), order="DESC" if order == "up" else "ASC", depth=DEPTHS[tree]
    )


def flat(piece: Query) -> Query:
    """A piece on one writer's part of the standings on some levels, in no order."""
    return query("passes/flat").fill(visit=piece, part=part())


def part(standing: str = "standing") -> Query:
    """The condition that gives each writer of `Work.divided` its own share of the standings."""
    return query("passes/part").fill(standing=standing)
