"""Operations are taken back by later ones: what they changed is as before, and both stay readable."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from engine.genealogy.operations.holders import FACTS, last_change
from engine.genealogy.operations.kinds import TakeBack
from engine.genealogy.operations.picture import Author, Effects, Picture
from engine.genealogy.operations.trees import check, member
from engine.genealogy.refusals import CannotTakeBackError, UnknownChangeError
from engine.genealogy.timelines import timeline

INSTEAD = {
    "import": "Import what is right; moves can be corrected by later moves of the same day.",
    "operations": "Take back its operations, each by its own number.",
    "enroll": "Terminate the member, or give another sponsor from the day of enrolment on.",
    "add_prospect": "Give the prospect the status lost.",
    "enroll_customer": "Terminate the member.",
    "take_back": "Do again what it has taken back.",
    "turn": "Take back the operations whose day has come, each by its own number.",
}
"""What to do about a change that is not taken back, by its kind."""


def take_back(picture: Picture, operation: TakeBack, _author: Author) -> Effects:
    """The effects of taking an earlier operation back; raises UnknownChangeError or CannotTakeBackError."""
    number = operation.number
    change, results = _earlier(picture, number)
    effects = Effects(change["effective_on"].to_native(), undoes=number)
    if change["kind"] == "enroll":
        _enrolment_back(picture, results, effects)
    for tree in ("sponsor", "placement"):
        members = [each["id"] for each in results if each["what"] == tree]
        if members and change["kind"] != "enroll":
            _moves_back(picture, tree, members, number, effects)
    for each in results:
        if each["what"] in FACTS:
            _fact_back(picture, each, number, effects)
    return effects


def _earlier(picture: Picture, number: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The change that is taken back, and its result."""
    picture.flush()
    rows = picture.ask("genealogy/change", number=number) if number > 0 else []
    if not rows:
        raise UnknownChangeError(
            f"there is no change {number}", "number", "Give the number that it returned."
        )
    change, by = rows[0]["change"], rows[0]["taken_back_by"]
    if by is not None:
        raise CannotTakeBackError(f"change {by} has taken change {number} back already", "number")
    results: list[dict[str, Any]] = json.loads(change.get("result") or "[]")
    kind, names = change["kind"], {each["what"] for each in results}
    of_prospect = kind == "enroll" and "prospect_became" in names
    alone = kind in INSTEAD and (kind == "turn" or not (names <= FACTS.keys() or of_prospect))
    if change["state"] != "complete" or not results or alone:
        raise CannotTakeBackError(
            f"change {number} ({kind.replace('_', ' ')}) is none that can be taken back", "number",
            INSTEAD.get(kind, "It was made by an earlier release, or was itself taken back."),
        )  # fmt: skip
    return change, results


def _moves_back(picture: Picture, tree: str, members: Iterable[str], number: int, effects: Effects) -> None:
    """The timelines of members without the moves of a change."""
    timelines, days = {}, list[date]()
    picture.load(members)
    for member_id in members:
        first, moves = picture.history(tree, member_id)
        days += [move.effective_on for move in moves if move.import_no == number]
        timelines[member_id] = timeline(first, [move for move in moves if move.import_no != number])
    if not days:
        raise _given_up(number)
    check(picture, tree, timelines)
    effects.timelines[tree] = timelines
    effects.counts[f"{tree}_moves"] = len(days)
    effects.days += days


def _enrolment_back(picture: Picture, results: Iterable[dict[str, Any]], effects: Effects) -> None:
    """Whoever was a prospect and is one again is a terminated member from the first day on.

    Refused where the status has changed since, unless the member is gone already.
    """
    for each in results:
        if each["what"] != "enrolled":
            continue
        person = member(picture, each["id"], "number")
        if person.facts["status"] == "terminated":
            continue
        if (last := last_change(person, "status")) is not None:
            raise CannotTakeBackError(
                f"the status of {each['id']} has changed since by change {last.number}", "number",
                "Terminate the member first.",
            )  # fmt: skip
        effects.members[each["id"]] = {"status": "terminated"}
        effects.counts["members_updated"] += 1


def _fact_back(picture: Picture, result: dict[str, Any], number: int, effects: Effects) -> None:
    """A fact as it was before a change; refused where it has changed since."""
    named, field = FACTS[result["what"]]
    holder = picture.holder(named, result["id"])
    of_each = {"member_id": effects.members, "customer_id": effects.customers}
    to = of_each.get(named, effects.prospects)
    plan = next(
        (each for each in holder.planned if (each["opened_no"], each["field"]) == (number, field)), None
    )
    if plan is not None:
        if "withdrawn_no" in plan:
            raise _given_up(number)
        effects.withdrawn.append((named, result["id"], plan))
        return
    last = last_change(holder, field)
    if last is None or last.number != number:
        since, what = f" by change {last.number}" if last else "", result["what"].removeprefix("prospect_")
        raise CannotTakeBackError(
            f"the {what} of {result['id']} has changed since{since}", "number",
            "Take the later change back first.",
        )  # fmt: skip
    effects.counts[f"{named.removesuffix('_id')}s_updated"] += int(result["id"] not in to)
    to.setdefault(result["id"], {})[field] = result["before"]


def _given_up(number: int) -> CannotTakeBackError:
    return CannotTakeBackError(
        f"change {number} was given up when its day came", "number",
        "There is nothing left of it to take back.",
    )  # fmt: skip
