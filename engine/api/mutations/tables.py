# mypy: allow-untyped-calls
"""The input types of the rows of company tables: one for each table, with the columns of `engine/intake`."""

from typing import Any

from graphene import ID, Enum, InputField, InputObjectType, List, NonNull, String

from engine.api.mutations.payloads import COLUMNS, camel
from engine.intake.tables import LAYOUTS

NUMBER = 'As text, exact, such as "12.50".'
DAY = "A day such as 2026-11-01."
FIELDS: dict[str, dict[str, str]] = {
    "members": {
        "member_id": "! The company's own id of the member.",
        "sponsor_id": "Who brought the member in; none for a root.",
        "enrolled_on": f"! The day of enrolment. {DAY}",
        "name": "The name.",
        "placement_id": "The first parent in the placement tree; none for a root, and for who waits to be "
        "placed.",
        "leg": "The leg below that parent, such as left, right or 3.",
        "status": "active, suspended, terminated or customer; by default active.",
        "country": "The country's code.",
        "owner_id": "The id of the person, where one person has several places.",
    },
    "customers": {
        "customer_id": "! The company's own id of the customer.",
        "member_id": "! The member whose customer it is.",
        "name": "The name.",
        "since": f"Since when. {DAY}",
        "became": "The member that the customer has become.",
    },
    "prospects": {
        "prospect_id": "! The company's own id of the prospect.",
        "member_id": "! The member whose prospect it is.",
        "name": "The name.",
        "source": "Where the prospect comes from, such as fair.",
        "status": "new, contacted, presented, following_up, lost, customer or member; by default new.",
        "since": f"Since when. {DAY}",
        "became": "The customer or the member that the prospect has become.",
    },
    "orders": {
        "order_id": "! The company's own id of the order.",
        "ordered_at": "! When, such as 2026-11-02T10:00:00Z; without an offset in the company's time zone.",
        "member_id": "! The member to whom it is credited.",
        "kind": "! The kind, such as sale or refund.",
        "qualifying_volume": f"! Volume that counts for activity and ranks. {NUMBER}",
        "commissionable_volume": f"! Volume that bonuses pay on. {NUMBER}",
        "amount": f"! What was paid. {NUMBER}",
        "currency": "! The currency's code, such as USD.",
        "customer_id": "The customer who bought it, if it was one.",
        "refund_of": "Of a refund: the order that it takes back.",
        "counted_at": "From when on a late order counts, as an export says it; otherwise left out.",
    },
    "moves": {
        "member_id": "! The member who moves.",
        "tree": "! sponsor or placement.",
        "parent_id": "The new parent; none makes a root.",
        "effective_on": f"! From which day on. {DAY}",
        "leg": "The leg below the new parent.",
        "recorded_at": "When it was decided; by default now.",
        "actor": "Who decided it.",
        "reason": "Why.",
    },
    "facts": {
        "member_id": "! The member.",
        "name": "! The fact's name.",
        "value": "! A whole number, as text.",
        "period": "The period, such as 2026-11; by default every period.",
    },
    "overrides": {
        "member_id": "! The member.",
        "kind": "! active, exempt or rank.",
        "first_period": "! The first period or day.",
        "value": "Of a rank: its name.",
        "last_period": "The last period or day; by default none.",
        "actor": "Who grants it.",
        "reason": "Why.",
    },
    "outside_earnings": {
        "member_id": "! The member.",
        "period": "! The period, such as 2026-11.",
        "bonus": "! The bonus in the plan.",
        "amount": f"! The amount. {NUMBER}",
        "currency": "The currency's code.",
    },
    "openings": {
        "member_id": "! The member.",
        "plan": "! The plan's name.",
        "period": "! The period before the first one.",
        "kind": "! What is brought along, such as leg or rank.",
        "value": "! Its value, as text.",
        "name": "Which one, such as the bonus.",
        "part": "Which part of it, such as the leg.",
    },
}
"""What each column is; `!` where it must be given."""
NAMES = {
    "members": (
        "MemberRow",
        "A member, or a change of one: the row replaces name, status, country and owner.",
    ),
    "customers": ("CustomerRow", "A customer of a member."),
    "prospects": ("ProspectRow", "A prospect of a member, or a change of one."),
    "orders": ("OrderRow", "An order, or a refund."),
    "moves": ("MoveRow", "A move in one of the trees."),
    "facts": ("FactRow", "A fact that the company's rules read."),
    "overrides": ("OverrideRow", "What the company grants a member."),
    "outside_earnings": ("OutsideEarningRow", "What a member earned elsewhere."),
    "openings": ("OpeningRow", "What the company brings along for a member."),
}
COLUMNS.update({layout.name: frozenset(map(camel, layout.columns)) for layout in LAYOUTS})


def _row_type(table: str) -> type[InputObjectType]:
    name, description = NAMES[table]
    fields: dict[str, Any] = {}
    for column, text in FIELDS[table].items():
        kind = ID if column.endswith("_id") else String
        fields[column] = kind(required=text.startswith("! "), description=text.removeprefix("! "))
    meta = type("Meta", (), {"description": description})
    made: type[InputObjectType] = type(name, (InputObjectType,), {**fields, "Meta": meta})
    return made


ROWS = {table: _row_type(table) for table in NAMES}
"""The input type of each table's rows."""


def rows_of(table: str) -> InputField:
    """The argument that takes rows of one table."""
    return InputField(List(NonNull(ROWS[table])), description=f"Rows of the table `{table}`.")


Table = Enum(
    "CompanyTable",
    [(layout.name.upper(), layout.name) for layout in LAYOUTS],
    description=lambda value: f"The table `{value.value}`." if value else "A table of a company.",
)
