"""The table of roles and areas: which role reads which kind of data, and of whom."""

from enum import IntEnum, StrEnum

from engine.access.viewer import Role


class Area(StrEnum):
    """A kind of data. Each field of the API belongs to one."""

    OPEN = "open"
    """The shape of answers, such as page information: it says nothing by itself."""
    PEOPLE = "people"
    """Ids, status, country, enrolment and places in trees."""
    NAMES = "names"
    """Names of members."""
    FIGURES = "figures"
    """Volumes, activity and ranks of a member."""
    MONEY = "money"
    """Earnings, statements, lines, and amounts of orders."""
    ORDERS = "orders"
    """Orders and their volumes."""
    CUSTOMERS = "customers"
    """Who bought or may buy: ids and names of customers, and prospects with their history."""
    EXPLANATIONS = "explanations"
    """Why a member was paid or was not."""
    RUNS = "runs"
    """Which runs there are, by period and plan."""
    TOTALS = "totals"
    """Sums, counts, hashes and checks of the whole company."""
    PLANS = "plans"
    """Plans and rules."""
    OPERATE = "operate"
    """What changes something."""
    PREPARE = "prepare"
    """Periods are put in review."""
    APPROVE = "approve"
    """The results of a period in review are approved."""
    COMMIT = "commit"
    """A period is committed, and a commit withdrawn."""


DUTIES = (Area.PREPARE, Area.APPROVE, Area.COMMIT)
"""Steps in the life of a period, which different roles can take."""
DEEDS = frozenset({Area.OPERATE, *DUTIES})
"""The areas of what somebody does; all others are data."""


class Scope(IntEnum):
    """Of whom a role reads an area."""

    NOBODY = 0
    OWN = 1
    """Of the viewer alone."""
    GROUP = 2
    """Of the viewer and of the group below."""
    ALL = 3


_ROLES = (Role.MEMBER, Role.SUPPORT, Role.FINANCE, Role.ANALYST, Role.ADMIN)
_NO, _OWN, _GROUP, _ALL = Scope

_ROWS: dict[Area, tuple[Scope, ...]] = {
    #                    member  support finance analyst admin
    Area.OPEN:          (_ALL,   _ALL,   _ALL,   _ALL,   _ALL),
    Area.PEOPLE:        (_GROUP, _ALL,   _ALL,   _ALL,   _ALL),
    Area.NAMES:         (_GROUP, _ALL,   _ALL,   _NO,    _ALL),
    Area.FIGURES:       (_GROUP, _ALL,   _ALL,   _ALL,   _ALL),
    Area.MONEY:         (_OWN,   _NO,    _ALL,   _NO,    _ALL),
    Area.ORDERS:        (_GROUP, _ALL,   _ALL,   _ALL,   _ALL),
    Area.CUSTOMERS:     (_OWN,   _ALL,   _ALL,   _NO,    _ALL),
    Area.EXPLANATIONS:  (_OWN,   _ALL,   _ALL,   _NO,    _ALL),
    Area.RUNS:          (_ALL,   _ALL,   _ALL,   _ALL,   _ALL),
    Area.TOTALS:        (_NO,    _NO,    _ALL,   _ALL,   _ALL),
    Area.PLANS:         (_ALL,   _ALL,   _ALL,   _ALL,   _ALL),
    Area.OPERATE:       (_NO,    _NO,    _NO,    _NO,    _ALL),
    Area.PREPARE:       (_NO,    _NO,    _ALL,   _NO,    _ALL),
    Area.APPROVE:       (_NO,    _NO,    _ALL,   _NO,    _ALL),
    Area.COMMIT:        (_NO,    _NO,    _NO,    _NO,    _ALL),
}  # fmt: skip

TABLE: dict[Area, dict[Role, Scope]] = {
    area: dict(zip(_ROLES, scopes, strict=True)) for area, scopes in _ROWS.items()
}
"""Of whom each role reads each area. A company's policy can open money and customers of the group,
and says who prepares, approves and commits periods."""
