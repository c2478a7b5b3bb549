# mypy: allow-untyped-calls
"""The root of all changes."""

from typing import Any

from graphene import Argument, Field, NonNull, ObjectType, ResolveInfo

from engine.api.mutations import bulk, imports, places, previews, runs
from engine.api.mutations.archives import Archives
from engine.api.mutations.operations import Operations
from engine.api.mutations.periods import PeriodSteps
from engine.api.mutations.postings import LedgerSteps
from engine.api.mutations.what_ifs import WhatIfs


class Mutation(Operations, PeriodSteps, LedgerSteps, Archives, WhatIfs, ObjectType):
    """All changes. Only a viewer whose role may change something is let in: otherwise the error
    `not_allowed`.

    What the user can mend is in `errors` of the payload, and then nothing was changed. A change goes on to
    its end even if the client is gone. With an `idempotencyKey` it can be sent again without being made
    twice.
    """

    place_member = Field(
        places.PlaceMemberPayload,
        input=Argument(NonNull(places.PlaceMemberInput), description="Whom to place and where."),
        description="Place a member of the holding tank. Codes: `unknown_member`, `cannot_place`, "
        "`no_free_place`, `place_taken`, `unknown_place`, `circle`, `before_enrolment`, `one_tree`, "
        "`bad_input`, `plan` (of a rule's options), `unknown_rule`, `no_preference`, `change_under_way`, "
        "`key_reused`, `still_working`.",
    )
    place_due = Field(
        places.PlaceDuePayload,
        input=Argument(NonNull(places.PlaceDueInput), description="How many of them, and from when on."),
        description="Place the members whose window has ended by the company's rule, those who enrolled "
        "first before the others. Whoever finds no place is in `notPlaced`, with a code of `placeMember`. "
        "Codes: `no_window`, `one_tree`, `bad_input`, `change_under_way`, `key_reused`, `still_working`.",
    )
    prefer_placement = Field(
        places.PreferPlacementPayload,
        input=Argument(NonNull(places.PreferPlacementInput), description="Whose preference, and which rule."),
        description="Keep the placement rule that a member prefers for recruits, or the company. Codes: "
        "`unknown_member`, `window`, `unknown_rule`, `plan` (of a rule's options), `bad_input`, "
        "`change_under_way`, `key_reused`, `still_working`.",
    )
    run_period = Field(
        runs.RunPeriodPayload,
        input=Argument(NonNull(runs.RunPeriodInput), description="Which period, and by which plan."),
        description="Begin to compute a period, in the background. Ask `runProgress`, or subscribe to it, "
        "for how far it is. Codes: `run_under_way`, `other_plan_text`, `no_run`, `plan`, `bad_period`, "
        "`change_under_way`, `bad_input`, `key_reused`, `still_working`.",
    )
    refresh_live_figures = Field(
        runs.RefreshLiveFiguresPayload,
        input=Argument(NonNull(runs.RefreshLiveFiguresInput), description="Which period, and by which plan."),
        description="Bring the live figures of an open period up to date with the last change. Orders, "
        "newcomers, moves and other statuses come in by themselves. The first time, and after other changes, "
        "such as new facts, this takes as long as two stages of a run. It can be repeated at will: it takes "
        "no key. Codes: `run_under_way`, `no_run`, `plan`, `bad_period`, `change_under_way`, `bad_input`, "
        "`still_working`.",
    )
    import_rows = Field(
        imports.ImportRowsPayload,
        input=Argument(NonNull(imports.ImportRowsInput), description="The rows, by table."),
        description="Take in rows of company tables: all of them or, if one is wrong, none. Rows that are "
        "there already change nothing. Codes: those of refused rows, `bad_input`, `change_under_way`, "
        "`company_changed`, `key_reused`, `still_working`.",
    )

    perform_operations = Field(
        bulk.PerformOperationsPayload,
        input=Argument(NonNull(bulk.PerformOperationsInput), description="The operations, in their order."),
        description="Do many operations on people and trees: all of them or, if one is refused, none. Each "
        "is a change with a number of its own. Codes: those of the single mutations, `missing_value`, "
        "`column_not_used`, `two_places`, `unknown_rule`, `plan` (of a rule's options), `bad_input`, "
        "`change_under_way`, `key_reused`, `still_working`.",
    )

    preview_change = Field(
        previews.PreviewChangePayload,
        input=Argument(NonNull(previews.PreviewChangeInput), description="Which operation."),
        description="What an operation on people and trees would change: places, the periods that it "
        "touches, and whose volumes, ranks and pay would be others. Nothing is changed. Codes: those of the "
        "operation's mutation, `preview_too_large`, `company_busy`, `bad_input`, `change_under_way`, "
        "`still_working`.",
    )

    @staticmethod
    async def resolve_preview_change(
        _root: object, info: ResolveInfo, input: dict[str, Any]
    ) -> dict[str, Any]:
        """The payload."""
        return await previews.preview_change(info.context, input)

    @staticmethod
    async def resolve_place_member(_root: object, info: ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        """The payload."""
        return await places.place_member(info.context, input)

    @staticmethod
    async def resolve_place_due(_root: object, info: ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        """The payload."""
        return await places.place_due(info.context, input)

    @staticmethod
    async def resolve_prefer_placement(
        _root: object, info: ResolveInfo, input: dict[str, Any]
    ) -> dict[str, Any]:
        """The payload."""
        return await places.prefer_placement(info.context, input)

    @staticmethod
    async def resolve_run_period(_root: object, info: ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        """The payload."""
        return await runs.compute_period(info.context, input)

    @staticmethod
    async def resolve_refresh_live_figures(
        _root: object, info: ResolveInfo, input: dict[str, Any]
    ) -> dict[str, Any]:
        """The payload."""
        return await runs.refresh_live(info.context, input)

    @staticmethod
    async def resolve_import_rows(_root: object, info: ResolveInfo, input: dict[str, Any]) -> dict[str, Any]:
        """The payload."""
        return await imports.take_in(info.context, input)

    @staticmethod
    async def resolve_perform_operations(
        _root: object, info: ResolveInfo, input: dict[str, Any]
    ) -> dict[str, Any]:
        """The payload."""
        return await bulk.perform_operations(info.context, input)
