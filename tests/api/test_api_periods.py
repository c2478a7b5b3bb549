"""The life of a period by the API and the command line: the same steps, permissions of their own."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.access.policy import Policy
from engine.access.policy_file import AccessFileError, read_policy, table_of
from engine.access.viewer import Role, Viewer
from engine.graph.database import Graph
from tests.api.test_api_mutations import IMPORT, ORDER, codes, done
from tests.api.test_api_subscriptions import SignedIn
from tests.conftest import Upline
from tests.support.api import Api
from tests.support.months import month

PERIOD = "2025-11"
STEP = """mutation($input: %sInput!) { %s(input: $input) {
  period { state run { number } approvals { actor } events { step actor reason resultsHash } }
  errors { code message todo } } }"""
COMMIT = """mutation($input: CommitPeriodInput!) { commitPeriod(input: $input) {
  commit { number period plan run resultsHash actor reason committedAt } errors { code message todo } } }"""
RULES = """mutation($input: SetPeriodRulesInput!) {
  setPeriodRules(input: $input) { change errors { code } } }"""
PERIODS = """{ planPeriods { period plan calendar firstDay lastDay state committedAt commit run { number }
  events { number step actor reason at day run resultsHash } approvals { actor run resultsHash at reason } }
  run { committedAt } }"""
REVIEW, REOPEN, APPROVE, WITHDRAW = (
    STEP % (kind, f"{name}Period")
    for kind, name in (
        ("PeriodStep", "review"),
        ("PeriodStep", "reopen"),
        ("ApprovePeriod", "approve"),
        ("WithdrawPeriod", "withdraw"),
    )
)


def viewer(name: str, role: Role, policy: Policy | None = None) -> SignedIn:
    identity = SignedIn(Viewer(name, role, "1" if role is Role.MEMBER else None))
    identity.policy = policy or identity.policy
    return identity


def test_a_period_is_committed_by_different_people(graph: Graph, tmp_path: Path) -> None:
    kept = month(graph, tmp_path, PERIOD)
    results = str(kept.facts["results_hash"])
    with Api(graph, identity=viewer("ann", Role.ADMIN)) as api:
        assert done(api, RULES, twoPerson=True)["errors"] == []
        assert done(api, REVIEW, period=PERIOD)["period"]["state"] == "REVIEW"
        assert codes(done(api, COMMIT, period=PERIOD)) == ["not_approved"]
        assert codes(done(api, APPROVE, period=PERIOD)) == ["same_person"]
    with Api(graph, identity=viewer("fin", Role.FINANCE)) as api:
        assert codes(done(api, APPROVE, period=PERIOD, resultsHash="0" * 12)) == ["other_results"]
        approved = done(api, APPROVE, period=PERIOD, resultsHash=results[:12], reason="seen")
        assert approved["period"]["approvals"] == [{"actor": "fin"}]
        assert api.refused(COMMIT, input={"period": PERIOD})[0] == "not_allowed"
    with Api(graph, identity=viewer("ann", Role.ADMIN)) as api:
        request = {"period": PERIOD, "run": kept.number, "idempotencyKey": "k", "reason": "month end"}
        first = done(api, COMMIT, **request)
        assert (first["errors"], first["commit"]["resultsHash"]) == ([], results)
        assert done(api, COMMIT, **request) == first
        (shown,) = api.data(PERIODS)["planPeriods"]
        assert (shown["state"], shown["run"]["number"], shown["commit"]) == (
            "COMMITTED", kept.number, first["commit"]["number"],
        )  # fmt: skip
        steps = [(each["step"], each["actor"]) for each in shown["events"]]
        assert steps == [("REVIEW", "ann"), ("APPROVE", "fin"), ("COMMIT", "ann"), ("COMMITTED", "ann")]
        assert api.data(PERIODS)["run"]["committedAt"] == shown["committedAt"] is not None
        late = done(api, IMPORT, orders=[ORDER | {"orderedAt": "2025-11-20T10:00:00Z"}])
        assert codes(late) == ["period_committed"]
        assert codes(done(api, REOPEN, period=PERIOD)) == ["period_committed"]
        opened = done(api, WITHDRAW, period=PERIOD, reason="a wrong rate")
        assert (opened["period"]["state"], opened["period"]["events"][-1]["reason"]) == (
            "OPEN", "a wrong rate",
        )  # fmt: skip
    with Api(graph, identity=viewer("m", Role.MEMBER)) as api:
        (seen,) = api.data(PERIODS)["planPeriods"]
        assert (seen["state"], seen["events"], seen["approvals"]) == ("OPEN", None, None)


def test_the_company_says_who_commits(graph: Graph, tmp_path: Path) -> None:
    month(graph, tmp_path, PERIOD)
    file = tmp_path / "access.toml"
    file.write_text('[periods]\ncommit = ["finance"]\n', encoding="utf-8")
    policy: Policy = read_policy(table_of(file))
    with Api(graph, identity=viewer("ann", Role.ADMIN, policy)) as api:
        assert api.refused(COMMIT, input={"period": PERIOD})[0] == "not_allowed"
        assert done(api, REVIEW, period=PERIOD)["errors"] == []
    with Api(graph, identity=viewer("fin", Role.FINANCE, policy)) as api:
        assert done(api, COMMIT, period=PERIOD)["errors"] == []
    file.write_text('[periods]\ncommit = ["member"]\n', encoding="utf-8")
    with pytest.raises(AccessFileError, match="must name roles"):
        read_policy(table_of(file))


def test_the_command_line_takes_the_same_steps(graph: Graph, tmp_path: Path, upline: Upline) -> None:
    kept = month(graph, tmp_path, PERIOD)

    def shown(*words: str) -> Any:
        return json.loads(upline("period", *words, "--json").stdout)

    assert [each["state"] for each in shown("list")] == ["open"]
    assert shown("review", PERIOD, "--actor", "ann")["state"] == "review"
    assert shown("reopen", PERIOD)["state"] == "open"
    shown("review", PERIOD, "--actor", "ann")
    assert shown("approve", PERIOD, "--actor", "bob")["approvals"][0]["actor"] == "bob"
    assert shown("rules", "--two-person") == {
        "two_person": True, "late_orders": "refuse", "corrected_ranks": "held",
    }  # fmt: skip
    done = upline("period", "commit", PERIOD, "--actor", "ann", "--reason", "month end")
    assert done.stdout.startswith(f"{PERIOD} of Small is committed by run {kept.number}"), done.stderr
    assert "month end" in upline("period", "show", PERIOD).stdout
    refused = upline("period", "withdraw", PERIOD)
    assert (refused.returncode, "reason_missing" in refused.stderr) == (2, True)
    assert shown("withdraw", PERIOD, "--reason", "again")["state"] == "open"
