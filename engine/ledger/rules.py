"""The company's rules for the ledger: who approves, and what is paid when.

They live on the company's node, as its rules for periods do, and each change of them is a numbered change.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import UplineError
from engine.genealogy.changes.lane import Company, currencies_of, read_company
from engine.genealogy.changes.ledger import keep_ledger_rules
from engine.genealogy.changes.requests import Request
from engine.genealogy.changes.undo import settle
from engine.graph.database import Ask, Graph
from engine.money import CODE, RATE_SCALE, AmountError, in_currency, scaled
from engine.ranges import AMOUNT, SHARE

EVERYWHERE = "*"
"""The country of a rule for all countries that have none of their own."""
STATUSES = ("active", "suspended", "terminated", "customer")


class BadLedgerRuleError(UplineError):
    """A rule for the ledger is none."""


@dataclass(frozen=True, slots=True)
class LedgerRules:
    """The rules. Amounts are minor units by currency; shares are millionths by country.

    `two_person`: another person approves what is booked by hand. `together`: the positions of one owner are
    paid together. `minimum`: less than that is not paid, and
    stays for later. `fee`: what a payment costs the member. `withholding`: the share of a payment that is
    kept for the authorities, by country, ``*`` for all others. `unpaid`: the statuses of members to whom
    nothing is paid.
    """

    two_person: bool = False
    minimum: Mapping[str, int] = field(default_factory=dict)
    fee: Mapping[str, int] = field(default_factory=dict)
    withholding: Mapping[str, int] = field(default_factory=dict)
    unpaid: tuple[str, ...] = ()
    together: bool = False

    @property
    def facts(self) -> dict[str, Any]:
        """The properties of the company's node; null for what is not set."""
        return {
            "ledger_two_person": self.two_person or None,
            "ledger_minimum": _listed(self.minimum),
            "ledger_fee": _listed(self.fee),
            "ledger_withholding": _listed(self.withholding),
            "ledger_unpaid": list(self.unpaid) or None,
            "ledger_together": self.together or None,
        }


def rules_of(ask: Ask) -> LedgerRules:
    """The rules as a statement sees them."""
    facts = ask("ledger/rules")[0]["rules"] or {}
    minimum, fee, withholding = (
        currencies_of(facts.get(f"ledger_{name}")) for name in ("minimum", "fee", "withholding")
    )
    unpaid = tuple(facts.get("ledger_unpaid") or ())
    two_person, together = (bool(facts.get(f"ledger_{name}")) for name in ("two_person", "together"))
    return LedgerRules(two_person, minimum, fee, withholding, unpaid, together)


def set_rules(
    graph: Graph,
    *,
    two_person: bool | None = None,
    minimum: Mapping[str, str] | None = None,
    fee: Mapping[str, str] | None = None,
    withholding: Mapping[str, str] | None = None,
    unpaid: Sequence[str] | None = None,
    together: bool | None = None,
    actor: str = "upline",
    reason: str = "",
    request: Request | None = None,
) -> int:
    """Keep the company's rules for the ledger, as a change of its own; None leaves a rule as it is.

    Amounts and shares are decimal text, by currency or country; 0 takes a rule of one away, and the others
    stay. Returns the number of the change. Raises BadLedgerRuleError and KeyReusedError.
    """
    if all(each is None for each in (two_person, minimum, fee, withholding, unpaid, together)):
        raise BadLedgerRuleError("no rule is named", todo="Say which rule is to be another one.")
    settle(graph)

    def merged(ask: Ask, company: Company) -> dict[str, Any]:
        now, known = rules_of(ask), currencies_of(ask("ledger/currencies")[0]["currencies"])

        def amounts(name: str, given: Mapping[str, str] | None) -> dict[str, int]:
            read = {
                code: _amount(f"the {name} in {code}", text, code, known.get(code, company.digits(code)))
                for code, text in (given or {}).items()
            }
            return _without_zero({**getattr(now, name), **read})

        shares = {country: _share(country, text) for country, text in (withholding or {}).items()}
        return LedgerRules(
            now.two_person if two_person is None else two_person,
            amounts("minimum", minimum),
            amounts("fee", fee),
            _without_zero({**now.withholding, **shares}),
            now.unpaid if unpaid is None else _statuses(unpaid),
            now.together if together is None else together,
        ).facts

    return keep_ledger_rules(graph, merged, actor=actor, reason=reason, request=request)


def _amount(what: str, text: str, code: str, digits: int) -> int:
    if not re.fullmatch(CODE, code):
        raise BadLedgerRuleError(f"{code!r} is no currency", todo="Write it as USD=25.00.")
    cash = in_currency(code, digits)
    try:
        return AMOUNT.checked(scaled(text, 10**cash.digits, what), what)
    except AmountError as error:
        raise BadLedgerRuleError(error.what, todo=f"Write it as {code}={cash.amount(2500)}.") from error


def _share(country: str, text: str) -> int:
    try:
        return SHARE.read(text, f"the share withheld in {country}")
    except AmountError as error:
        raise BadLedgerRuleError(
            error.what, todo=f"Write it as {country}=0.24, from 0 to {_one()}."
        ) from error


def _one() -> str:
    return SHARE.text(RATE_SCALE)


def _statuses(listed: Sequence[str]) -> tuple[str, ...]:
    for each in listed:
        if each not in STATUSES:
            raise BadLedgerRuleError(f"{each!r} is no status", todo=f"Use {', '.join(STATUSES)}.")
    return tuple(dict.fromkeys(listed))


def _without_zero(rules: Mapping[str, int]) -> dict[str, int]:
    return {key: value for key, value in sorted(rules.items()) if value}


def _listed(rules: Mapping[str, int]) -> list[str] | None:
    return [f"{key}={value}" for key, value in rules.items()] or None


def shown(graph: Graph) -> dict[str, Any]:
    """The rules as people and programs read them: amounts and shares as decimal text."""
    now, company = rules_of(graph.read), read_company(graph)
    known = currencies_of(graph.value("ledger/currencies"))

    def amounts(of: Mapping[str, int]) -> dict[str, str]:
        return {
            code: in_currency(code, known.get(code, company.digits(code))).amount(value)
            for code, value in of.items()
        }

    return {
        "two_person": now.two_person, "together": now.together, "minimum": amounts(now.minimum),
        "fee": amounts(now.fee),
        "withholding": {country: SHARE.text(share) for country, share in now.withholding.items()},
        "unpaid": list(now.unpaid),
    }  # fmt: skip
