"""Measures: further figures of every standing that some rule of the plan needs, and only those.

A rule names them in its header: ``needs: active_legs``, or ``needs: active_legs(param)`` where only that
parameter calls for it. Each is a file of cypher/parts/measures that sets the property of its own name, before
ranks are known or after: up the tree, in no order, or for the few whom a query of its own finds
(engine/passes/intervals.py). A measure that names another one comes after it.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from engine.composition.measures import Prepared, header_of, is_late, needed, rules_of, turns
from engine.graph.queries import Query, query
from engine.passes import intervals
from engine.passes.context import Work
from engine.passes.intervals import LegsByStanding
from engine.passes.levels import Visit, everywhere, leave_a_core, visit_together

NONE: Mapping[str, Any] = MappingProxyType({})


def measure(
    work: Work,
    stage: str,
    only: Iterable[Prepared] | None = None,
    *,
    first: Mapping[str, Query] = NONE,
    legs: Mapping[str, LegsByStanding] = NONE,
) -> None:
    """Set the measures of a stage, ``volumes`` or ``ranks``, that the plan's rules (or only some) need.

    `first` are further passes up the tree, by the figure that they set. `legs` holds what was already found
    for measures that ask about a few members, by measure; what is missing there is looked for now.
    """
    pieces, orders = dict(first), dict.fromkeys(first, "up")
    for name in needed(work.plan, only):
        header = header_of(name)
        late = only is None and is_late(work.plan, name)
        if stage == ("ranks" if late else header["stage"]):
            pieces[name], orders[name] = query(f"measures/{name}"), header.get("order", "any")
    for order, names in turns(pieces, orders):
        if order == "up":
            visit_together(work, [_with_parameters(work, pieces[name]) for name in names], order)
        elif order == "asked":
            leave_a_core(work)
            for name in names:
                intervals.hold(work, pieces[name], legs.get(name) or intervals.legs_with(work, name))
        else:
            for name in names:
                piece, parameters = _with_parameters(work, pieces[name])
                everywhere(work, piece, **parameters)


def _with_parameters(work: Work, piece: Query) -> Visit:
    """A measure on the tree of the plan, with its parameters."""
    if work.plan.tree == "sponsor":
        piece = piece.replaced("[:ENROLLED_UNDER]", "[:UNDER]")
    parameters = {name: value for name, value in _offered(work).items() if name in piece.params}
    if "renumbered" in piece.params:
        parameters["renumbered"] = renumbered(work)
    return piece, parameters


def renumbered(work: Work) -> list[int]:
    """The number that each rank of the run of the period before has now, by name; 0 where it is gone.

    A new version of a plan may insert ranks.
    """
    if work.previous is None:
        return [0]
    now = list(work.plan.rank_names)
    if work.previous < 0:  # openings are read by the plan itself
        return list(range(len(now)))
    names = work.graph.value("ranks/names_before", previous=work.previous)
    return [now.index(name) if name in now else 0 for name in names]


def _offered(work: Work) -> dict[str, Any]:
    return {
        "previous": work.previous,
        "recent_periods": max((values.get("periods") or 1 for _, values in rules_of(work.plan)), default=1),
        "team_levels": max((values.get("levels") or 0 for _, values in rules_of(work.plan)), default=0),
        "first": work.period.first,
        "last": work.period.last,
        **work.window,
    }
