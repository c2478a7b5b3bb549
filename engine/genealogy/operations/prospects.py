"""Prospects: somebody is noted, contacted, won as a customer or a member, or lost."""

from datetime import date

from engine.errors import did_you_mean, excerpt
from engine.genealogy.operations.holders import Customer
from engine.genealogy.operations.kinds import AddProspect, ConvertProspect, UpdateProspect
from engine.genealogy.operations.picture import Author, Effects, Picture
from engine.genealogy.operations.trees import sponsoring
from engine.genealogy.operations.words import good_id, good_text, on_time
from engine.genealogy.refusals import (
    BeforeEnrolmentError,
    NothingChangesError,
    ProspectExistsError,
    UnknownProspectError,
    WrongStatusError,
)
from engine.genealogy.stored import BECOME, PROSPECT_STATUSES

OPEN = tuple(each for each in PROSPECT_STATUSES if each not in BECOME)
"""The statuses of whoever is still a prospect."""


def add(picture: Picture, operation: AddProspect, author: Author) -> Effects:
    """A new prospect of a member."""
    prospect_id, member_id, day = operation.prospect_id, operation.member_id, author.on
    good_id(prospect_id, "prospect_id")
    _good(operation)
    if picture.prospect(prospect_id) is not None:
        raise ProspectExistsError(
            f"{prospect_id} is a prospect already", "prospect_id", "Give the new prospect another id."
        )
    sponsoring(picture, member_id, day, "member_id")
    on_time(picture, day)
    effects = Effects(day)
    effects.new_prospects[prospect_id] = {
        "prospect_id": prospect_id, "name": operation.name, "source": operation.source,
        "status": operation.status, "since": day, "member_id": member_id,
    }  # fmt: skip
    effects.counts["prospects_added"] = 1
    return effects


def update(picture: Picture, operation: UpdateProspect, author: Author) -> Effects:
    """A prospect has another status, source, name or member."""
    prospect_id, day = operation.prospect_id, author.on
    _good(operation)
    prospect = open_prospect(picture, prospect_id, day)
    values = {name: getattr(operation, name) for name in ("member_id", "name", "source", "status")}
    now = {
        name: value
        for name, value in values.items()
        if value is not None and value != prospect.facts.get(name)
    }
    if not now:
        raise NothingChangesError(f"{prospect_id} is all that already", "prospect_id")
    if "member_id" in now:
        sponsoring(picture, now["member_id"], day, "member_id")
    on_time(picture, day, prospect, *now)
    effects = Effects(day, prospects={prospect_id: now})
    effects.counts["prospects_updated"] = 1
    return effects


def convert(picture: Picture, operation: ConvertProspect, author: Author) -> Effects:
    """A prospect becomes a customer: a new one of the same member, or one who is known already."""
    prospect_id, day = operation.prospect_id, author.on
    prospect = open_prospect(picture, prospect_id, day)
    customer_id = operation.customer_id or prospect_id
    good_id(customer_id, "customer_id")
    effects = Effects(day)
    become(picture, prospect_id, "customer", customer_id, effects)
    customer = picture.customer(customer_id)
    if customer is None:
        sponsoring(picture, prospect.member_id, day, "prospect_id")
        effects.new_customers[customer_id] = {
            "customer_id": customer_id, "name": prospect.facts.get("name"), "since": day,
            "member_id": prospect.member_id, "prospect_id": prospect_id,
        }  # fmt: skip
        effects.counts["customers_added"] = 1
        return effects
    if (other := customer.facts.get("prospect_id")) is not None:
        raise ProspectExistsError(
            f"{customer_id} was the prospect {other}", "customer_id", "Give the new customer another id."
        )
    on_time(picture, day, customer, "prospect_id")
    effects.customers[customer_id] = {"prospect_id": prospect_id}
    effects.counts["customers_updated"] = 1
    return effects


def become(picture: Picture, prospect_id: str, what: str, became: str, effects: Effects) -> None:
    """Note what a prospect becomes: a ``customer`` or a ``member``, and which."""
    on_time(picture, effects.on, picture.prospect(prospect_id), "status", "became")
    effects.prospects[prospect_id] = {"status": what, "became": became}
    effects.counts["prospects_updated"] = 1


def open_prospect(picture: Picture, prospect_id: str, day: date) -> Customer:
    """A prospect who is one by a day, today or earlier, and has become nobody yet."""
    on_time(picture, day)
    prospect = picture.prospect(prospect_id)
    if prospect is None:
        raise UnknownProspectError(
            f"no prospect is called {excerpt(prospect_id)}", "prospect_id",
            "Capitals and leading zeros of ids matter.",
        )  # fmt: skip
    status, since = prospect.facts["status"], prospect.facts.get("since")
    if status in BECOME:
        todo = "Enroll the customer." if status == "customer" else None
        became = prospect.facts.get("became")
        raise WrongStatusError(f"{prospect_id} has become the {status} {became}", "prospect_id", todo)
    if since is not None and day < since:
        raise BeforeEnrolmentError(
            f"{prospect_id} is a prospect since {since}, after {day}", "on", "Give a later day."
        )
    return prospect


def _good(operation: AddProspect | UpdateProspect) -> None:
    """Refuse texts and statuses that cannot be."""
    for name in ("name", "source"):
        good_text(getattr(operation, name), name)
    status = operation.status
    if status in BECOME:
        todo = "Use convert_prospect." if status == "customer" else "Use enroll, with prospect_id."
        raise WrongStatusError(f"nobody becomes a {status} by a status alone", "status", todo)
    if status is not None and status not in OPEN:
        todo = did_you_mean(status, OPEN) or f"There are {', '.join(OPEN)}."
        raise WrongStatusError(f"{excerpt(status)} is no status of a prospect", "status", todo)
