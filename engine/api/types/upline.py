# mypy: allow-untyped-calls
"""The type for members above as members see them: a level, and what the company shows of them."""

from graphene import Int, ObjectType, String


class UplineMember(ObjectType):
    """A member above, as far as the company shows the upline: no figures, no money, and no id."""

    level = Int(required=True, description="The number of levels up; 1 for the member directly above.")
    name = String(description="Today's name, or its first letters; null if the company shows none.")
    rank = String(description="The rank that is paid; null if the company shows none.")
