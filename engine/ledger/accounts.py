"""The accounts of the ledger, and what moves between them.

An amount above zero is a credit: on a member's account the company owes it. An amount below zero is a debit.
The entries of a batch add up to zero in each currency.
"""

from collections.abc import Mapping

COMPANY = ""
"""The owner of the company's own accounts; a member's are owned by the member's id."""
PAYABLE, HELD, RECOVERABLE = "payable", "held", "recoverable"
MEMBER_ACCOUNTS: Mapping[str, str] = {
    PAYABLE: "what the company owes the member; below zero the member owes it, and later earnings settle it",
    HELD: "what is earned and not yet due",
    RECOVERABLE: "what the member owes beyond what one payment may take",
}
"""The accounts that each member has, by kind."""
COMPANY_ACCOUNTS: Mapping[str, str] = {
    "commission": "what the company has spent on pay",
    "adjustments": "what was booked by hand",
    "forfeited": "what was held and never released",
    "fees": "fees that were kept from payments",
    "tax": "tax that was withheld, and is owed to the authorities",
    "transit": "payments under way",
    "bank": "payments that have left the bank",
    "exchange": "what was exchanged into another currency",
}
"""The company's own accounts, by kind."""
EVENTS: Mapping[str, tuple[str, str]] = {
    "earned": ("commission", PAYABLE),
    "corrected": ("commission", PAYABLE),
    "adjusted": ("adjustments", PAYABLE),
    "held": (PAYABLE, HELD),
    "released": (HELD, PAYABLE),
    "forfeited": (HELD, "forfeited"),
}
"""What entries come of: the account that an amount above zero is debited to, and the one credited."""
