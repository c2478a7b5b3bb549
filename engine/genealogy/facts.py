"""Facts of members and customers through time: what a status or an owner was on a day, as it was known.

A fact has no edges: its value of today is on the node, and each change leaves a record of what was before,
with the day on which that ended and the number of the change. What holds from a later day on is a plan until
that day. No database.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple


class FactChange(NamedTuple):
    """A change of one fact: from which day on, by which change, and the value since then."""

    on: date
    number: int
    value: Any


def changes(facts: Mapping[str, Any], pasts: Sequence[Mapping[str, Any]], field: str) -> list[FactChange]:
    """When a fact has changed, in the order of the changes.

    `facts` are today's; `pasts` what was before, oldest first, each with `until` and `closed_no`.
    """
    values = [*(past.get(field) for past in pasts), facts.get(field)]
    return [
        FactChange(past["until"], past["closed_no"], after)
        for past, before, after in zip(pasts, values, values[1:], strict=False)
        if before != after
    ]


def value_on(
    facts: Mapping[str, Any],
    pasts: Sequence[Mapping[str, Any]],
    field: str,
    day: date,
    known: int | None = None,
    planned: Sequence[Mapping[str, Any]] = (),
) -> Any:
    """The value of a fact on a day, as it was known after a change; None: as it is known now.

    `planned` are plans, each with `field`, `value`, `on`, `opened_no` and perhaps `withdrawn_no`.
    """
    seen = [
        change
        for change in [*changes(facts, pasts, field), *_planned(planned, field, known)]
        if change.on <= day and (known is None or change.number <= known)
    ]
    if seen:
        return max(seen, key=lambda change: (change.on, change.number)).value
    return pasts[0].get(field) if pasts else facts.get(field)


def _planned(planned: Sequence[Mapping[str, Any]], field: str, known: int | None) -> list[FactChange]:
    """The plans of one fact that were believed after a change; None: that are believed now."""
    listed = []
    for plan in planned:
        withdrawn = plan.get("withdrawn_no")
        if plan["field"] == field and (withdrawn is None or (known is not None and known < withdrawn)):
            listed.append(FactChange(plan["on"], plan["opened_no"], plan.get("value")))
    return listed
