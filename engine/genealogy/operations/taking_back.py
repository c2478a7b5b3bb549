"""Operations are taken back by later ones: what they changed is as before, and both stay readable."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from engine.genealogy.operations.holders import last_change
from engine.genealogy.operations.kinds import TakeBack
from engine.genealogy.operations.picture import Author, Effects, Picture
from engine.genealogy.operations.trees import check, member
from engine.genealogy.refusals import CannotTakeBackError, UnknownChangeError
from engine.genealogy.timelines import timeline

FACTS = {"status": "status", "owner": "owner_id", "customer": "member_id"}
"""The facts that the result of a change names, as members and customers have them."""
INSTEAD = {
    "import": "Import what is right; moves can be corrected by later moves of the same day.",
    "operations": "Take back its operations, each by its own number.",
    "enroll": "Terminate the member, or give another sponsor from the day of enrolment on.",
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
    for tree in ("sponsor", "placement"):
        members = [each["id"] for each in results if each["what"] == tree]
        if members:
            _moves_back(picture, tree, members, number, effects)
    for each in results:
        if (field := FACTS.get(each["what"])) is not None:
            _fact_back(picture, each, field, number, effects)
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
    alone = kind in INSTEAD and (kind == "turn" or not names <= FACTS.keys())
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


def _fact_back(picture: Picture, result: dict[str, Any], field: str, number: int, effects: Effects) -> None:
    """A fact as it was before a change; refused where it has changed since."""
    of_customer = result["what"] == "customer"
    holder = picture.customer(result["id"]) if of_customer else member(picture, result["id"], "number")
    assert holder is not None
    plan = next(
        (each for each in holder.planned if (each["opened_no"], each["field"]) == (number, field)), None
    )
    if plan is not None:
        if "withdrawn_no" in plan:
            raise _given_up(number)
        effects.withdrawn.append(("customer_id" if of_customer else "member_id", result["id"], plan))
        return
    last = last_change(holder, field)
    if last is None or last.number != number:
        since = f" by change {last.number}" if last else ""
        raise CannotTakeBackError(
            f"the {result['what']} of {result['id']} has changed since{since}", "number",
            "Take the later change back first.",
        )  # fmt: skip
    now = {field: result["before"]}
    (effects.customers if of_customer else effects.members)[result["id"]] = now
    effects.counts["customers_updated" if of_customer else "members_updated"] += 1


def _given_up(number: int) -> CannotTakeBackError:
    return CannotTakeBackError(
        f"change {number} was given up when its day came", "number",
        "There is nothing left of it to take back.",
    )  # fmt: skip
