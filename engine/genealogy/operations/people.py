"""Who comes, who leaves, whose a position or a customer is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from engine.errors import excerpt
from engine.genealogy import placement
from engine.genealogy.legs import SIDES, as_written, leg_key
from engine.genealogy.operations.holders import Customer
from engine.genealogy.operations.kinds import (
    ChangeOwner,
    EnrollCustomer,
    EnrollMember,
    MoveCustomer,
    PlaceMember,
    ReinstateMember,
    SuspendMember,
    TerminateMember,
)
from engine.genealogy.operations.picture import Author, Effects, Picture
from engine.genealogy.operations.prospects import become, open_prospect
from engine.genealogy.operations.trees import check, leg_of, member, present, sponsoring
from engine.genealogy.operations.words import good_id, good_text, on_time
from engine.genealogy.placement import (
    ByHand,
    ByRule,
    CannotPlaceError,
    Placement,
    Spot,
    UnknownPlaceError,
)
from engine.genealogy.refusals import (
    BeforeEnrolmentError,
    CircleError,
    MemberExistsError,
    NothingChangesError,
    SponsorMissingError,
    UnknownCustomerError,
    WrongStatusError,
)
from engine.genealogy.slots import Slot, Stay
from engine.genealogy.timelines import First, Move, timeline

STEPS = {
    "suspend": (("active",), "suspended"),
    "reinstate": (("suspended", "terminated"), "active"),
    "terminate": (("active", "suspended", "customer"), "terminated"),
}
"""Which statuses an operation ends, and which one begins."""


def enroll(picture: Picture, operation: EnrollMember, author: Author) -> Effects:
    """Somebody new comes in below a sponsor."""
    member_id, day = operation.member_id, author.on
    prospect_id, name, sponsor_id = operation.prospect_id, operation.name, operation.sponsor_id
    if prospect_id is not None:
        prospect = open_prospect(picture, prospect_id, day)
        name = name or prospect.facts.get("name")
        sponsor_id = sponsor_id or (None if operation.root else prospect.member_id)
    good_id(member_id, "member_id")
    for field in ("name", "country"):
        good_text(getattr(operation, field), field)
    if operation.owner_id is not None:
        good_id(operation.owner_id, "owner_id")
    if picture.person(member_id) is not None:
        raise MemberExistsError(
            f"{member_id} is a member already", "member_id", "Give the new member another id."
        )
    if sponsor_id is not None:
        sponsoring(picture, sponsor_id, day)
    elif not operation.root:
        raise SponsorMissingError(
            f"{member_id} has no sponsor", "sponsor_id", "Name one, or say that the member is a root."
        )
    on_time(picture, day)
    effects = Effects(day, days=[day])
    effects.enrolled[member_id] = {
        "member_id": member_id, "name": name, "status": "active", "country": operation.country,
        "owner_id": operation.owner_id, "enrolled_on": day, "prospect_id": prospect_id,
    }  # fmt: skip
    effects.counts["members_added"] = 1
    _first_places(picture, replace(operation, sponsor_id=sponsor_id), author, effects)
    if prospect_id is not None:
        become(picture, prospect_id, "member", member_id, effects)
    return effects


def _first_places(picture: Picture, operation: EnrollMember, author: Author, effects: Effects) -> None:
    """The sponsor of a new member, and the place, if it is taken at once."""
    member_id, sponsor_id, day = operation.member_id, operation.sponsor_id, author.on
    leg = None
    if operation.how is None and sponsor_id is not None and picture.one_tree is not False:
        leg = leg_of(picture, "sponsor", sponsor_id, operation.leg)
    elif operation.leg is not None:
        raise UnknownPlaceError(
            "the leg belongs to a place apart from the sponsor", "leg", "Name the parent as well."
        )
    if sponsor_id is not None:
        first = {member_id: timeline(First(sponsor_id, leg, day), [])}
        check(picture, "sponsor", first)
        effects.timelines["sponsor"] = first
    if operation.how is None:
        return
    placement.refuse_apart(picture.one_tree, begin=operation.begin)
    effects.begin = picture.one_tree is not False
    spot = _spot(picture, operation.how, sponsor_id, day)
    placed = {member_id: timeline(First(spot.parent_id, spot.leg, day), [])}
    check(picture, "placement", placed, _taken(spot))
    effects.timelines["placement"] = placed


def _spot(picture: Picture, how: ByHand | ByRule, sponsor_id: str | None, day: date) -> Spot:
    """The place of somebody new in it, its leg as the company writes it; it may be taken."""
    if isinstance(how, ByHand):
        parent = present(picture, how.parent_id, day, "parent_id")
        leg = leg_of(picture, "placement", how.parent_id, how.leg)
        return Spot(how.parent_id, parent.enrolled_on, leg)
    if sponsor_id is None:
        raise UnknownPlaceError(
            "a rule finds a place below the sponsor, and there is none", "how", "Name the place itself."
        )
    picture.flush()
    spot = placement.by_rule(picture.ask, how, sponsor_id, picture.recording.keeper.keys)
    if day < spot.enrolled_on:
        raise BeforeEnrolmentError(
            f"{spot.parent_id}, under whom the place is free, enrolled on {spot.enrolled_on}, after {day}",
            "on", "Give a later day.",
        )  # fmt: skip
    leg = placement.leg_named(spot.leg, "how")
    if leg is None and picture.leg_in_use is not None:
        raise UnknownPlaceError(
            f"{how.module.name} finds a place without a leg, and this company has legs", "how",
            "Leave out legs = none, or choose a rule that finds a leg.",
        )  # fmt: skip
    if leg is not None and leg_key(leg) in SIDES:
        leg = as_written(leg, spot.written or picture.leg_in_use)
    return replace(spot, leg=leg)


def _taken(spot: Spot) -> dict[Slot, Sequence[Stay]]:
    """Who is or was in the slot that a rule has found, which is read together with it."""
    if spot.leg is None or spot.stays is None:
        return {}
    return {(spot.parent_id, leg_key(spot.leg)): spot.stays}


def place(picture: Picture, operation: PlaceMember, author: Author) -> Effects:
    """Whoever waits in the holding tank takes a place."""
    placement.refuse_apart(picture.one_tree, begin=operation.begin)
    member_id, how = operation.member_id, operation.how
    person = present(picture, member_id, author.on, "member_id")
    if any(edge.kind != "once" for edge in person.edges["placement"]):
        raise CannotPlaceError(f"{member_id} has been placed", "member_id", "Move the member instead.")
    sponsor_id = next((edge.parent_id for edge in person.edges["sponsor"] if edge.open), None)
    if sponsor_id is None:
        raise CannotPlaceError(
            f"{member_id} has no sponsor to be placed below", "member_id", "Roots are not placed."
        )
    if isinstance(how, ByHand) and how.parent_id == member_id:
        raise CircleError(f"{member_id} cannot be under itself", "parent_id", "Name another member.")
    spot = _spot(picture, how, sponsor_id, author.on)
    step = Move(
        member_id, spot.parent_id, spot.leg, author.on, author.at, author.actor, author.reason or None, 0,
        author.number,
    )  # fmt: skip
    placed = {member_id: timeline(None, [step])}
    check(picture, "placement", placed, _taken(spot))
    effects = Effects(author.on, days=[author.on])
    effects.timelines["placement"] = placed
    effects.counts["members_placed"] = 1
    effects.begin = picture.one_tree is not False
    effects.placement = Placement(member_id, sponsor_id, spot.parent_id, spot.leg, author.on, spot.as_of)
    return effects


def change_status(
    picture: Picture, operation: SuspendMember | ReinstateMember | TerminateMember, author: Author
) -> Effects:
    """A member is suspended, active again, or gone."""
    before, after = STEPS[operation.kind]
    person = present(picture, operation.member_id, author.on, "member_id")
    status = picture.fact_on(person, "status", author.on)
    if status not in before:
        raise WrongStatusError(
            f"{operation.member_id} is {'a ' if status == 'customer' else ''}{status}", "member_id",
            f"Only members who are {' or '.join(before)} can become {after}.",
        )  # fmt: skip
    return _change(picture, operation.member_id, {"status": after}, author)


def change_owner(picture: Picture, operation: ChangeOwner, author: Author) -> Effects:
    """A position goes to another owner."""
    person = present(picture, operation.member_id, author.on, "member_id")
    if operation.owner_id is not None:
        good_id(operation.owner_id, "owner_id")
    if picture.fact_on(person, "owner_id", author.on) == operation.owner_id:
        raise NothingChangesError(
            f"{operation.member_id} belongs to {operation.owner_id or 'nobody in particular'} already",
            "owner_id",
        )
    return _change(picture, operation.member_id, {"owner_id": operation.owner_id}, author)


def _change(picture: Picture, member_id: str, now: dict[str, str | None], author: Author) -> Effects:
    person = member(picture, member_id, "member_id")
    on_time(picture, author.on, person, *now)
    effects = Effects(author.on, members={member_id: now})
    effects.counts["members_updated"] = 1
    return effects


def move_customer(picture: Picture, operation: MoveCustomer, author: Author) -> Effects:
    """A customer belongs to another member."""
    customer = known_customer(picture, operation.customer_id, author.on)
    sponsoring(picture, operation.member_id, author.on, "member_id")
    if picture.fact_on(customer, "member_id", author.on) == operation.member_id:
        raise NothingChangesError(
            f"{operation.customer_id} belongs to {operation.member_id} already", "member_id"
        )
    on_time(picture, author.on, customer, "member_id")
    effects = Effects(author.on, customers={operation.customer_id: {"member_id": operation.member_id}})
    effects.counts["customers_updated"] = 1
    return effects


def known_customer(picture: Picture, customer_id: str, day: date) -> Customer:
    """A customer that an operation names and who is one by its day."""
    customer = picture.customer(customer_id)
    if customer is None:
        raise UnknownCustomerError(
            f"no customer is called {excerpt(customer_id)}", "customer_id",
            "Ids are written as in the customers table; capitals and leading zeros matter.",
        )  # fmt: skip
    since = customer.facts.get("since")
    if since is not None and day < since:
        raise BeforeEnrolmentError(
            f"{customer_id} is a customer since {since}, after {day}", "on", "Give a later day."
        )
    return customer


def become_member(picture: Picture, operation: EnrollCustomer, author: Author) -> Effects:
    """A customer becomes a member; a member whose status is customer becomes active."""
    customer_id = operation.customer_id
    person = picture.person(customer_id)
    if picture.customer(customer_id) is None and person is not None:
        if picture.fact_on(person, "status", author.on) != "customer":
            raise WrongStatusError(
                f"{customer_id} is a member already, and {person.facts['status']}", "customer_id"
            )
        present(picture, customer_id, author.on, "customer_id")
        on_time(picture, author.on, person, "status")
        effects = Effects(author.on, members={customer_id: {"status": "active"}})
        effects.counts["members_updated"] = 1
        return effects
    customer = known_customer(picture, customer_id, author.on)
    if (became := customer.facts.get("became")) is not None:
        raise MemberExistsError(f"{customer_id} has become the member {became}", "customer_id")
    on_time(picture, author.on, customer, "became")
    member_id = operation.member_id or customer_id
    enrolling = EnrollMember(
        on=operation.on, member_id=member_id, sponsor_id=operation.sponsor_id or customer.member_id,
        name=customer.facts.get("name"), leg=operation.leg, how=operation.how,
    )  # fmt: skip
    effects = enroll(picture, enrolling, author)
    effects.enrolled[member_id]["prospect_id"] = customer.facts.get("prospect_id")
    effects.customers[customer_id] = {"became": member_id}
    effects.counts["customers_updated"] = 1
    return effects
