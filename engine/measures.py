"""Measures: further figures of every standing that some rule of the plan needs, and only those.

A rule names them in its header: ``needs: active_legs``, or ``needs: active_legs(param)`` where only a
parameter calls for it. Each is a file of cypher/measures that sets the property of its own name, before
ranks are known or after, in no order or bottom up.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.contracts import Module, RuleError
from engine.levels import everywhere, visit
from engine.plan import Plan, Requirement
from engine.queries import fields, folder, query
from engine.work import Work


def measure(work: Work, stage: str, only: Iterable[Requirement] | None = None) -> None:
    """Set the measures of a stage, ``volumes`` or ``ranks``, that the plan's rules (or only some) need."""
    for name in needed(work.plan, only):
        header, _, _ = fields(query(f"measures/{name}").path.read_text("utf-8"), folder() / name)
        if header["stage"] != stage:
            continue
        piece = query(f"measures/{name}")
        if work.plan.tree == "sponsor":
            piece = piece.replaced("[:ENROLLED_UNDER]", "[:UNDER]")
        given = {key: value for key, value in _offered(work).items() if key in piece.params}
        if "renumbered" in piece.params:
            given["renumbered"] = renumbered(work)
        if header.get("order") in ("up", "down"):
            visit(work, piece, header["order"], **given)
        else:
            everywhere(work, piece, **given)


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
