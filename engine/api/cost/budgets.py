"""Budgets: what a viewer, and an address, may spend on answers; each fills up again with time.

The estimate of a query is taken before it runs, and what its answer did not cost is given back afterwards.
Several worker processes share their budgets.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from engine.api.cost.ledgers import Ledger, OwnLedger, SharedLedger
from engine.api.errors import BudgetSpentError
from engine.api.http.limits import MOST_COST
from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much a budget holds, and how much of it comes back each second; `most` 0 is without limit."""

    most: int
    per_second: int


@dataclass(frozen=True, slots=True)
class Spending:
    """What requests may cost: one request, and a viewer's and an address's in the course of time."""

    request: int = MOST_COST
    viewer: Allowance = Allowance(100_000, 2_000)
    address: Allowance = Allowance(500_000, 10_000)


def spending_of(settings: Settings) -> Spending:
    """What the settings allow."""
    return Spending(
        settings.api_request_cost,
        Allowance(settings.api_viewer_budget, settings.api_viewer_restore),
        Allowance(settings.api_address_budget, settings.api_address_restore),
    )


DEFAULT = Spending()
UNLIMITED = Spending(viewer=Allowance(0, 0), address=Allowance(0, 0))
"""No budgets: each request has its most, and nothing else. For tests and benchmarks."""


class Budgets:
    """The budgets of one kind of spender, by key.

    The clock is that of the machine: it is the same for every process that shares the ledger.
    """

    def __init__(
        self,
        allowance: Allowance,
        ledger: Ledger | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.allowance, self._clock = allowance, clock
        self._ledger: Ledger = OwnLedger() if ledger is None else ledger

    def __len__(self) -> int:
        return len(self._ledger)

    def left(self, key: str) -> float:
        """What is left of a budget now; below 0 where answers cost more than their estimates."""
        if not self.allowance.most:
            return 0.0
        lacking = max(0.0, self._ledger.read(key) - self._clock())
        return self.allowance.most - lacking * self.allowance.per_second

    def wait(self, key: str, amount: float) -> float:
        """Seconds until a budget has this much; 0 if it has it now."""
        lacking = min(amount, self.allowance.most) - self.left(key)
        return max(0.0, lacking / self.allowance.per_second) if self.allowance.most else 0.0

    def spend(self, key: str, amount: float) -> None:
        """Take an amount, or give one back where it is negative. A budget never holds more than its most."""
        if self.allowance.most:
            self._ledger.add(key, amount / self.allowance.per_second, self._clock())


@dataclass(frozen=True, slots=True)
class Purse:
    """The two budgets of one request: its viewer's and its address's. Both pay the same."""

    viewers: Budgets
    addresses: Budgets
    viewer: str
    address: str

    def take(self, amount: float) -> None:
        """Pay an estimate; raises BudgetSpentError, and takes nothing, where either budget has too little."""
        wait = max(self.viewers.wait(self.viewer, amount), self.addresses.wait(self.address, amount))
        if wait > 0:
            raise BudgetSpentError(math.ceil(wait))
        self.pay(amount)

    def pay(self, amount: float) -> None:
        """Take an amount whatever is left, or give one back where it is negative."""
        self.viewers.spend(self.viewer, amount)
        self.addresses.spend(self.address, amount)

    def shown(self) -> dict[str, int]:
        """What is left of the viewer's budget, for `extensions.cost`; nothing where it has no limit."""
        allowance = self.viewers.allowance
        if not allowance.most:
            return {}
        left = min(self.viewers.left(self.viewer), allowance.most)
        return {
            "available": max(0, math.floor(left)),
            "budget": allowance.most,
            "restoreRate": allowance.per_second,
        }


class Purses:
    """The budgets of all who ask: of viewers, and of addresses.

    With `folder`, which is there, they are shared with every process that has the same one.
    """

    def __init__(self, spending: Spending, folder: Path | None = None) -> None:
        self.request = spending.request
        self._viewers, self._addresses = (
            Budgets(allowance, None if folder is None else SharedLedger(folder / name))
            for allowance, name in ((spending.viewer, "viewers"), (spending.address, "addresses"))
        )

    def of(self, viewer: str, address: str | None) -> Purse:
        """What pays for a request: the budgets of a viewer, by subject, and of an address."""
        return Purse(self._viewers, self._addresses, viewer, network(address or ""))


def network(address: str) -> str:
    """An address as it counts: of IPv6 the network of 64 bits, all of whose addresses one client has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
