# mypy: allow-untyped-calls
"""What a change of people and trees can have changed."""

from graphene import Enum

from engine.api.types.scalars import described


class ChangedThing(Enum):
    """What a change has changed of a member, a customer or a prospect."""

    ENROLLED = "enrolled"
    SPONSOR = "sponsor"
    PLACEMENT = "placement"
    STATUS = "status"
    OWNER = "owner"
    CUSTOMER = "customer"
    CUSTOMER_ADDED = "customer_added"
    BECAME = "became"
    STAYED = "stayed"
    CAME_FROM = "came_from"
    PROSPECT = "prospect"
    PROSPECT_ADDED = "prospect_added"
    PROSPECT_NAME = "prospect_name"
    PROSPECT_SOURCE = "prospect_source"
    PROSPECT_STATUS = "prospect_status"
    PROSPECT_BECAME = "prospect_became"

    description = described(
        {
            "enrolled": "Somebody is a member now; the value is the status.",
            "sponsor": "The sponsor.",
            "placement": "The parent in the placement tree.",
            "status": "The status.",
            "owner": "The owner.",
            "customer": "The member whom a customer belongs to.",
            "customer_added": "Somebody is a customer now; the value is the member whose customer it is.",
            "became": "The member that a customer has become.",
            "stayed": "A member could not be rolled up, and keeps the group; the value is the tree.",
            "came_from": "The prospect that a customer was.",
            "prospect": "The member whom a prospect belongs to.",
            "prospect_added": "Somebody is a prospect now; the value is the member whose prospect it is.",
            "prospect_name": "The name of a prospect.",
            "prospect_source": "Where a prospect comes from.",
            "prospect_status": "How far a prospect has come.",
            "prospect_became": "The customer or the member that a prospect has become.",
        }
    )
