"""Compliance and income disclosures by the API: the figures of the commands, for finance and admin."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from engine.access.policy import Policy
from engine.access.viewer import Role
from engine.api.identity.configuration import Access, Configuration
from engine.api.identity.identity import Identity
from engine.api.identity.tokens import made
from engine.graph.database import Graph
from engine.settings import Secret
from tests.conftest import Upline
from tests.support.api import Api
from tests.support.months import month

CONFIGURATION = Configuration(("HS256",), Secret("0123456789abcdef0123456789abcdef"))
SPREAD = """members nothing nothingShare upTo { amount members share } median
  percentiles { percent amount } mean"""
BOTH = f"""query($customers: Int!) {{
  compliance(customersNeeded: $customers) {{ plan period run currency side reasons members active earners
    customersNeeded activeFewCustomers earnersFewCustomers earnersNoCustomer volume customerVolume
    customerShare paid corrected payoutShare bonuses {{ bonus kind paid volumeShare }}
    origins {{ origin paid share }}
    withoutSale {{ memberId bonus amount reason }} withoutSaleTotal }}
  incomeDisclosure(period: "2026-11", smallest: 3, upTo: [1, 50]) {{ plan currency firstDay lastDay calendar
    periods furtherPeriods missingPeriods committed members memberPeriods neverActive enrolledWithin
    leftAtUnknown customersNotCounted smallestGroup pay {{ {SPREAD} }} net {{ {SPREAD} }}
    everyPeriod {{ {SPREAD} }} ranks {{ ranks members membersShare periods periodsShare pay {{ {SPREAD} }} }}
    expenses {{ kinds members orders amount }} purchasesInOtherCurrencies purchasesWithoutPrice corrected
    retailProfitRecorded retailProfit method }} }}"""


@pytest.fixture(scope="module")
def apis(server_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Role, Api]]:
    server_graph.batched("schema/wipe")
    month(server_graph, tmp_path_factory.mktemp("month"))
    identity = Identity(Access(Policy(), CONFIGURATION))
    with Api(server_graph, identity=identity) as api:
        seen = {}
        for role in Role:
            one = object.__new__(Api)
            token = made(CONFIGURATION, role, "1" if role is Role.MEMBER else None, 60)
            headers = {"authorization": f"Bearer {token}"}
            one.address, one.http = (
                api.address,
                type(api.http)(base_url=api.address, timeout=30, headers=headers),
            )
            seen[role] = one
        yield seen
        for one in seen.values():
            one.http.close()


def camel(value: Any) -> Any:
    """JSON of the command line with the names of the API."""
    if isinstance(value, dict):
        return {_name(key): camel(each) for key, each in value.items()}
    return [camel(each) for each in value] if isinstance(value, list) else value


def _name(key: str) -> str:
    first, *others = key.split("_")
    return first + "".join(word.title() for word in others)


def test_the_api_says_what_the_commands_say(apis: dict[Role, Api], upline: Upline) -> None:
    printed = [
        upline("compliance", "--customers", "2", "--json"),
        upline("income", "2026-11", "--smallest", "3", "--up-to", "1", "--up-to", "50", "--format", "json"),
    ]
    assert [done.returncode for done in printed] == [0, 0], printed
    report, disclosure = (camel(json.loads(done.stdout)) for done in printed)
    report["withoutSaleTotal"] = len(report["withoutSale"])
    upper = {"side": report["side"].upper()}
    upper["origins"] = [each | {"origin": each["origin"].upper()} for each in report["origins"]]
    for role in (Role.FINANCE, Role.ADMIN):
        data = apis[role].data(BOTH, customers=2)
        assert data == {"compliance": report | upper, "incomeDisclosure": disclosure}
    assert report["side"] == "sales"
    assert (report["paid"], report["earners"], report["earnersFewCustomers"]) == ("199.00", 2, 2)


def test_others_get_nothing_and_wrong_requests_are_refused_by_name(apis: dict[Role, Api]) -> None:
    for role in (Role.MEMBER, Role.SUPPORT, Role.ANALYST):
        assert apis[role].data(BOTH, customers=2) == {"compliance": None, "incomeDisclosure": None}
    refused = {
        'compliance(customersNeeded: 0) { side }': "amount",
        'incomeDisclosure(period: "2026") { members }': "periods_missing",
        'incomeDisclosure(period: "2026-11", to: "2026-10") { members }': "backwards_range",
        'incomeDisclosure(period: "2026-11", smallest: 8) { members }': "too_few_members",
        'incomeDisclosure(upTo: [0]) { members }': "amount",
        'incomeDisclosure(period: "soon") { members }': "bad_period",
    }  # fmt: skip
    codes = {query: apis[Role.ADMIN].refused(f"{{ {query} }}")[0] for query in refused}
    assert codes == refused
