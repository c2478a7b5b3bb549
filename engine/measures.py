"""Measures: further figures of every standing that some rule of the plan needs, and only those.

A rule names them in its header: ``needs: active_legs``, or ``needs: active_legs(param)`` where only a
parameter calls for it. Each is a file of cypher/measures that sets the property of its own name, before
ranks are known or after: up the tree, in no order, or by the numbers of engine/spans.py, for everybody or
for the few whom it asks about. One that names another comes after it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from types import MappingProxyType
from typing import Any

from engine import spans
from engine.contracts import Module, RuleError
from engine.levels import Pass, everywhere, leave_a_core, side_by_side
from engine.plan import Plan, Requirement
from engine.queries import Query, fields, folder, query
from engine.work import Work

ORDERS = ("up", "numbered", "any")
NONE: Mapping[str, Query] = MappingProxyType({})


def measure(
    work: Work, stage: str, only: Iterable[Requirement] | None = None, *, first: Mapping[str, Query] = NONE
) -> None:
    """Set the measures of a stage, ``volumes`` or ``ranks``, that the plan's rules (or only some) need.

    `first` are further passes up the tree, by the figure that they set.
    """
    pieces, orders = dict(first), dict.fromkeys(first, "up")
    for name in needed(work.plan, only):
        piece, header = query(f"measures/{name}"), _header(name)
        late = only is None and _late(work.plan, name)
        if stage == ("ranks" if late else header["stage"]):
            pieces[name], orders[name] = piece, header.get("order", "any")
        elif late:
            work.waiting.insert(0, spans.Sought(name))
    for order, names in turns(pieces, orders):
        if order == "up":
            side_by_side(work, [_given(work, pieces[name]) for name in names], order)
        elif order == "numbered":
            leave_a_core(work)
            for name in names:
                if "asks" in _header(name):
                    spans.hold(work, pieces[name], spans.Sought(name))
                else:
                    spans.number(work, pieces[name])
        else:
            for piece, given in (_given(work, pieces[name]) for name in names):
                everywhere(work, piece, **given)


def _late(plan: Plan, name: str) -> bool:
    """Whether a measure has time until ranks are known: what it asks is read while those need one core."""
    return "asks" in _header(name) and name not in needed(plan, plan.requirements)


def turns(pieces: Mapping[str, Query], orders: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """The order of each turn, and the names whose turn it is: each comes after those that its text names.

    Passes up the tree go side by side: each sets a figure of the standing that it visits. A pass that set
    figures of those below could wait for another one in a circle.
    """
    named = {
        name: set(re.findall(r"\w+", piece.text)) & pieces.keys() - {name} for name, piece in pieces.items()
    }
    sorter = TopologicalSorter(named)
    sorter.prepare()
    ready: set[str] = set()
    while sorter.is_active():
        ready |= set(sorter.get_ready())
        order = next(order for order in ORDERS if any(orders[name] == order for name in ready))
        turn = sorted(name for name in ready if orders[name] == order)
        yield order, turn
        ready -= set(turn)
        sorter.done(*turn)


def _given(work: Work, piece: Query) -> Pass:
    """A measure on the tree of the plan, with its parameters."""
    if work.plan.tree == "sponsor":
        piece = piece.replaced("[:ENROLLED_UNDER]", "[:UNDER]")
    given = {key: value for key, value in _offered(work).items() if key in piece.params}
    if "renumbered" in piece.params:
        given["renumbered"] = renumbered(work)
    return piece, given


def starts(plan: Plan) -> dict[str, str]:
    """What a measure begins as before it is summed, by its name: a figure of the standing's own."""
    headers = {name: _header(name) for name in needed(plan)}
    return {name: header["starts"] for name, header in headers.items() if "starts" in header}


@cache
def _header(name: str) -> dict[str, str]:
    path = query(f"measures/{name}").path
    return fields(path.read_text("utf-8"), path)[0]


def needed(plan: Plan, only: Iterable[Requirement] | None = None) -> list[str]:
    """The measures that the plan's rules (or only some) need, sorted; raises RuleError for an unknown one."""
    found: set[str] = set()
    if only is None and plan.accumulate:
        found |= {"accumulated_personal_volume", "accumulated_group_volume"}
    rules = _rules(plan) if only is None else ((required.module, required.values) for required in only)
    for module, values in rules:
        for name, only_with in module.needs:
            if not (folder() / "measures" / f"{name}.cypher").is_file():
                raise RuleError(f"needs {name}, which no file of cypher/measures sets", f"{module.path}:1")
            param, equals, value = only_with.partition("=")
            given = values.get(param)
            if not only_with or (given == value if equals else given is not None):
                found.add(name)
    return sorted(found)


def renumbered(work: Work) -> list[int]:
    """The number that each rank of the run of the period before has now, by name; 0 where it is gone.

    A new version of a plan may insert ranks.
    """
    if work.previous is None:
        return [0]
    now = list(work.plan.rank_names)
    names = work.graph.value("ranks/names_before", previous=work.previous)
    return [now.index(name) if name in now else 0 for name in names]


def _offered(work: Work) -> dict[str, Any]:
    return {
        "previous": work.previous,
        "recent_periods": max((values.get("periods") or 1 for _, values in _rules(work.plan)), default=1),
        "team_levels": max((values.get("levels") or 0 for _, values in _rules(work.plan)), default=0),
        "first": work.period.first,
        "last": work.period.last,
        **work.window,
    }


def _rules(plan: Plan) -> Iterator[tuple[Module, Mapping[str, Any]]]:
    yield from ((required.module, required.values) for required in plan.requirements)
    yield from ((overlay.module, overlay.values) for overlay in plan.overlays)
    for bonus in plan.bonuses:
        yield bonus.module, bonus.values
        if bonus.flow:
            yield bonus.flow, bonus.values
