"""Values by a figure: what a rule looks up by rank it looks up by tier, or it is the member's own value."""

import re
from collections.abc import Mapping
from typing import Any

from engine.graph.queries import Query, query
from engine.plans import plan

OVERLAY = (
    (
        "rule.earns[standing.rank]",
        "rule.earns[size([floor IN rule.floors WHERE standing[rule.figure] >= floor])]",
    ),
    ("THEN 'rank'", "THEN 'figure'"),
    ("THEN standing.rank", "THEN coalesce(standing[rule.figure], 0)"),
)
"""What a compression by rank says where the bonus goes by a figure."""


def by_figure(body: Query, values: Mapping[str, Any]) -> Query:
    """The text of a bonus or flow rule with the lookups by rank replaced that its values replace."""
    for name in plan.by_figure(values):
        for node in sorted(set(re.findall(rf"\brule\.{name}\[(\w+)\.rank\]", body.text))):
            body = body.replaced(f"rule.{name}[{node}.rank]", _row(name, node, values).text)
    return body


def of_overlay(column: Query, values: Mapping[str, Any]) -> Query:
    """A column of a compression rule, by the figure that the bonus goes by if there is one."""
    for by_rank, instead in OVERLAY if "figure" in values else ():
        column = column.replaced(by_rank, instead)
    return column


def _row(name: str, node: str, values: Mapping[str, Any]) -> Query:
    if f"{name}_unit" in values:
        return query("bonuses/own_value").fill(name=name, node=node)
    figure = "earned" if f"{name}_bonuses" in values else "own"
    return query("bonuses/tier").fill(
        name=name, figure=query(f"bonuses/{figure}_figure").fill(name=name, node=node)
    )
