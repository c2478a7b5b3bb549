"""What is due of a closed period, less what is settled of it, is booked by the next run: once, to the unit.

The periods computed again are made by hand here: runs of the same period over less orders, each kept next to
the run that pays it.
"""

import json
from pathlib import Path

import pytest

from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.answers import pay
from engine.answers.corrections import Chosen, all_corrections, correction_page, correction_total
from engine.answers.export import Export, summary
from engine.answers.pages import Stretch
from engine.corrections import booking
from engine.corrections.restating import Restated
from engine.explain.corrections import explain_corrections
from engine.graph.database import Graph
from engine.intake.importing import import_company, import_rows
from engine.passes import checks
from engine.passes.hashes import stored_results
from engine.passes.record import RunRecord, numbered
from engine.period import period
from engine.periods.committing import commit
from engine.plans.plan import Plan
from engine.plans.reader import read
from engine.run import run
from engine.run_period import try_period
from engine.runs.removal import remove
from tests.conftest import Upline
from tests.support.api import Api
from tests.support.companies import cypher, written
from tests.support.small_tables import ask

COMPANY = """
plan:
  name = "Moved"
  [activity]
  personal_volume = 50
  [[bonus]]
  name = "Level"
  kind = "unilevel"
  compression = "activity_skip"
  rates = ["0.10"]
  [[bonus]]
  name = "Match"
  kind = "matching"
  bonuses = ["Level"]
  rates = ["0.50"]
members:
  member  sponsor  enrolled_on
  G       -        2025-01-05
  Z       -        2025-01-05
  A       G        2025-01-05
  B       A        2025-01-05
  D       A        2025-01-05
orders:
  order  member  qv   ordered_at
  a      A       100  2026-06-02T12:00:00Z
  g      G       100  2026-06-02T12:00:00Z
  z      Z       100  2026-07-02T12:00:00Z
"""
JUNE, JULY, AUGUST = "2026-06", "2026-07", "2026-08"


class Story:
    """A company whose June is paid with the orders o1 of B and o2 of D, and computed again without them.

    `less["o1 o2"]` is June without both. `restate` says what the next runs find computed again.
    """

    def __init__(self, graph: Graph, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.graph, self.found = graph, tuple[Restated, ...]()
        self.plan: Plan = read(written(folder, COMPANY), None)
        import_company(graph, folder)
        self.less: dict[str, int] = {}
        for left_out, arriving in (("o1 o2", ("o2", "D", 300)), ("o1", ("o1", "B", 500))):
            self.less[left_out] = self._set_aside()
            order_id, member_id, volume = arriving
            import_rows(graph, {"orders": [_order(order_id, member_id, volume)]})
        self.june = run(graph, self.plan, period(JUNE))
        commit(graph, JUNE, run=self.june.number, first=True)
        monkeypatch.setattr(booking, "restatements", lambda _work: self.found)

    def _set_aside(self) -> int:
        number = run(self.graph, self.plan, period(JUNE)).number
        _write(self.graph, "MATCH (run:Run {number: $number}) SET run.state = 'restated'", number=number)
        return number

    def refund(self, left_out: str) -> None:
        """Let some orders be returned: what a run books from now on."""
        for order_id in left_out.split():
            _write(
                self.graph,
                "MATCH (order:Order {order_id: $id}) WHERE NOT EXISTS { (order)<-[:REFUNDS]-() } "
                "CREATE (:Order {order_id: 'r' + $id, import_no: 0})-[:REFUNDS]->(order)",
                id=order_id,
            )
        again = numbered(self.graph, self.less[left_out])
        refunds = tuple(f"r{order_id}" for order_id in left_out.split())
        self.found = (Restated(self.june, again, refunds),)

    def run(self, name: str) -> RunRecord:
        return run(self.graph, self.plan, period(name))

    def booked(self, of: RunRecord) -> dict[tuple[str, str], tuple[int, int]]:
        """By payee and bonus what was settled, and the amount."""
        rows = all_corrections(self.graph, of)
        return {(each.member_id, each.bonus): (each.settled, each.amount) for each in rows}


def _write(graph: Graph, text: str, **parameters: object) -> None:
    graph.write(cypher(text, *parameters), **parameters)


def _order(order_id: str, member_id: str, volume: int) -> dict[str, object]:
    return {
        "order_id": order_id, "member_id": member_id, "ordered_at": "2026-06-05T12:00:00Z", "kind": "sale",
        "qualifying_volume": volume, "commissionable_volume": volume, "amount": volume, "currency": "USD",
    }  # fmt: skip


@pytest.fixture
def story(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Story:
    return Story(graph, tmp_path, monkeypatch)


def test_whoever_was_paid_gives_back_and_no_cent_is_lost(story: Story, graph: Graph) -> None:
    without = story.run(JULY)
    assert (without.corrections, without.corrects) == ((), False)

    story.refund("o1 o2")
    july = story.run(JULY)
    # G matched half of what A was paid on levels, and of A's own order nothing changes.
    expected = {("A", "Level"): (8000, -8000), ("G", "Match"): (4000, -4000)}
    assert story.booked(july) == expected
    level, match = july.corrections
    assert (level.period, level.paid_run, level.payees, level.amount) == (
        JUNE, story.june.number, 1, -8000,
    )  # fmt: skip
    assert (match.bonus, july.corrected) == ("Match", -12000)
    by_bonus = {total["bonus"]: total["paid"] for total in story.found[0].restated.totals}
    for total in story.june.totals:  # conservation: what is left is what is due
        booked = sum(each.amount for each in july.corrections if each.bonus == total["bonus"])
        assert total["paid"] + booked == by_bonus[total["bonus"]]
    assert july.facts["results_hash"] != without.facts["results_hash"]
    assert stored_results(graph, july) == july.facts["results_hash"]
    assert story.june.number in july.facts["rests_on"]
    assert checks.violations(graph, july.number, corrects=True) == []

    statement = pay.statement(graph, Reach.everything, july, "A")
    assert (statement.total, statement.corrected, statement.due) == (0, -8000, -8000)
    assert [(each.reason, each.order_ids) for each in statement.corrections] == [("refund", ("o1", "o2"))]
    (matched,) = pay.statement(graph, Reach.everything, july, "G").corrections
    assert (matched.reason, matched.orders) == ("restated", 0)

    trial = try_period(graph, story.plan, period(JULY))
    assert trial.corrected == -12000
    assert ask(graph, "MATCH (c:Correction {run: $run}) RETURN c", run=trial.number) == []
    again = story.run(JULY)
    assert again.facts["results_hash"] == july.facts["results_hash"]
    remove(graph, july.number)
    assert ask(graph, "MATCH (c:Correction {run: $run}) RETURN c", run=july.number) == []
    _write(graph, "MATCH (c:Correction {run: $run, member_id: 'A'}) SET c.amount = -7999", run=again.number)
    wrong = checks.violations(graph, again.number, corrects=True)
    assert {(each.where, each.expected, each.actual) for each in wrong} == {
        (f"Level of run {story.june.number}", 1000, 1001), (f"Level of run {story.june.number}, A", 0, 1),
    }  # fmt: skip
    assert stored_results(graph, again) == again.facts["results_hash"]  # the amount is what its figures make


def test_two_refunds_one_after_the_other_are_one_and_what_is_settled_is_booked_no_more(story: Story) -> None:
    story.refund("o1")
    july = story.run(JULY)
    assert story.booked(july) == {("A", "Level"): (8000, -5000), ("G", "Match"): (4000, -2500)}
    preliminary = story.run(AUGUST)  # July is open: what it books settles nothing yet
    assert story.booked(preliminary) == story.booked(july)
    commit(story.graph, JULY, run=july.number)
    assert story.booked(story.run(AUGUST)) == {}

    story.refund("o1 o2")
    august = story.run(AUGUST)
    assert story.booked(august) == {("A", "Level"): (3000, -3000), ("G", "Match"): (1500, -1500)}
    commit(story.graph, AUGUST, run=august.number)

    story.refund("o1")  # the second refund was a mistake: what it took comes back
    september = story.run("2026-09")
    assert story.booked(september) == {("A", "Level"): (0, 3000), ("G", "Match"): (0, 1500)}
    assert checks.violations(story.graph, september.number, corrects=True) == []


def test_a_payee_who_has_left_is_corrected_by_every_number_of_writers(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The open run knows nobody of June: neither its standings nor its trees are asked."""
    story.refund("o1 o2")
    hashes = set()
    for writers in ("1", "3"):
        monkeypatch.setenv("UPLINE_WRITERS", writers)
        monkeypatch.setattr(booking, "writers_of", lambda work, _standings: work.writers)
        july = story.run(JULY)
        hashes.add(july.facts["results_hash"])
        assert story.booked(july)["A", "Level"] == (8000, -8000)
    assert len(hashes) == 1
    _write(story.graph, "MATCH (s:Standing {member_id: 'A', run: $run}) DETACH DELETE s", run=july.number)
    page = correction_page(story.graph, Reach.everything, july, Chosen(), Stretch(1))
    assert ([each.member_id for each in page.nodes], page.more) == (["A"], True)
    after = correction_page(story.graph, Reach.everything, july, Chosen(), Stretch(1, page.keys[0]))
    assert ([each.member_id for each in after.nodes], after.more) == (["G"], False)
    assert correction_total(story.graph, Reach.everything, july, Chosen(bonus="Level")) == 1
    own = Reach(Viewer("a", Role.MEMBER, "A"))
    mine = correction_page(story.graph, own, july, Chosen(), Stretch(9))
    assert [each.member_id for each in mine.nodes] == ["A"]
    assert correction_total(story.graph, own, july, Chosen("G")) == 0
    (seen,) = explain_corrections(story.graph, own, july, "A")
    assert [change.either.order_id for change in seen.changes] == ["o1", "o2"]


CORRECTIONS = """{
  run(period: "2026-07") {
    corrected { amount currency }
    correctedBonuses { period bonus payees amount { amount } paidRun { period } }
    corrections(first: 1) {
      totalCount
      nodes {
        memberId period bonus reason orderCount orderIds why paidRun { number }
        before { amount } after { amount } settled { amount } amount { amount }
        changes { orderId sourceId level before { base rate amount } after { amount } }
      }
    }
  }
  standing(memberId: "A", period: "2026-07") {
    statement { total { amount } corrected { amount } due { amount } corrections { bonus amount { amount } } }
  }
}"""


def test_every_door_shows_what_is_corrected_and_why(story: Story, upline: Upline, tmp_path: Path) -> None:
    story.refund("o1 o2")
    july, paid = story.run(JULY), story.june.number
    sentence = (
        f"takes back 80.00 USD of Level in 2026-06: run {paid} paid 80.00 USD, and nothing is due after what "
        "was returned of orders o1, o2"
    )
    with Api(story.graph) as api:
        answer = api.patiently(CORRECTIONS)
    assert "errors" not in answer
    shown = answer["data"]["run"]
    assert shown["corrected"] == {"amount": "-120.00", "currency": "USD"}
    by_bonus = [
        (each["bonus"], each["payees"], each["amount"]["amount"]) for each in shown["correctedBonuses"]
    ]
    assert by_bonus == [("Level", 1, "-80.00"), ("Match", 1, "-40.00")]
    (node,) = shown["corrections"]["nodes"]
    assert (shown["corrections"]["totalCount"], node["memberId"], node["why"]) == (2, "A", sentence)
    assert (node["reason"], node["orderIds"], node["paidRun"]) == ("refund", ["o1", "o2"], {"number": paid})
    assert node["changes"] == [
        {"orderId": "o1", "sourceId": "B", "level": 1, "after": None,
         "before": {"base": "500.00", "rate": "0.100000", "amount": "50.00"}},
        {"orderId": "o2", "sourceId": "D", "level": 1, "after": None,
         "before": {"base": "300.00", "rate": "0.100000", "amount": "30.00"}},
    ]  # fmt: skip
    assert answer["data"]["standing"]["statement"] == {
        "total": {"amount": "0.00"}, "corrected": {"amount": "-80.00"}, "due": {"amount": "-80.00"},
        "corrections": [{"bonus": "Level", "amount": {"amount": "-80.00"}}],
    }  # fmt: skip

    listed = json.loads(upline("corrections", "--json").stdout)
    assert (listed["total"], [each["amount"] for each in listed["corrections"]]) == (2, ["-80.00", "-40.00"])
    told = upline("corrections", "--member", "A").stdout
    assert sentence in told.replace("\n", " ")
    assert "due  -80.00 USD" in upline("statement", "A", "--period", JULY).stdout
    assert "total due: -120.00 USD" in upline("run", "--period", JULY, "--plan", story.plan.path).stdout
    assert "corrections_settle" in upline("check", "--period", JULY).stdout

    tables = Export(tmp_path / "out")
    tables.add(story.graph, july)
    tables.finish()
    header, *rows = (tmp_path / "out" / "corrections.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("period,member_id,of_period,of_run,bonus,before,after,settled,amount,reason")
    assert rows == [
        f"2026-07,A,2026-06,{paid},Level,80.00,0.00,80.00,-80.00,refund,2,o1 o2",
        f"2026-07,G,2026-06,{paid},Match,40.00,0.00,40.00,-40.00,restated,0,",
    ]
    assert summary(july)["corrections"][0] == {
        "period": JUNE, "run": paid, "bonus": "Level", "payees": 1, "amount": "-80.00",
    }  # fmt: skip
