"""What commands change, mutations change too, with the same options; what they leave out has its reason."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from engine.api.mutations.payloads import camel
from engine.api.schema import schema
from engine.cli import COMMANDS, program
from engine.graph.database import Graph
from engine.passes.record import complete, result
from tests.api.test_api_mutations import IMPORT, ORDER, RUN, codes, done
from tests.commands.test_option_bounds import commands
from tests.passes.test_chain import PLAN, Company
from tests.support.api import Api
from tests.support.months import PERIOD, month
from tests.support.serving import eventually

WRITING = {
    "place": "placeMember", "run": "runPeriod", "live": "refreshLiveFigures", "import": "importRows",
    "member enroll": "enrollMember", "member move": "moveMember", "member sponsor": "changeSponsor",
    "member swap": "swapMembers", "member suspend": "suspendMember", "member reinstate": "reinstateMember",
    "member terminate": "terminateMember", "member owner": "changeOwner",
    "member customer": "moveCustomer", "member enroll-customer": "enrollCustomer",
    "member roll-up": "rollUpMember", "member roll-up-all": "rollUpMembers",
    "member merge": "mergeMembers",
    "prospect add": "addProspect", "prospect update": "updateProspect",
    "prospect convert": "convertProspect",
    "member take-back": "takeBack", "prefer": "preferPlacement",
    "operations": "performOperations",
    "ledger adjust": "adjustBalance", "ledger reverse": "reverseAdjustment",
    "ledger approve": "approvePosting", "ledger reject": "rejectPosting", "ledger hold": "holdBalance",
    "ledger release": "releaseHold", "ledger forfeit": "forfeitHold", "ledger rules": "setLedgerRules",
    "ledger end-holds": "endHolds",
    "period review": "reviewPeriod", "period reopen": "reopenPeriod", "period approve": "approvePeriod",
    "what-if compute": "computeWhatIf", "what-if remove": "removeWhatIf",
    "period commit": "commitPeriod", "period withdraw": "withdrawPeriod", "period rules": "setPeriodRules",
    "run archive": "archiveRun", "run verify": "verifyRun",
}  # fmt: skip
"""Commands that change the company's state or its results, and the mutation that does the same."""
OTHER = {
    "server": "is about the server itself",
    "plan": "reads plan files", "rules": "is about files of rules", "mapping": "is about files",
    "sample": "writes files", "compute": "works in a database of its own, from files to files",
    "export": "writes files", "rollup": "writes files, which an import takes in",
    "demo": "is a sample, for a database of its own", "token": "would give power to who has a token",
    "serve": "is this server", "schema": "prints a file",
    "verify": "is about files",
    "runs": "reads", "check": "reads", "statement": "reads", "explain": "reads", "tree": "reads",
    "corrections": "reads",
    "members": "reads", "downline": "reads", "rank": "reads", "near": "reads", "cypher": "reads",
    "report": "reads", "compliance": "reads", "income": "reads", "ledger": "reads, where it writes nothing",
    "period": "`list` and `show` read",
    "what-if": "`list` and `compare` read, which `whatIfs` and `whatIf` do",
    "prospect": "reads, where it writes nothing: list, show",
}  # fmt: skip
"""Commands without a mutation, and why."""
NAMES = {
    "members": ("memberId",), "under": ("byHand", "parentId"), "leg": ("byHand", "leg"), "rule": ("byRule",),
    "width": ("byRule",), "depth": ("byRule",), "options": ("byRule",), "key": ("idempotencyKey",),
    "sponsor": ("sponsorId",), "owner": ("ownerId",), "to": ("sponsorId", "ownerId", "memberId"),
    "as_member": ("memberId",), "as_customer": ("customerId",), "of": ("memberId",),
    "prospect": ("prospectId",), "change": ("number",), "period_name": ("period",),
    "plan_file": ("planText",), "refund_rule": ("refundRules",), "currency": ("currencies",),
    "directory": ("members",), "member": ("memberId",), "window": ("windowDays",), "company": ("memberId",),
    "file": ("operations",), "posting": ("number",), "kind": ("type",), "into": ("memberId",),
    "set_": ("settings",), "move": ("moves",), "rank": ("ranks",),
}  # fmt: skip
"""What options are called in mutations, where they are not called the same."""
PREVIEW, DUE = "previewChange", "placeDue"
"""The mutations for the option --preview of all commands of operations, and for `place --due`."""
EVERYWHERE = {"json": "answers are JSON", "actor": "the viewer does it", "preview": f"is `{PREVIEW}`"}
LEFT_OUT = {
    "place waited": "one request places one member, so that its errors are that member's",
    "place due": "is `placeDue`", "prefer none": "without `byRule` there is none",
    "live members": "`Member.live` shows volumes", "live kept": "`Member.live` shows what is kept",
    "live check": "is a check of the engine, for operators",
    "import refusals": "refused rows are in `errors`", "import mapping": "rows have our columns already",
    "import offline": "is for millions of rows",
    "operations refusals": "refused rows are in `errors`",
    "run archive to": "a server has one folder of archives", "run verify archives": "the same",
}  # fmt: skip
"""Options that the mutation does not have, and why."""
TRIAL = """query($number: Int!) { runProgress(number: $number) { state percent period
  trial { members resultsHash notes bonuses { bonus kind payees lines paid { amount currency } } } } }"""


@pytest.fixture
def api(graph: Graph) -> Iterator[Api]:
    with Api(graph) as api:
        yield api


FUNCTIONS = {" ".join(words): function for words, function in commands(program())}


def test_every_command_has_a_mutation_or_a_reason() -> None:
    without = {name for name in FUNCTIONS if name not in WRITING and name.split()[0] not in OTHER}
    assert without == set(), "give the new command a mutation, or a reason"
    assert WRITING.keys() <= FUNCTIONS.keys()
    assert OTHER.keys() <= COMMANDS.keys()
    mutation = schema.graphql_schema.mutation_type
    assert mutation is not None
    assert {*WRITING.values(), PREVIEW, DUE} == set(mutation.fields)


def test_every_option_of_a_writing_command_is_one_of_the_mutation() -> None:
    mutation = schema.graphql_schema.mutation_type
    assert mutation is not None
    seen, missing = set(), []
    for command, field in WRITING.items():
        kind = get_named_type(mutation.fields[field].args["input"].type)
        assert isinstance(kind, GraphQLInputObjectType)
        for name in inspect.signature(FUNCTIONS[command]).parameters:
            option = f"{command} {name}"
            seen.add(option)
            called = {camel(name), *NAMES.get(name, ())}
            if name not in EVERYWHERE and option not in LEFT_OUT and not called & kind.fields.keys():
                missing.append(option)
    assert missing == [], "give it to the mutation, or a reason to LEFT_OUT"
    assert LEFT_OUT.keys() <= seen


def test_a_chain_computes_the_earlier_period_first(graph: Graph, tmp_path: Path, api: Api) -> None:
    company = Company(graph, tmp_path, PLAN)
    company.sell(("L", "2026-01-10", 100), ("R", "2026-01-10", 40), ("R", "2026-02-10", 30))
    company.compute("2026-01", "2026-02")
    before = company.paid("2026-02")
    company.sell(("R", "2026-01-20", 10))
    alone = done(api, RUN, period="2026-02", trial=True)
    assert any("2026-01" in note and "out of date" in note for note in alone["notes"])
    eventually(lambda: progress(api, alone["progress"]["number"])["state"] == "TRIED", 60)
    begun = done(api, RUN, period="2026-02", chain=True, idempotencyKey="c")
    assert begun["notes"] == ["2026-01 is out of date, so it is computed first"]
    assert begun["progress"]["period"] == "2026-01"
    eventually(lambda: result(graph, "2026-02").number > begun["progress"]["number"], 60)
    assert company.stale("2026-02") == []
    assert company.paid("2026-02") == before
    again = done(api, RUN, period="2026-02", chain=True, idempotencyKey="c")
    assert again["progress"]["number"] == result(graph, "2026-02").number
    assert len(complete(graph)) == 2


def progress(api: Api, number: int) -> dict[str, Any]:
    return dict(api.data(TRIAL, number=number)["runProgress"])


def test_a_trial_says_what_it_would_pay_and_keeps_nothing(graph: Graph, tmp_path: Path, api: Api) -> None:
    """By hand: Unilevel pays 159.00, and 318.00 at twice the rates."""
    kept = month(graph, tmp_path)
    text = kept.plan_text.replace('"0.10"', '"0.20"').replace('"0.05"', '"0.10"')
    assert codes(done(api, RUN, period=PERIOD, planText=text)) == ["other_plan_text"]
    begun = done(api, RUN, period=PERIOD, planText=text, trial=True, idempotencyKey="t")
    assert begun["errors"] == []
    number = begun["progress"]["number"]
    eventually(lambda: progress(api, number)["state"] == "TRIED", 60)
    shown = progress(api, number)
    assert (shown["period"], shown["trial"]["members"], shown["trial"]["notes"]) == (None, 6, [])
    retail, unilevel = shown["trial"]["bonuses"]
    assert (retail["bonus"], retail["paid"]) == ("Retail", {"amount": "40.00", "currency": "USD"})
    assert (unilevel["kind"], unilevel["payees"], unilevel["paid"]["amount"]) == ("unilevel", 2, "318.00")
    assert shown["trial"]["resultsHash"] != kept.facts["results_hash"]
    assert [run.number for run in complete(graph)] == [kept.number]
    again = done(api, RUN, period=PERIOD, planText=text, trial=True, idempotencyKey="t")
    assert (again["progress"]["number"], again["progress"]["state"]) == (number, "TRIED")
    assert progress(api, kept.number)["trial"] is None


def test_an_import_takes_the_options_of_the_command(graph: Graph, tmp_path: Path, api: Api) -> None:
    month(graph, tmp_path)
    own = {**ORDER, "orderId": "w1", "currency": "PTSX", "amount": "1.2345"}
    assert codes(done(api, IMPORT, orders=[own])) != []
    points = [{"code": "PTSX", "digits": 4}]
    assert done(api, IMPORT, orders=[own], currencies=points)["errors"] == []
    assert codes(done(api, IMPORT, orders=[own], currencies=[{"code": "PTSX", "digits": 99}])) == ["amount"]

    refund = {
        **ORDER, "orderId": "w2", "kind": "refund", "memberId": "12", "refundOf": "o2",
        "qualifyingVolume": "-10", "commissionableVolume": "-10", "amount": "-10",
    }  # fmt: skip
    assert codes(done(api, IMPORT, orders=[refund])) == ["refund_other_member"]
    remarked = done(api, IMPORT, orders=[refund], refundRules=[{"refunds": "OTHER_MEMBER", "rule": "REMARK"}])
    assert (remarked["errors"], len(remarked["warnings"])) == ([], 1)
    assert codes(done(api, IMPORT, orders=[{**refund, "orderId": "w3"}])) == []

    late = {**ORDER, "orderId": "w4", "orderedAt": "2026-12-01T00:30:00"}
    assert done(api, IMPORT, orders=[late], timeZone="Europe/Berlin")["errors"] == []
    placed = api.data('{ order(orderId: "w4") { orderedAt } }')["order"]["orderedAt"]
    assert placed.startswith("2026-11-30T23:30:00")
    assert codes(done(api, IMPORT, orders=[{**late, "orderId": "w5"}], timeZone="Mars/Base")) != []
