"""What can be done to people and trees: one request for each kind, as plain data.

`on` is the first day on which it holds, by default today in the company's time zone. A day may be in the
past. It may be in the future too, but for whoever comes in: then it is a plan until its day comes.
"""

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, ClassVar, Literal

from engine.genealogy.placement import ByHand, ByRule

Tree = Literal["sponsor", "placement"]
Place = ByHand | ByRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What every operation has: its kind, and the first day on which it holds (None: today)."""

    kind: ClassVar[str]
    on: date | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """The ids that it names; a customer's may be a member's too."""
        names = ("member_id", "sponsor_id", "parent_id", "other_id", "customer_id")
        ids = [getattr(self, name, None) for name in names]
        how = getattr(self, "how", None)
        ids.append(how.parent_id if isinstance(how, ByHand) else None)
        ids += getattr(self, "member_ids", ())
        return tuple(each for each in ids if each)

    @property
    def prospects(self) -> tuple[str, ...]:
        """The ids of prospects that it names."""
        prospect_id = getattr(self, "prospect_id", None)
        return (prospect_id,) if prospect_id else ()

    @property
    def arguments(self) -> dict[str, Any]:
        """The operation as data that JSON can write: what a repeated request is recognised by."""
        how = getattr(self, "how", None)
        facts = {name: value for name, value in asdict(self).items() if name != "how" and value is not None}
        if isinstance(how, ByRule):
            return facts | {"how": how.values}
        return facts | ({"how": asdict(how)} if how is not None else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrollMember(Operation):
    """Enroll a new member below a sponsor.

    The member takes a place at once, or waits in the holding tank. In a company of one tree the sponsor is
    the place. Whoever was a prospect keeps that history: sponsor and name are the prospect's unless
    others are given.

    `root` lets the member have no sponsor, `begin` begins a placement tree.
    """

    kind: ClassVar[str] = "enroll"
    member_id: str
    sponsor_id: str | None = None
    name: str | None = None
    country: str | None = None
    owner_id: str | None = None
    leg: str | None = None
    how: Place | None = None
    prospect_id: str | None = None
    root: bool = False
    begin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMember(Operation):
    """Place a member who waits in the holding tank, by hand or by a rule."""

    kind: ClassVar[str] = "place"
    member_id: str
    how: Place
    begin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveMember(Operation):
    """Move a member below another one in the placement tree, with the group or alone.

    Whoever is directly below a member that moves alone goes up to the parent of before.
    """

    kind: ClassVar[str] = "move"
    member_id: str
    parent_id: str
    leg: str | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSponsor(Operation):
    """Give a member another sponsor, with the group or alone; the first sponsor stays on record."""

    kind: ClassVar[str] = "change_sponsor"
    member_id: str
    sponsor_id: str
    leg: str | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapMembers(Operation):
    """Let two members take each other's place: each alone, or with their groups."""

    kind: ClassVar[str] = "swap"
    member_id: str
    other_id: str
    tree: Tree = "placement"
    groups: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendMember(Operation):
    """Suspend an active member."""

    kind: ClassVar[str] = "suspend"
    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinstateMember(Operation):
    """Make a suspended or terminated member active again, in the place that was kept."""

    kind: ClassVar[str] = "reinstate"
    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminateMember(Operation):
    """Terminate a member; the place in the trees stays."""

    kind: ClassVar[str] = "terminate"
    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOwner(Operation):
    """Give a position to another owner; without one, to nobody in particular."""

    kind: ClassVar[str] = "change_owner"
    member_id: str
    owner_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCustomer(Operation):
    """Give a customer to another member."""

    kind: ClassVar[str] = "move_customer"
    customer_id: str
    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrollCustomer(Operation):
    """Let a customer become a member.

    What the customer has bought stays the customer's. A member whose status is customer becomes active; then
    only the id and the day count.
    """

    kind: ClassVar[str] = "enroll_customer"
    customer_id: str
    member_id: str | None = None
    sponsor_id: str | None = None
    leg: str | None = None
    how: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddProspect(Operation):
    """Note a new prospect of a member: somebody who may become a customer or a member."""

    kind: ClassVar[str] = "add_prospect"
    prospect_id: str
    member_id: str
    name: str | None = None
    source: str | None = None
    status: str = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateProspect(Operation):
    """Give a prospect another status, source, name or member; what is not given stays.

    Whoever has become a customer or a member is none any more.
    """

    kind: ClassVar[str] = "update_prospect"
    prospect_id: str
    member_id: str | None = None
    name: str | None = None
    source: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertProspect(Operation):
    """Let a prospect become a customer of the same member, a new one or one who is known already."""

    kind: ClassVar[str] = "convert_prospect"
    prospect_id: str
    customer_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUpMember(Operation):
    """Roll a member up for good: whoever is directly below goes up by one level, customers and prospects too.

    The member keeps a place, with nobody below.
    """

    kind: ClassVar[str] = "roll_up"
    member_id: str
    customers_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUpMembers(Operation):
    """Roll up many members for good at once: those of a list, or whom a rule finds.

    Whoever is directly below one of them goes up to the nearest member who stays, and so do the customers.
    All of it is one change. Those rolled up keep a place, with nobody below.

    `terminated` (on that day) and `inactive_periods` (in each of so many complete periods, the latest ones
    of `plan`) are the rule. With `accept_valid` whoever cannot be rolled up in a tree stays as it is there;
    otherwise nothing is done.
    """

    kind: ClassVar[str] = "roll_up_all"
    member_ids: tuple[str, ...] = ()
    terminated: bool = False
    inactive_periods: int = 0
    plan: str | None = None
    customers_only: bool = False
    accept_valid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeMembers(Operation):
    """Merge another position into a member's, such as when one person has enrolled twice.

    Whoever is directly below the other one goes below the member, in both trees and in the same legs, and so
    do the customers and the prospects. The other one is terminated. Its orders and its earnings stay its own.
    """

    kind: ClassVar[str] = "merge"
    member_id: str
    other_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack(Operation):
    """Take an earlier operation back, by the number of its change; both stay on record.

    It holds from the day of that operation on.
    """

    kind: ClassVar[str] = "take_back"
    number: int


KINDS: dict[str, type[Operation]] = {
    each.kind: each
    for each in (
        EnrollMember, PlaceMember, MoveMember, ChangeSponsor, SwapMembers, SuspendMember, ReinstateMember,
        TerminateMember, ChangeOwner, MoveCustomer, EnrollCustomer, AddProspect, UpdateProspect,
        ConvertProspect, RollUpMember, RollUpMembers, MergeMembers, TakeBack,
    )
}  # fmt: skip
"""Every kind of operation by its name."""

FIELDS = {each.name: each for kind in KINDS.values() for each in fields(kind)}
"""Every field of an operation by its name; where several kinds have it, it means the same type of value."""
