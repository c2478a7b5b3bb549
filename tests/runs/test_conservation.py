"""Conservation of money, checked for all that both engines compute (tests/support/family.py)."""

from tests.support.conservation import losses, lost, unearned


def test_a_loss_is_seen() -> None:
    row = {
        "bonus": "B", "period": "2026-11", "budget": "10", "paid_exact": "6", "breakage": "4", "paid": "5",
        "rounding": "-1", "cut": "0", "reasons": '{"rank": "4"}',
    }  # fmt: skip
    assert list(lost(row)) == []
    assert len(list(lost(row | {"breakage": "3"}))) == 3
    assert len(list(lost(row | {"cut": "1"}))) == 1
    earning = {"bonus": "B", "period": "2026-11", "amount": "4", "cut": "0", "exact": "6", "rounding": "-1"}
    assert len(list(unearned([row], [earning]))) == 1
    earned = earning | {"amount": "5"}
    assert losses([row], [earned]) == []
    assert len(losses([row | {"cut": "1"}], [earned])) == 2
