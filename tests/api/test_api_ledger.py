"""The ledger by the API and the command line: who sees what, and who books what."""

import json
from pathlib import Path
from typing import Any

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from engine.access.viewer import Role
from engine.answers.ledger_tables import TABLES
from engine.graph.database import Graph
from engine.periods.committing import commit
from tests.api.test_api_mutations import codes, done
from tests.api.test_api_periods import PERIOD, viewer
from tests.conftest import Upline
from tests.support.api import Api
from tests.support.months import month

OWN = """{ member(memberId: "11") {
  balances { payable { amount currency } held { amount } recoverable { amount } }
  early: balances(asOf: "2020-01-01") { payable { amount } }
  ledgerEntries { totalCount nodes { account event batch kind run period plan actor reason
    type posting ownerId amount { amount } parts { bonus amount { amount } } } } }
  ledgerBatches { totalCount nodes { number kind actor reason run period entryCount type posting decidedBy
    sums { account amount { amount } debits { amount } credits { amount } }
    entries { totalCount nodes { ownerId } } } }
  ledgerBatch(number: 1) { number }
  ledgerAccounts { account amount { amount } }
  ledgerPostings { number kind type state memberId amount { amount } actor reason at batch
    decidedBy reverses }
  ledgerHolds { number memberId amount { amount } left { amount } day until releaseWhen qualifies
    actor reason }
  ledgerDue { nodes { memberId payable { amount } held { amount } fee { amount } withheld { amount }
    amount { amount } whyNot positions } }
  ledgerRules { twoPerson together minimum { key value } fee { key value } withholding { key value }
    unpaid } }"""
POSTING = """posting { number kind type state amount { amount currency } batch decidedBy reverses }
  errors { code message path }"""


KIT = ("11", "-8.00", "--kind", "charge", "--reason", "kit", "--key", "k")


def sent(api: Api, field: str, **input: Any) -> Any:
    name = f"{field[0].upper()}{field[1:]}Input"
    chosen = {"endHolds": "ended { number kind } errors { code }", "setLedgerRules": "change errors { code }"}
    fields = chosen.get(field, POSTING)
    return done(api, f"mutation($input: {name}!) {{ {field}(input: $input) {{ {fields} }} }}", **input)


@pytest.fixture
def paid(graph: Graph, tmp_path: Path) -> Graph:
    """11 is owed 98.00: Retail 40.00 and Unilevel 58.00; 1 is owed 101.00."""
    month(graph, tmp_path, PERIOD)
    commit(graph, PERIOD, actor="ann", reason="month end")
    return graph


def test_who_sees_what(paid: Graph) -> None:
    with Api(paid, identity=viewer("fin", Role.FINANCE)) as api:
        seen = api.data(OWN)
        (own,) = seen["member"]["balances"]
        assert own == {
            "payable": {"amount": "98.00", "currency": "USD"}, "held": {"amount": "0.00"},
            "recoverable": {"amount": "0.00"},
        }  # fmt: skip
        assert seen["member"]["early"] == []
        (entry,) = seen["member"]["ledgerEntries"]["nodes"]
        assert (entry["event"], entry["actor"], entry["reason"], entry["period"]) == (
            "earned", "ann", "month end", PERIOD,
        )  # fmt: skip
        assert {each["bonus"]: each["amount"]["amount"] for each in entry["parts"]} == {
            "Retail": "40.00", "Unilevel": "58.00",
        }  # fmt: skip
        (batch,) = seen["ledgerBatches"]["nodes"]
        assert (batch["entryCount"], [each["ownerId"] for each in batch["entries"]["nodes"]]) == (
            3,
            [None, "1", "11"],
        )
        assert {each["account"]: each["amount"]["amount"] for each in seen["ledgerAccounts"]} == {
            "commission": "-199.00", "payable": "199.00",
        }  # fmt: skip
        assert [each["amount"]["amount"] for each in seen["ledgerDue"]["nodes"]] == ["101.00", "98.00"]
        assert api.refused("{ ledgerBatch(number: 9) { number } }")[0] == "unknown_batch"
    with Api(paid, identity=viewer("m", Role.MEMBER)) as api:  # the member 1
        hidden = api.data(OWN)
        assert (hidden["member"]["balances"], hidden["member"]["ledgerEntries"]) == (None, None)
        others = {name: value for name, value in hidden.items() if name != "member"}
        assert others == dict.fromkeys(others)
        own = api.data(OWN.replace('"11"', '"1"'))["member"]
        assert own["balances"][0]["payable"]["amount"] == "101.00"
        assert [each["actor"] for each in own["ledgerEntries"]["nodes"]] == [None]
    with Api(paid, identity=viewer("a", Role.ANALYST)) as api:
        seen = api.data(OWN)
        assert (seen["member"]["balances"], seen["ledgerDue"], seen["ledgerPostings"]) == (None, None, None)
        assert (len(seen["ledgerAccounts"]), seen["ledgerBatches"]["nodes"][0]["entries"]["nodes"]) == (2, [])


def test_what_is_booked_by_hand(paid: Graph) -> None:
    with Api(paid, identity=viewer("ann", Role.ADMIN)) as api:
        rules = {"minimum": [{"key": "USD", "value": "50"}], "twoPerson": True}
        assert sent(api, "setLedgerRules", **rules)["errors"] == []
        assert api.data(OWN)["ledgerRules"]["minimum"] == [{"key": "USD", "value": "50.00"}]
        prize = {
            "memberId": "11",
            "amount": "2.00",
            "type": "AWARD",
            "reason": "prize",
            "idempotencyKey": "k",
        }
        first = sent(api, "adjustBalance", **prize)
        assert sent(api, "adjustBalance", **prize) == first
        assert (first["posting"]["state"], first["posting"]["batch"]) == ("PROPOSED", None)
        assert codes(sent(api, "approvePosting", number=1)) == ["same_person"]
        unknown = sent(api, "adjustBalance", **prize | {"memberId": "nobody", "idempotencyKey": "l"})
        assert unknown["errors"][0]["path"] == ["input", "memberId"]
    with Api(paid, identity=viewer("fin", Role.FINANCE)) as api:
        assert sent(api, "approvePosting", number=1)["posting"]["decidedBy"] == "fin"
        held = sent(
            api, "holdBalance", memberId="11", amount="60.00", releaseWhen="ACTIVE", reason="must qualify"
        )
        assert held["posting"]["state"] == "PROPOSED"
    with Api(paid, identity=viewer("ann", Role.ADMIN)) as api:
        assert sent(api, "approvePosting", number=2)["errors"] == []
        assert sent(api, "setLedgerRules", twoPerson=False)["errors"] == []
        shown = api.data(OWN)
        assert shown["member"]["balances"][0]["held"]["amount"] == "60.00"
        assert {each["memberId"]: each["whyNot"] for each in shown["ledgerDue"]["nodes"]} == {
            "1": None, "11": "BELOW_MINIMUM",
        }  # fmt: skip
        assert [each["left"]["amount"] for each in shown["ledgerHolds"]] == ["60.00"]
        assert (
            sent(api, "releaseHold", number=2, amount="10", reason="a part")["posting"]["kind"] == "release"
        )
        assert sent(api, "endHolds")["ended"] == []
        assert sent(api, "forfeitHold", number=2, reason="gone")["posting"]["amount"]["amount"] == "50.00"
        assert sent(api, "reverseAdjustment", number=1, reason="no prize")["posting"]["reverses"] == 1
        assert codes(sent(api, "rejectPosting", number=1, reason="late")) == ["posting_decided"]


def test_the_command_line_says_and_does_the_same(paid: Graph, tmp_path: Path, upline: Upline) -> None:
    def shown(*words: str) -> Any:
        answer = upline("ledger", *words, "--json")
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)

    assert shown("balance", "11") == [
        {"currency": "USD", "payable": "98.00", "held": "0.00", "recoverable": "0.00"}
    ]
    assert shown("balance", "11", "--as-of", "2020-01-01") == []
    taken = shown("adjust", *KIT)
    assert shown("adjust", *KIT) == taken
    shown("hold", "11", "--amount", "30", "--until", "2199-01-01", "--reason", "form")
    shown("release", "2", "--amount", "10", "--reason", "came")
    assert [each["left"] for each in shown("holds")] == ["20.00"]
    shown("forfeit", "2", "--reason", "gone")
    assert shown("end-holds") == []
    shown("reverse", "1", "--reason", "no kit")
    assert shown("rules", "--minimum", "USD=100", "--withholding", "*=0.1")["withholding"] == {"*": "0.1"}
    assert [(each["member_id"], each["amount"], each["why_not"]) for each in shown("due")] == [
        ("1", "90.90", None), ("11", "0.00", "below_minimum"),
    ]  # fmt: skip
    shown("rules", "--two-person")
    shown("adjust", "12", "5", "--kind", "goodwill", "--reason", "kind", "--actor", "ann")
    refused = upline("ledger", "approve", "6", "--actor", "ann")
    assert (refused.returncode, "same_person" in refused.stderr) == (2, True)
    assert shown("approve", "6", "--actor", "bob")["state"] == "booked"
    shown("adjust", "12", "6", "--kind", "goodwill", "--reason", "kind")
    shown("reject", "7", "--reason", "enough")
    assert [each["state"] for each in shown("postings", "--member", "12")] == ["rejected", "booked"]
    amounts = [each["amount"] for each in shown("entries", "11")]
    assert sorted(amounts) == sorted(
        ["98.00", "-8.00", "8.00", "-30.00", "30.00", "10.00", "-10.00", "-20.00"]
    )
    batches = shown("list")
    assert [each["number"] for each in batches] == list(range(7, 0, -1))
    assert len(shown("show", "1")["listed"]) == 3
    assert {each["account"]: each["amount"] for each in shown("accounts")} == {
        "adjustments": "-5.00", "commission": "-199.00", "forfeited": "20.00", "held": "0.00",
        "payable": "184.00",
    }  # fmt: skip
    assert shown("check") == []
    for words in (
        ("balance", "11"), ("entries", "11"), ("list",), ("show", "2"), ("accounts",), ("check",),
        ("postings",), ("holds",), ("due",), ("rules",),
    ):  # fmt: skip
        assert upline("ledger", *words).returncode == 0, words
    assert "entries_equal_earnings" in upline("check").stdout
    for format in ("csv", "parquet"):
        out = tmp_path / format
        assert "7 ledger_batches" in upline("ledger", "export", "--out", out, "--format", format).stdout
        for name, columns in TABLES.items():
            path = out / f"{name}.{format}"
            table = pq.read_table(path) if format == "parquet" else pa_csv.read_csv(path)
            assert (tuple(table.column_names), table.num_rows > 0) == (columns, True)
