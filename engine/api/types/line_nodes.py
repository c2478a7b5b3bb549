"""Lines as nodes: the id of one, and the line of an id.

A run stores no lines. An id says where to look for one, and what it must be like; it is hidden, because it
names members whom the viewer may not see.
"""

import hashlib
import json
from typing import Any

from engine.answers.lines import LinePlace
from engine.api.context import Context
from engine.api.types.figures import Shown

ALIKE = 50
"""Lines of one source, order and level of a bonus that are looked through."""


def line_key(context: Context, line: Shown) -> str:
    """The hidden key of a line."""
    where = [line.run, line.bonus, line.payee_id, line.source_id, line.order_id, line.level, _mark(line)]
    return context.seals.hidden(json.dumps(where, ensure_ascii=False))


def run_of(context: Context, key: str) -> int | None:
    """The number of the run of a line's key; None if it is none."""
    where = _where(context, key)
    return None if where is None else where[0]


async def line_of(context: Context, key: str) -> Shown | None:
    """The line of a key, of a run that the context knows; None where the viewer may not see it."""
    where = _where(context, key)
    if where is None:
        return None
    run, bonus, payee_id, source_id, order_id, level, _ = where
    if payee_id is not None:
        place = LinePlace(bonus, source_id, order_id, level, 0)
        lines, _, _ = await context.lines.load((run, payee_id, bonus, True, ALIKE, place))
    elif order_id is not None and await context.orders.load(order_id) is not None:
        lines = await context.order_lines.load((run, order_id))
    else:
        return None
    return next((line for line in lines if _alike(line, where)), None)


def _alike(line: Shown, where: list[Any]) -> bool:
    return [
        line.run, line.bonus, line.payee_id, line.source_id, line.order_id, line.level, _mark(line)
    ] == where  # fmt: skip


def _where(context: Context, key: str) -> list[Any] | None:
    text = context.seals.revealed(key)
    return None if text is None else list(json.loads(text))


def _mark(line: Shown) -> str:
    """What tells a line from others of its source, order and level; two that are alike in all are one."""
    rest = json.dumps([line.tree_level, line.base, line.rate, line.budget, line.reason])
    return hashlib.sha256(rest.encode()).hexdigest()[:12]
