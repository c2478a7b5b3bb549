# mypy: allow-untyped-calls
"""The root of all changes."""

from graphene import ObjectType

from engine.api.mutations import bulk, imports, places, previews, runs
from engine.api.mutations.archives import Archives
from engine.api.mutations.operations import Operations
from engine.api.mutations.payloads import mutation
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

    place_member = mutation(
        places.PlaceMemberPayload,
        places.PlaceMemberInput,
        "Whom to place and where.",
        "Place a member of the holding tank. Codes: `unknown_member`, `cannot_place`, "
        "`no_free_place`, `place_taken`, `unknown_place`, `circle`, `before_enrolment`, `one_tree`, "
        "`bad_input`, `plan` (of a rule's options), `unknown_rule`, `no_preference`, `change_under_way`, "
        "`key_reused`, `still_working`.",
        places.place_member,
    )
    place_due = mutation(
        places.PlaceDuePayload,
        places.PlaceDueInput,
        "How many of them, and from when on.",
        "Place the members whose window has ended by the company's rule, those who enrolled "
        "first before the others. Whoever finds no place is in `notPlaced`, with a code of `placeMember`. "
        "Codes: `no_window`, `one_tree`, `bad_input`, `change_under_way`, `key_reused`, `still_working`.",
        places.place_due,
    )
    prefer_placement = mutation(
        places.PreferPlacementPayload,
        places.PreferPlacementInput,
        "Whose preference, and which rule.",
        "Keep the placement rule that a member prefers for recruits, or the company. Codes: "
        "`unknown_member`, `window`, `unknown_rule`, `plan` (of a rule's options), `bad_input`, "
        "`change_under_way`, `key_reused`, `still_working`.",
        places.prefer_placement,
    )
    run_period = mutation(
        runs.RunPeriodPayload,
        runs.RunPeriodInput,
        "Which period, and by which plan.",
        "Begin to compute a period, in the background. Ask `runProgress`, or subscribe to it, "
        "for how far it is. Codes: `run_under_way`, `other_plan_text`, `no_run`, `plan`, `bad_period`, "
        "`change_under_way`, `bad_input`, `key_reused`, `still_working`.",
        runs.compute_period,
    )
    refresh_live_figures = mutation(
        runs.RefreshLiveFiguresPayload,
        runs.RefreshLiveFiguresInput,
        "Which period, and by which plan.",
        "Bring the live figures of an open period up to date with the last change. Orders, "
        "newcomers, moves and other statuses come in by themselves. The first time, and after other changes, "
        "such as new facts, this takes as long as two stages of a run. It can be repeated at will: it takes "
        "no key. Codes: `run_under_way`, `no_run`, `plan`, `bad_period`, `change_under_way`, `bad_input`, "
        "`still_working`.",
        runs.refresh_live,
    )
    import_rows = mutation(
        imports.ImportRowsPayload,
        imports.ImportRowsInput,
        "The rows, by table.",
        "Take in rows of company tables: all of them or, if one is wrong, none. Rows that are "
        "there already change nothing. Codes: those of refused rows, `bad_input`, `change_under_way`, "
        "`company_changed`, `key_reused`, `still_working`.",
        imports.take_in,
    )

    perform_operations = mutation(
        bulk.PerformOperationsPayload,
        bulk.PerformOperationsInput,
        "The operations, in their order.",
        "Do many operations on people and trees: all of them or, if one is refused, none. Each "
        "is a change with a number of its own. Codes: those of the single mutations, `missing_value`, "
        "`column_not_used`, `two_places`, `unknown_rule`, `plan` (of a rule's options), `bad_input`, "
        "`change_under_way`, `key_reused`, `still_working`.",
        bulk.perform_operations,
    )

    preview_change = mutation(
        previews.PreviewChangePayload,
        previews.PreviewChangeInput,
        "Which operation.",
        "What an operation on people and trees would change: places, the periods that it "
        "touches, and whose volumes, ranks and pay would be others. Nothing is changed. Codes: those of the "
        "operation's mutation, `preview_too_large`, `company_busy`, `bad_input`, `change_under_way`, "
        "`still_working`.",
        previews.preview_change,
    )
