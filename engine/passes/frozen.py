"""Frozen standings: a run takes the members, places and volumes of another run over, as that run froze them.

What the new run's plan needs and the other one has, is copied: members and their statuses, the trees with
their spans, and the volumes of orders. What it needs besides is made as it was known to that run: another
tree and further facts of members after the last change that the run saw, volumes from the orders that it
counted. Whatever has changed in the company since does not matter.
"""

from collections.abc import Callable
from dataclasses import dataclass

from engine.composition.measures import (
    copied,
    has_legs,
    main_tree,
    needed,
    needs_sponsor_tree,
    starts,
    trees_of,
)
from engine.composition.trees import EDGES, SPANS, believed
from engine.graph.queries import Query, joined, query
from engine.passes.context import Frozen, Work
from engine.passes.levels import count_widths, everywhere, part
from engine.passes.relevel import count_anew


@dataclass(frozen=True, slots=True)
class Growth:
    """How the standings of a run come into being: its roots, and so many levels below a standing.

    `parameters` are those of these statements. `enrolled` are those of the sponsor tree, on its roots and
    below a standing, with the parameters `of_enrolled`. With `counted`, standings come with the volumes of
    their orders.
    """

    members: int
    roots: Query
    below: Callable[[int], Query]
    parameters: dict[str, object]
    enrolled: tuple[Query, Query]
    of_enrolled: dict[str, object]
    counted: bool = False


def growth(work: Work, source: Frozen) -> Growth:
    """The standings of a run, like those of the run that it takes over."""
    plan = work.plan
    edge, counted = _edge(work, source), work.takes_volumes
    wanted = main_tree(plan, one_tree=work.one_tree)
    pieces: dict[str, Query | str] = {"names": _names(work, source), "volumes": ""}
    if counted:
        pieces["volumes"] = query("frozen/volumes")
    leg = " {leg: edge.leg}" if has_legs(plan, one_tree=work.one_tree) else ""
    parameters: dict[str, object] = {"run": work.run, "source": source.run.number}
    if edge is not None:
        roots = query("frozen/roots").fill(edge=edge, part=part("of"), **pieces)
        level, places = query("frozen/level"), {"edge": edge, "leg": leg, **pieces}
        start = query("frozen/below")
    else:
        tree = believed(wanted, then=True)
        roots = query("frozen/known_roots").fill(part=part("of"), **tree, **pieces)
        level, places = query("frozen/known_level"), {"leg": leg, **tree, **pieces}
        start = query("standings/below")
        parameters |= work.known

    def below(levels: int) -> Query:
        further: Query | str = ""
        for _ in range(levels):
            further = level.fill(further=further, **places)
        return start.fill(levels=further)

    if counted:
        parameters["floor"] = plan.floor
    members = source.run.facts["members"]
    return Growth(members, roots, below, parameters, *_enrolled(work, source), counted)


def settle(work: Work, source: Frozen) -> None:
    """What of members and places another run does not have: further facts, and other places."""
    missing = [name for name in needed(work.plan) if copied(name) and not _has(source, name)]
    if missing:
        frozen = joined((query(f"measures/{name}") for name in missing), "")
        everywhere(work, query("frozen/facts").fill(facts=query("live/known"), frozen=frozen), known=work.cut)
    if source.place is not None:
        source.place(work)
        count_widths(work)
        count_anew(work)
    work.moved = not _same_places(work, source)


def force_ranks(work: Work, source: Frozen) -> None:
    """Let the members whose ranks are given be paid as these."""
    if source.ranks:
        numbers = {name: number for number, name in enumerate(work.plan.rank_names)}
        rows = [[member, numbers[name]] for member, name in source.ranks.items()]
        work.graph.write("frozen/force", run=work.run, ranks=rows)


def _names(work: Work, source: Frozen) -> str:
    """The properties that standings take over, besides volumes."""
    names = [name for name in needed(work.plan) if copied(name) and _has(source, name)]
    if _same_places(work, source):
        names += [end for tree in trees_of(work.plan) for end in SPANS[tree]]
    if work.takes_matches and work.plan.matched_elsewhere(work.period.calendar):
        names.append("paid_elsewhere")
    text = "".join(f", {name}: of.{name}" for name in names)
    if work.takes_volumes:
        text += "".join(f", {name}: of.{own}" for name, own in starts(work.plan).items())
    return text


def _has(source: Frozen, name: str) -> bool:
    """Whether the run's standings have a property of their members."""
    return name in needed(source.plan) and source.of_this_version


def _same_places(work: Work, source: Frozen) -> bool:
    """Whether levels and spans are those of the run that is taken over."""
    sponsors = not needs_sponsor_tree(work.plan) or needs_sponsor_tree(source.plan)
    same = _edge(work, source) == EDGES["main"] and sponsors and source.place is None
    return same and source.of_this_version


def _edge(work: Work, source: Frozen) -> str | None:
    """Which edges of the run are the main tree of this one; None where it has no such tree."""
    wanted, had = (main_tree(plan, one_tree=work.one_tree) for plan in (work.plan, source.plan))
    if wanted == had:
        return EDGES["main"]
    return EDGES["sponsor"] if wanted == "sponsor" and needs_sponsor_tree(source.plan) else None


def _enrolled(work: Work, source: Frozen) -> tuple[tuple[Query, Query], dict[str, object]]:
    """The statements of the sponsor tree and their parameters."""
    edge = EDGES["sponsor"] if needs_sponsor_tree(source.plan) else None
    if edge is None and main_tree(source.plan, one_tree=work.one_tree) == "sponsor":
        edge = EDGES["main"]
    if edge is not None:
        pieces = (
            query("frozen/enrolled_roots").fill(edge=edge),
            query("frozen/enrolled_below").fill(edge=edge),
        )
        return pieces, {"run": work.run, "source": source.run.number}
    return enrolled(work)


def enrolled(work: Work) -> tuple[tuple[Query, Query], dict[str, object]]:
    """The same from the company's own edges."""
    tree = believed("sponsor", then=work.frozen is not None)
    pieces = (query("standings/enrolled_roots").fill(**tree), query("standings/enrolled_below").fill(**tree))
    return pieces, {"run": work.run, **work.known}
