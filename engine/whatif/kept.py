"""Which what-ifs there are, and their removal by name or age.

The run on which a what-if rests is spared when another run replaces it, as long as the what-if is there: what
is compared stays comparable. Once the last what-if on it is removed, it goes like any replaced run.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.errors import UplineError, did_you_mean, excerpt
from engine.graph.database import Graph
from engine.money import Currency
from engine.passes.record import RunRecord, in_state, result
from engine.progress import OnProgress, silent
from engine.runs.life import clear
from engine.runs.removal import sweep

STATE = "what_if"
"""The state of the run of a what-if: nothing that asks for results has it."""
SPARED = "spared"
"""The state of a run that another one has replaced, and that what-ifs are compared with."""


class NoWhatIfError(UplineError):
    """There is no what-if of that name."""


class NameOrAgeError(UplineError):
    """What-ifs are removed by a name or by their age: one of the two is given."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A what-if: `run` is its own run, `base` the number of the run on which it rests.

    `changes` are what differs, as the command writes it; `paid` is in minor units of `cash`.
    """

    name: str
    run: RunRecord
    base: int
    changes: tuple[str, ...]

    @property
    def cash(self) -> Currency:
        """The currency of its amounts."""
        return self.run.cash

    @property
    def paid(self) -> int:
        """All that it would pay, in minor units."""
        return sum(total["paid"] for total in self.run.totals)

    @property
    def computed_at(self) -> datetime:
        """When it was computed (UTC)."""
        return self.run.finished_at or self.run.started_at

    @property
    def shown(self) -> Mapping[str, Any]:
        """What every door shows of it next to its amount."""
        return {
            "name": self.name, "period": self.run.period, "plan": self.run.plan, "run": self.run.number,
            "base": self.base, "changes": list(self.changes), "computed_at": self.computed_at,
        }  # fmt: skip


def what_ifs(graph: Graph) -> list[WhatIf]:
    """All what-ifs, newest first."""
    return [what_if_of(run) for run in in_state(graph, STATE)]


def named(graph: Graph, name: str) -> WhatIf | None:
    """The what-if of a name; None where there is none."""
    return next((each for each in what_ifs(graph) if each.name == name), None)


def one(graph: Graph, name: str) -> WhatIf:
    """The what-if of a name. Raises NoWhatIfError."""
    found = what_ifs(graph)
    for each in found:
        if each.name == name:
            return each
    names = [each.name for each in found]
    listed = f"There are {', '.join(names)}." if names else "There is none: compute one first."
    raise NoWhatIfError(
        f"there is no what-if called {excerpt(name)}", todo=did_you_mean(name, names) or listed
    )


def what_if_of(run: RunRecord) -> WhatIf:
    """A what-if from its run."""
    return WhatIf(run.facts["what_if"], run, run.facts["base"], tuple(json.loads(run.facts["changed"])))


def base_run(graph: Graph, what_if: WhatIf) -> RunRecord:
    """The run on which a what-if rests: a result, or one that was replaced and is spared."""
    for run in in_state(graph, SPARED, what_if.base):
        return run
    return result(graph, number=what_if.base)


def remove(
    graph: Graph,
    name: str | None = None,
    *,
    older_than_days: int | None = None,
    report: OnProgress = silent,
) -> list[str]:
    """Remove the what-if of a name, or all that were computed more than so many days ago; returns the names.

    Runs on which only these rested, and which have been replaced, go with them. It may be repeated after an
    interruption: what is marked is no what-if any more, and the next command removes what is left of it.
    Raises NoWhatIfError, NameOrAgeError and, while another process computes, RunUnderWayError.
    """
    if (name is None) == (older_than_days is None):
        raise NameOrAgeError(
            "a name and an age are given" if name is not None else "neither a name nor an age is given",
            todo="Give one of the two.",
        )
    clear(graph)  # a run under way may be computed on one of these
    if name is not None:
        going: Sequence[WhatIf] = [one(graph, name)]
    else:
        latest = datetime.now(UTC) - timedelta(days=older_than_days or 0)
        going = [each for each in what_ifs(graph) if each.computed_at <= latest]
    if going:
        graph.write("whatif/give_up", runs=[each.run.number for each in going])
    sweep(graph, report)
    return [each.name for each in going]
