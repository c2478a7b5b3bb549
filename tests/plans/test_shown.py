"""A plan in words loses no term: every key of every rule that a file gives is on the page, in its unit."""

from pathlib import Path

import pytest

from engine.plans.reader import parse
from engine.plans.shown import Section, sections
from engine.rules.library import rules
from engine.rules.module import Module, Param
from tests.support import plan_terms

PLANS = {
    "bonus": plan_terms.bonus,
    "requirement": plan_terms.required_by_a_bonus,
    "compression": plan_terms.compressed,
    "push": plan_terms.pushed,
}
TERMS = [(module, param) for kind in PLANS for module in rules(kind).values() for param in module.params]


def page(text: str) -> list[str]:
    """The lines of the page: tables begin with "table" and their name, a cell follows the name of its row."""
    lines: list[str] = []
    for section in sections(parse(text, Path("plan.toml"))):
        lines += [f"{section.title}: {section.about}", *section.sentences, *rows(section)]
    return lines


def rows(section: Section) -> list[str]:
    lines = []
    for grid in section.grids:
        cells = [f"{row[0]} {', '.join(row[1:])}" for row in grid.rows]
        lines.append(f"table {grid.columns[0]}; {'; '.join(cells)}")
    return lines


@pytest.mark.parametrize(
    ("module", "param"), TERMS, ids=[f"{module.kind}-{module.name}-{param.name}" for module, param in TERMS]
)
def test_every_term_of_every_rule_is_shown(module: Module, param: Param) -> None:
    body, term = plan_terms.plan_with(module, param)
    lines = page(PLANS[module.kind](module, body))
    assert any(all(words in line for words in term.words) for line in lines), (term, lines)


WHOLE = """
name = "Whole"
version = "7"
currency = "EUR"
time_zone = "Europe/Berlin"
tree = "sponsor"
point_value = "18.5"
rank_calendar = "month"
rank_grace = 3
rank_demotion = 2
[rounding]
rule = "half_up"
at = "total"
[volume]
customers = false
exclude_kinds = ["starter", "gift"]
accumulate = true
group_commissionable = true
push_up = true
[activity]
personal_volume = { none = 60, Silver = 1100 }
days = 28
match = "any"
require = [
  { kind = "orders", kinds = ["kit"] },
  { all = [{ kind = "customers", at_least = 2 }, { kind = "fact", name = "steady" }] },
]
[[rank]]
name = "Silver"
must_be_active = false
grace = 1
permanent = true
require = [{ kind = "group_volume", at_least = 12345 }]
[[rank]]
name = "Gold"
match = "any"
require = [{ kind = "fact", name = "gold" }, { kind = "personal_volume", at_least = 9000 }]
[[bonus]]
name = "Team"
kind = "unilevel"
calendar = "quarter"
rates = ["5%"]
match = "any"
require = [{ kind = "fact", name = "one" }, { kind = "fact", name = "two" }]
[[bonus]]
name = "Lots"
kind = "personal"
rate = "5%"
calendar = "days"
[[cap]]
bonuses = ["Team"]
before_matching = true
amount = { none = 1000, Gold = 20000 }
[[cap]]
per = "company"
share = "35%"
[[cap]]
per = "company"
cut = "5%"
"""
EXPECTED = """
Whole: 7, amounts in EUR
Active in a period: personal volume by the rank of the period before: none 60.00, Silver 1,100.00, Gold 1,100.00 in the last 28 days of it.
Active members also need: orders (kinds kit); or customers (at least 2) and fact (name steady).
The main tree is the sponsor tree.
Days and periods begin in the time zone Europe/Berlin.
A unit of commissionable volume is worth 18.5 EUR.
Amounts are rounded half_up, the total of each payee and bonus.
Customers' orders do not count in personal volume.
Orders of these kinds carry no volume: starter, gift.
Volume of all periods so far is kept: yes.
Group commissionable volume is kept: yes.
Volume of members who are not active is pushed up: push up.
Ranks are decided for each month.
Ranks: lowest first
Silver: group volume (at least 12,345.00); whether active or not; paid for 1 more period after it is missed; never lost for pay
Gold: fact (name gold) or personal volume (at least 9,000.00)
A rank without a grace of its own is paid for 3 more periods after it is missed.
From one period to the next pay falls by at most 2 ranks.
Pays at most 5 % of the volume.
Paid for each quarter.
Requires fact (name one) or fact (name two).
Compression: none; tree: main.
Pays at most 5 % of the volume.
Options: rate 5 %.
Paid for periods of days.
Cap per member: none 1,000.00 EUR, Silver 1,000.00 EUR, Gold 20,000.00 EUR for Team, before others match them.
Cap per company: 35 % of company volume for Team, Lots.
Cap per company: all but 5 % of what is earned for Team, Lots.
"""  # noqa: E501 - as printed


def test_every_term_of_the_plan_itself_is_shown() -> None:
    lines = page(WHOLE)
    assert [line for line in EXPECTED.strip().splitlines() if line not in lines] == []


def test_what_a_plan_leaves_out_is_not_mentioned() -> None:
    assert page('name = "Short"') == [
        "Short: 1, amounts in USD",
        "Active in a period: 0.00 of personal volume.",
    ]


def test_a_fast_start_counts_customers_orders_only_where_the_plan_says_so() -> None:
    start = 'name = "P"\n[[bonus]]\nname = "Start"\nkind = "fast_start"\nrates = [0.2]\n'
    assert [line for line in page(start) if "customer" in line] == []
    assert [line for line in page(f"{start}customers = true\n") if "customer" in line] == [
        "Options: customers yes."
    ]
