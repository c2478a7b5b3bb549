# mypy: allow-untyped-calls
"""What-ifs are computed in the background, and removed."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from graphene import (
    ID,
    Boolean,
    Field,
    InputObjectType,
    Int,
    List,
    NonNull,
    ObjectType,
    String,
)

from engine import ranges
from engine.api.context import Context
from engine.api.mutations.payloads import (
    CLIENT_ID,
    KEY,
    BadInputError,
    Payload,
    allow,
    mutation,
    payload,
    plain,
    request_of,
)
from engine.api.types.under_way import RunProgress
from engine.genealogy.changes.requests import Request, earlier_answer
from engine.graph.database import Graph
from engine.runs import progress
from engine.whatif.changes import of_inputs
from engine.whatif.computing import base_of, compute
from engine.whatif.kept import remove


class WhatIfSettingInput(InputObjectType):
    """Another value for a key of the plan."""

    key = String(required=True, description="Its path, such as `bonus.Unilevel.rates.none[0]`.")
    value = String(
        required=True,
        description="The value as a plan file writes it, such as `0.06`; an empty text leaves the key out.",
    )


class WhatIfMoveInput(InputObjectType):
    """A member who is put below another one, with the group, in the tree by which the plan pays."""

    member_id = ID(required=True, description="The member.")
    parent_id = ID(required=True, description="Below whom.")
    leg = String(description="In which leg, where the tree has legs.")


class WhatIfRankInput(InputObjectType):
    """A member who is paid as a rank, whatever the member qualifies for."""

    member_id = ID(required=True, description="The member.")
    rank = String(required=True, description="The rank, by the changed plan; `none` for no rank.")


class ComputeWhatIfInput(InputObjectType):
    """What to change, and on which run. Any changes combine; without one the what-if repeats its run."""

    name = String(required=True, description="Its name, at most 60 characters.")
    base = String(
        description="The number of a run, or a period, whose newest run is taken. Default: that of the "
        "latest period."
    )
    plan_text = String(description="Another plan: the whole text of a plan file.")
    settings = List(NonNull(WhatIfSettingInput), default_value=[], description="Other values of plan keys.")
    moves = List(NonNull(WhatIfMoveInput), default_value=[], description="Members in other places, in turn.")
    ranks = List(NonNull(WhatIfRankInput), default_value=[], description="Members with other ranks.")
    replace = Boolean(default_value=False, description="Compute a what-if of that name again.")
    idempotency_key = KEY
    client_mutation_id = CLIENT_ID


class ComputeWhatIfPayload(ObjectType):
    """A what-if that is being computed."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    progress = Field(RunProgress, description="How far it is: ask `runProgress`, then `whatIf` by its name.")


class RemoveWhatIfInput(InputObjectType):
    """Which what-ifs to remove: give exactly one of the two."""

    name = String(description="The one of that name.")
    older_than = Int(description="All that were computed at least so many days ago.")
    client_mutation_id = CLIENT_ID


class RemoveWhatIfPayload(ObjectType):
    """What was removed."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    removed = List(NonNull(String), required=True, description="The names of what is gone.")


async def compute_what_if(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Begin to compute a what-if and say its number, or say why not."""
    actor, writing = allow(context)

    async def work() -> dict[str, Any]:
        key = arguments.get("idempotency_key") or uuid4().hex  # how it has failed is kept with its request
        request = request_of(actor, "what_if", {**plain(arguments), "idempotency_key": key})
        number = await writing.begin(lambda graph, begun: _compute(graph, arguments, request, begun))
        how_far = context.watched(await context.ask(progress.progress, context.graph, number))
        return {"progress": how_far}

    return await payload(arguments, work())


def _compute(
    graph: Graph, arguments: dict[str, Any], request: Request | None, begun: Callable[[int], None]
) -> int:
    """Compute the what-if; `begun` is called as soon as it has its number."""
    earlier = earlier_answer(graph.read, request)
    if earlier is not None:
        return int(earlier["run"])
    changes = of_inputs(
        arguments.get("plan_text"), arguments["settings"], arguments["moves"], arguments["ranks"]
    )
    base = base_of(graph, arguments.get("base"))
    made = compute(
        graph, arguments["name"], base, changes, replace=arguments["replace"], request=request, on_begun=begun
    )
    return made.run.number


async def remove_what_if(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Remove what-ifs, or say why not."""
    _, writing = allow(context)
    name, days = arguments.get("name"), arguments.get("older_than")

    async def work() -> dict[str, Any]:
        if days is not None and not ranges.DAYS.least <= days <= ranges.DAYS.most:
            raise BadInputError(
                f"`olderThan` is a number from {ranges.DAYS.least} to {ranges.DAYS.most}", "olderThan"
            )
        return {"removed": await writing.do(lambda graph: remove(graph, name, older_than_days=days))}

    return await payload(arguments, work(), removed=[])


class WhatIfs:
    """What-ifs."""

    compute_what_if = mutation(
        ComputeWhatIfPayload,
        ComputeWhatIfInput,
        "What to change, and on which run.",
        "Begin to compute a period once more on a run's frozen standings with some changes, in "
        "the background. It is no result, and only `whatIf` shows it. Codes: `what_if_name`, "
        "`what_if_exists`, `bad_setting`, `plan`, `unknown_member`, `unknown_rank`, `unknown_place`, "
        "`place_taken`, `circle`, `currency_differs`, `earlier_figures_gone`, `rules_changed`, `no_run`, "
        "`bad_period`, `run_under_way`, `change_under_way`, `bad_input`, `key_reused`, `still_working`. What "
        "comes up while it is computed is in `runProgress`.",
        compute_what_if,
    )
    remove_what_if = mutation(
        RemoveWhatIfPayload,
        RemoveWhatIfInput,
        "Which of them.",
        "Remove a what-if by its name, or those of a certain age. Codes: `no_what_if`, "
        "`name_or_age`, `run_under_way`, `bad_input`, `still_working`.",
        remove_what_if,
    )
