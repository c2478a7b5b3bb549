"""What a bonus requires of its payees: without it a member is paid nothing; the company keeps the share."""

from dataclasses import replace
from fractions import Fraction

from .bonuses import Payout, Share, State, meets
from .plan import Bonus


def hold(bonus: Bonus, state: State, payout: Payout) -> Payout:
    """Take from a payout the shares of members who lack a requirement, and what their rank left of them."""
    held: list[Share] = []
    for share in payout.shares:
        last = held[-1] if held else None
        if share.payee_id is None or meets(bonus, state, share.payee_id):
            held.append(share)
        elif share.reason is None:
            held.append(replace(share, rate=Fraction(0), reason="requirement"))
        elif last and last.reason == "requirement" and _line(last) == _line(share):
            held[-1] = replace(last, exact=last.exact + share.exact)
        else:
            held.append(share)
    payout.shares = held
    return payout


def _line(share: Share) -> tuple[object, ...]:
    return share.payee_id, share.order, share.level, share.base
