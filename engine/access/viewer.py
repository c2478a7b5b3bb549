"""The viewer: who asks, with which role, and as which member."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a viewer is to the company; `areas` says what each role reads."""

    MEMBER = "member"
    SUPPORT = "support"
    FINANCE = "finance"
    ANALYST = "analyst"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. The role member has a `member_id`; `expires_at` (UTC) is None where nothing expires."""

    subject: str
    role: Role
    member_id: str | None = None
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.role is Role.MEMBER and not self.member_id:
            raise ValueError("a viewer with the role member has a member id")
