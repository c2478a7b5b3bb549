"""Push-up: the columns of the plan's push rule in the statements that ask them."""

from typing import Any

from engine.graph.queries import Statement, query
from engine.plans.plan import Push


def mark(push: Push) -> Statement:
    """Who receives volume, as a piece for every standing."""
    return query("push/mark").fill(receives=push.module.columns["receives"]), _parameters(push)


def climb(push: Push) -> Statement:
    """Which volume goes to whom above, as a piece for every standing, top down."""
    columns = push.module.columns
    return query("push/climb").fill(volume=columns["volume"], reason=columns["reason"]), _parameters(push)


def not_whole(push: Push) -> Statement:
    """What the rule says of a member that is not of its column's type; the caller adds the run."""
    return query("push/not_whole").fill(**push.module.columns), _parameters(push)


def asked_again(push: Push) -> Statement:
    """What the rule says of standings on some levels of a finished run, by their volume before the push.

    The run and the levels are the caller's to add.
    """
    columns = {
        name: column.replaced("standing.personal_volume", "standing.own_volume")
        for name, column in push.module.columns.items()
    }
    return query("answers/push").fill(chosen=query("answers/of_levels"), **columns), _parameters(push)


def _parameters(push: Push) -> dict[str, Any]:
    return {"rule": dict(push.values)}
