"""Why an operation on the trees is refused: one class for each reason, the same through every door."""

from engine.errors import UplineError


class NotDoneError(UplineError):
    """One operation cannot be done, and has changed nothing; others may be done.

    `field` names what is wrong with it, as the operation calls it, such as ``sponsor_id``.
    """

    def __init__(self, what: str, field: str | None = None, todo: str | None = None) -> None:
        super().__init__(what, None, todo)
        self.field = field


class ReasonMissingError(UplineError):
    """Whoever does this says why."""


class SamePersonError(UplineError):
    """Who has prepared something does not approve it, and who approves results does not commit them."""


class UnknownMemberError(NotDoneError):
    """Nobody has that member id."""


class UnknownCustomerError(NotDoneError):
    """No customer has that id."""


class UnknownProspectError(NotDoneError):
    """No prospect has that id."""


class ProspectExistsError(NotDoneError):
    """The id of a new prospect is taken."""


class MemberExistsError(NotDoneError):
    """The id of a new member is taken."""


class BadIdError(NotDoneError):
    """The id of an owner, or of somebody new, is empty, too long, or has control signs."""


class BadTextError(NotDoneError):
    """A name, a country or a source is longer than a text can be, or has control signs."""


class SponsorMissingError(NotDoneError):
    """A new member has no sponsor, and is not said to be a root."""


class CannotSponsorError(NotDoneError):
    """A customer, or a member who is terminated, recruits nobody."""


class CircleError(NotDoneError):
    """Somebody would be above themselves on some day."""


class BeforeEnrolmentError(NotDoneError):
    """The day is before somebody's enrolment, or before the customer or prospect was one."""


class FutureDayError(NotDoneError):
    """Nobody can be enrolled on a later day than today."""


class LaterChangeError(NotDoneError):
    """A later day has changed the same already."""


class NothingChangesError(NotDoneError):
    """Everything is as the operation would make it."""


class StillWaitingError(NotDoneError):
    """The member waits in the holding tank, or did on that day, and has no place to be moved from."""


class GroupCannotRollUpError(NotDoneError):
    """Whoever is directly below has nowhere to go when the member moves alone."""


class MembersOrRuleError(NotDoneError):
    """Members are named and a rule that finds them is given too, or neither is."""


class TooFewRunsError(NotDoneError):
    """There are not as many complete periods as the rule looks back on."""


class WrongStatusError(NotDoneError):
    """A member or a prospect of that status cannot take the step."""


class RootHasNoPlaceError(NotDoneError):
    """A root has nobody above, so nobody can take its place."""


class UnknownChangeError(NotDoneError):
    """There is no change of that number."""


class CannotTakeBackError(NotDoneError):
    """The change is none that can be taken back, or something rests on it."""


class PeriodCommittedError(NotDoneError):
    """A day, an order or a run belongs to a period that is committed: what it was paid on cannot change."""
