"""Every way in which the company's state changes, and what that does to live figures."""

from collections.abc import Mapping
from typing import Literal

Effect = Literal["followed", "followed by member", "built anew"]

OPERATIONS: Mapping[str, Effect] = {
    "members_added": "followed by member",
    "members_updated": "followed by member",
    "sponsor_moves": "followed by member",
    "placement_moves": "followed by member",
    "members_placed": "followed by member",
    "facts_added": "built anew",
    "facts_corrected": "built anew",
    "overrides_added": "built anew",
    "overrides_corrected": "built anew",
    "openings_added": "built anew",
    "openings_corrected": "built anew",
    "outside_earnings_added": "built anew",
    "outside_earnings_corrected": "built anew",
    "one_tree_set": "built anew",
    "orders_added": "followed",
    "corrections_added": "built anew",
    "corrections_moved": "built anew",
    "customers_added": "followed",
    "customers_updated": "followed",
    "prospects_added": "followed",
    "prospects_updated": "followed",
    "time_zone_set": "followed",
    "refund_rules_set": "followed",
    "preferences_set": "followed",
    "currencies_set": "followed",
    "period_rules_set": "followed",
    "ledger_rules_set": "followed",
}
"""Every way in which the company's state changes, and what that does to live figures: standings hold nothing
of customers, of prospects and of settings for tables, and new orders are counted into them; what changes
members, the trees too, is looked up for each member whom the change names; anything else makes other
figures."""
FOLLOWED = tuple(name for name, effect in OPERATIONS.items() if effect == "followed")
"""What live figures follow. It disturbs no run: those count the orders of their own changes alone."""
UNDISTURBED = (*FOLLOWED, "corrections_added")
"""The same, and refunds of committed periods, with which live figures are built anew."""
BY_MEMBER = tuple(name for name, effect in OPERATIONS.items() if effect == "followed by member")
