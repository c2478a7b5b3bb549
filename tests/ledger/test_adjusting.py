"""What somebody books by hand: once for each request, for a reason, approved where the company says so."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engine.errors import UplineError
from engine.genealogy.changes.requests import KeyReusedError, request
from engine.genealogy.refusals import ReasonMissingError, SamePersonError, UnknownMemberError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from engine.ledger import auditing
from engine.ledger.adjusting import (
    TYPES,
    BadAdjustmentError,
    CurrencyMissingError,
    NotReversibleError,
    PostingDecidedError,
    UnknownPostingError,
    adjust,
    approve,
    posting,
    postings,
    reject,
    reverse,
)
from engine.ledger.balances import balances
from engine.ledger.rules import BadLedgerRuleError, rules_of, set_rules, shown
from engine.period import period
from engine.periods.committing import commit
from engine.plans.reader import read
from engine.run import run
from tests.ledger.test_posting import COMPANY_OF_FOUR, SEPTEMBER, owed, sums
from tests.support.companies import written


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Graph:
    """Its September is committed: 1 is owed 5.00, 11 10.00, 111 1.00."""
    path = written(tmp_path, COMPANY_OF_FOUR)
    import_company(graph, tmp_path)
    run(graph, read(path, None), period(SEPTEMBER))
    commit(graph, SEPTEMBER)
    return graph


def refused(error: type[UplineError], work: Callable[[], Any]) -> str:
    with pytest.raises(error) as raised:
        work()
    return str(raised.value)


def test_an_amount_is_booked_and_taken_back(company: Graph) -> None:
    own = request("ann", "k", "adjust", {"amount": "-12.50"})

    def deduct() -> Any:
        return adjust(company, "11", "-12.50", type="correction", reason="twice", actor="ann", request=own)

    done = deduct()
    assert (done.number, done.kind, done.state, done.amount, done.batch) == (
        1,
        "adjustment",
        "booked",
        -1250,
        2,
    )
    assert deduct() == done  # the same request books once
    other = request("ann", "k", "adjust", {"amount": "-13.00"})
    refused(KeyReusedError, lambda: adjust(company, "11", "1", type="other", reason="x", request=other))
    assert owed(company) == sums(SEPTEMBER) | {"11": -250}
    back = reverse(company, 1, reason="it was right")
    assert (back.kind, back.amount, back.reverses, back.type) == ("reversal", 1250, 1, "correction")
    assert owed(company) == sums(SEPTEMBER)
    assert "by posting 2" in refused(NotReversibleError, lambda: reverse(company, 1, reason="again"))
    refused(NotReversibleError, lambda: reverse(company, 2, reason="a reversal"))
    refused(UnknownPostingError, lambda: reverse(company, 9, reason="x"))
    assert [each.number for each in postings(company)] == [2, 1]
    assert postings(company, member_id="12") == []
    assert auditing.audit(company) == []


def test_what_is_no_adjustment_is_refused(company: Graph) -> None:
    for amount in ("0", "0.00", "1.005", "ten", "nan", "1e30"):
        refused(BadAdjustmentError, partial(adjust, company, "11", amount, type="other", reason="x"))
    assert "goodwill" in TYPES
    refused(BadAdjustmentError, lambda: adjust(company, "11", "1", type="gift", reason="x"))
    refused(
        BadAdjustmentError, lambda: adjust(company, "11", "1", type="other", reason="x", currency="dollars")
    )
    refused(UnknownMemberError, lambda: adjust(company, "nobody", "1", type="other", reason="x"))
    refused(ReasonMissingError, lambda: adjust(company, "11", "1", type="other", reason=" "))
    yen = adjust(company, "11", "500", type="opening", reason="from before", currency="JPY")
    assert (yen.cash.digits, yen.amount) == (0, 500)
    assert [(each.cash.currency, each.payable) for each in balances(company, ["11"])["11"]] == [
        ("JPY", 500), ("USD", 1000),
    ]  # fmt: skip
    refused(CurrencyMissingError, lambda: adjust(company, "11", "1", type="other", reason="x"))
    assert (len(postings(company)), auditing.audit(company)) == (1, [])


def test_another_person_approves(company: Graph) -> None:
    set_rules(company, two_person=True, actor="ann")
    first, second = (
        adjust(company, "11", amount, type="award", reason="prize", actor="ann") for amount in ("7", "9")
    )
    assert (first.state, first.batch, owed(company)) == ("proposed", None, sums(SEPTEMBER))
    refused(SamePersonError, lambda: approve(company, 1, actor="ann"))
    refused(NotReversibleError, lambda: reverse(company, 1, reason="x"))
    done = approve(company, 1, actor="bob", reason="seen")
    assert (done.state, done.batch, done.decided_by) == ("booked", 2, "bob")
    assert approve(company, 1, actor="bob") == done
    refused(PostingDecidedError, lambda: approve(company, 1, actor="cem"))
    refused(PostingDecidedError, lambda: reject(company, 1, actor="bob", reason="late"))
    refused(ReasonMissingError, lambda: reject(company, 2, actor="bob", reason=""))
    assert reject(company, second.number, actor="bob", reason="no receipt").state == "rejected"
    assert [each.number for each in postings(company, "rejected")] == [2]
    assert owed(company) == sums(SEPTEMBER) | {"11": 1700}
    back = reverse(company, 1, reason="no prize", actor="bob")
    assert "posting 3 (proposed)" in refused(NotReversibleError, lambda: reverse(company, 1, reason="again"))
    reject(company, back.number, actor="bob", reason="it is one")
    approve(company, reverse(company, 1, reason="no prize after all", actor="bob").number, actor="ann")
    assert owed(company) == sums(SEPTEMBER)
    assert posting(company, 4).reverses == 1
    assert auditing.audit(company) == []


def test_rules_are_kept_one_by_one(company: Graph) -> None:
    number = set_rules(company, minimum={"USD": "25.00", "JPY": "3000"}, reason="month end")
    assert set_rules(company, fee={"USD": "1.5"}, withholding={"US": "0.24", "*": "0.1"}) == number + 1
    set_rules(company, minimum={"JPY": "0"}, unpaid=["suspended"])
    assert shown(company) == {
        "two_person": False, "together": False, "minimum": {"USD": "25.00"}, "fee": {"USD": "1.50"},
        "withholding": {"*": "0.1", "US": "0.24"}, "unpaid": ["suspended"],
    }  # fmt: skip
    set_rules(company, unpaid=[], two_person=True)
    now = rules_of(company.read)
    assert (now.two_person, now.minimum, now.unpaid) == (True, {"USD": 2500}, ())
    for wrong in (
        {}, {"minimum": {"USD": "-1"}}, {"fee": {"USD": "x"}}, {"withholding": {"US": "1.5"}},
        {"unpaid": ["asleep"]}, {"minimum": {"USD": "0.001"}}, {"fee": {"us dollar": "1"}},
    ):  # fmt: skip
        refused(BadLedgerRuleError, partial(set_rules, company, **wrong))
