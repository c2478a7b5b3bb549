"""A what-if is computed: a run on the frozen standings of another one, kept aside under a name."""

import json
from collections.abc import Callable
from dataclasses import replace as altered
from functools import partial

from engine.answers.near import UnknownRankError
from engine.composition.vetting import vet
from engine.errors import UplineError, did_you_mean, excerpt
from engine.genealogy.changes.lane import read_company
from engine.genealogy.changes.requests import Request, conclude
from engine.genealogy.refusals import UnknownMemberError
from engine.graph.database import Graph
from engine.passes.carry import carried
from engine.passes.context import Frozen
from engine.passes.record import RunRecord, complete, in_state, result
from engine.passes.replay import whole_plan_of
from engine.period import Period, period
from engine.plans.plan import Plan
from engine.progress import OnProgress, silent
from engine.run import STAGES
from engine.runs import aside
from engine.runs.life import clear
from engine.runs.runner import execute
from engine.settings import Settings
from engine.whatif import comparing
from engine.whatif.changes import Changes
from engine.whatif.kept import SPARED, STATE, WhatIf, named, what_if_of
from engine.whatif.places import put

MOST_NAME = 60
"""Characters of a name."""


class WhatIfNameError(UplineError):
    """The name of a what-if is empty, too long, or has control signs."""


class WhatIfExistsError(UplineError):
    """There is a what-if of that name."""


class CurrencyDiffersError(UplineError):
    """The changed plan pays in another currency, so that no amount could be compared."""


class EarlierFiguresGoneError(UplineError):
    """The figures that a run carried from are gone: the period before has been computed again since."""


def compute(
    graph: Graph,
    name: str,
    base: RunRecord,
    changes: Changes,
    report: OnProgress = silent,
    *,
    replace: bool = False,
    request: Request | None = None,
    on_begun: Callable[[int], None] = lambda _number: None,
) -> WhatIf:
    """Compute the period of a run as it would be with some changes, and keep it aside under a name.

    Nothing but the changes differs from `base` (see `base_of`): it works on that run's frozen standings,
    with the orders, facts and overrides that it saw, and carries from what it carried from. With `replace` a
    what-if of the same name goes. `on_begun` is called with the number of the run.

    Raises WhatIfNameError, WhatIfExistsError, PlanError, BadSettingError, UnknownMemberError,
    UnknownRankError, CurrencyDiffersError, CircleError, PlaceTakenError, UnknownPlaceError,
    EarlierFiguresGoneError, RunUnderWayError and CheckFailedError, and then keeps nothing.
    """
    _refuse_name(graph, name, replace=replace)
    plan = altered(changes.plan_for(base), name=base.plan)
    target = period(base.period, plan.zone)
    frozen = Frozen(
        base, whole_plan_of(base), _one_tree(graph, base),
        {"what_if": name, "base": base.number, "changed": json.dumps(changes.words, ensure_ascii=False)},
        partial(put, moves=changes.moves) if changes.moves else None, dict(changes.ranks),
    )  # fmt: skip
    if (plan.money.currency, plan.money.digits) != (base.cash.currency, base.cash.digits):
        raise CurrencyDiffersError(
            f"the plan pays in {plan.money.currency}, and run {base.number} paid in {base.cash.currency}",
            todo=f"Let the plan pay in {base.cash.currency}.",
        )
    clear(graph)  # a run under way is told before anything else
    _refuse_unknown(graph, base, plan, changes)
    _refuse_gone(graph, base, plan, target)
    vet(graph, plan, Settings().rules)
    numbers: list[int] = []

    def begun(number: int) -> None:
        numbers.append(number)
        on_begun(number)

    try:
        with aside.on_frozen(graph, plan, target, frozen, report, request, begun) as work:
            execute(work, STAGES)
            comparing.note(work, frozen)
            run = aside.keep(work, STATE)
    except UplineError as error:
        if numbers:  # how it has failed is kept with its request
            failure = {"name": error.name, "what": error.what, "todo": error.todo}
            conclude(graph, request, {"run": numbers[0], "error": failure})
        raise
    return what_if_of(run)


def base_of(graph: Graph, text: str | None = None) -> RunRecord:
    """The run on which a what-if rests, by its number or its period; without one, that of the latest period.

    A run that has been replaced since is there as long as a what-if rests on it. Raises NoRunError.
    """
    if text is not None and text.isdecimal() and len(text) != len("2026"):
        return _numbered(graph, int(text))
    if text is not None and text.isdecimal() and not complete(graph, text):
        return _numbered(graph, int(text))  # no year has been computed that has this number
    return result(graph, text)


def _numbered(graph: Graph, number: int) -> RunRecord:
    for spared in in_state(graph, SPARED, number):
        return spared
    return result(graph, number=number)


def _refuse_name(graph: Graph, name: str, *, replace: bool) -> None:
    if not (name.strip() and name.isprintable() and len(name) <= MOST_NAME):
        raise WhatIfNameError(
            f"{excerpt(name)} is no name for a what-if",
            todo=f"Take 1 to {MOST_NAME} characters without control signs.",
        )
    if not replace and named(graph, name) is not None:
        raise WhatIfExistsError(
            f"there is a what-if called {name!r}",
            todo="Take another name, remove it first, or say --replace to compute it again.",
        )


def _refuse_unknown(graph: Graph, base: RunRecord, plan: Plan, changes: Changes) -> None:
    """Refuse members who are not in the run, and ranks that the plan does not have."""
    fields = [(move.member_id, "member_id") for move in changes.moves]
    fields += [(move.parent_id, "parent_id") for move in changes.moves]
    fields += [(member_id, "member_id") for member_id, _ in changes.ranks]
    if fields:
        ids = list(dict.fromkeys(member_id for member_id, _ in fields))
        for member_id in graph.value("whatif/unknown", run=base.number, ids=ids):
            raise UnknownMemberError(
                f"{member_id} is not in run {base.number} of {base.period}",
                dict(fields)[member_id],
                "Ids are written as in the members table; capitals and leading zeros matter.",
            )
    for _, rank in changes.ranks:
        if rank not in plan.rank_names:
            names = ", ".join(plan.rank_names)
            todo = did_you_mean(rank, plan.rank_names) or f"There are {names}."
            raise UnknownRankError(f"the plan has no rank {rank!r}", todo=todo)


def _refuse_gone(graph: Graph, base: RunRecord, plan: Plan, target: Period) -> None:
    """Refuse a run whose figures of before are gone, where the plan takes something over from them."""
    previous = base.facts.get("previous") or 0
    if not carried(plan, target) or previous == 0:
        return
    kept = any(in_state(graph, state, previous) for state in (SPARED, "restated"))
    if previous < 0 or kept or complete(graph, number=previous):
        return
    raise EarlierFiguresGoneError(
        f"run {base.number} of {base.period} carried from run {previous}, which is gone: that period has "
        "been computed again since",
        todo=f"Run {base.period} again, and take its new run.",
    )


def _one_tree(graph: Graph, base: RunRecord) -> bool:
    """Whether the company had one tree when a run read it: a placement tree begins by a numbered change."""
    if read_company(graph).one_tree is not False:
        return True
    later = (row["change"] for row in graph.read("runs/changes"))
    return any(
        "one_tree_set" in (change.get("touched") or ())
        for change in later
        if change["number"] > base.facts["cut"]
    )
