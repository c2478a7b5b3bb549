"""Which nodes and relationships a rule may read: those of its own run, which nothing changes any more.

A rule is asked while a run computes, and again whenever somebody asks for its lines. So it starts from what
it is asked with, goes on along the run's own relationships, and reads nothing of the living company. What
other bonuses paid it reads in a place that the engine fills, which decides the order of bonuses.
"""

import re
from collections.abc import Iterator

from engine.graph.queries import Query
from engine.rules.columns import plain
from engine.rules.module import RuleError

TYPES = frozenset({"UNDER", "COMPRESSED_INTO", "PUSHED_UP", "REFUNDS"})
"""The relationship types that a rule may name."""
KEYS = {"Standing": "run", "Run": "number"}
"""The labels that a rule may start from, and the property that ties them to the run."""
LIVING = frozenset(
    {"Member", "Customer", "Prospect", "Fact", "Override", "Opening", "OutsideEarning", "Company", "Change"}
)
INSTEAD = {
    "Order": "The period's orders of `source` are in <<orders>>, those of all time in <<all_orders>>.",
    "Earning": "What `source` was paid in rule.bonuses is in <<earnings>>, as bonus and paid.",
    "BonusTotal": "A report or a check can read totals; a rule can not.",
    "EARNED_BY": "What `source` was paid in rule.bonuses is in <<earnings>>, as bonus and paid.",
    "TOTAL_OF": "A report or a check can read totals; a rule can not.",
    "ENROLLED_UNDER": 'Say UNDER, with tree = "sponsor" in the plan; or read active_recruits or sponsored.',
}
"""What to do instead of naming a label or a relationship type."""
FROZEN = "Read it of the standing: needs: country, enrolled_on, owner_id. Facts are there as fact_NAME."
UNTYPED = "a relationship without a type leads anywhere"
NAMED = "Name the type: UNDER for the tree, COMPRESSED_INTO, PUSHED_UP or REFUNDS."

_NODE = re.compile(r"\(\s*\w*\s*:\s*(\$|[\w!%(][\w|&!%():]*)\s*(?:\{([^{}]*)\})?")
_EDGE = re.compile(r"(<?)-\s*\[([^\[\]]*)\]\s*-(>?)")
_TYPED = re.compile(r"\s*\w*\s*:\s*([\w|&!%()$: ]+)")
_SHORT = re.compile(r"\)\s*(?:<--|-->|--)\s*\(")
_NAMED = re.compile(
    r"(?<![\w.$])(Member|Customer|Prospect|Fact|Override|Opening|OutsideEarning|Company|Change|Earning|BonusTotal|EARNED_BY|TOTAL_OF"
    r"|ENROLLED_UNDER|SPONSORED_BY|PLACED_UNDER|WAS_\w+|WILL_\w+|CREDITED_TO|BOUGHT_BY|CUSTOMER_OF|PROSPECT_OF|FACT_OF|OVERRIDES|OPENING_OF|EARNED_OUTSIDE)\b"
)
_UNTIED = re.compile(
    r"""(?P<node>\(\s*\w*\s*(?:\{[^{}]*\}\s*\)|\s(?:WHERE|IS\s+(?!NULL\b|NOT\b|::))))
    |(?:\{\s*(?:MATCH\s*)?|,\s*)\(\s*\w*\s*\)\s*(?:\}|(?:WHERE|RETURN|MATCH)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Nodes without a label: with properties or a condition, or alone in a subquery or after a comma."""
_WHOLE = re.compile(r"\b(properties|keys)\s*\(|\{\s*\.\s*\*", re.IGNORECASE)


def check(kind: str, text: Query) -> None:
    """Refuse a rule that reads what is not frozen with its run; raises RuleError with its line.

    Placement rules are asked of living members, and read what they like.
    """
    if kind == "placement":
        return
    for what, at, todo in _wrong(plain(text.text)):
        raise RuleError(f"a {kind} rule reads its own run alone: {what}", text.where(at), todo)


def _wrong(body: str) -> Iterator[tuple[str, int, str]]:
    """What a text reads that it may not, its place, and what to do."""
    yield from _labels(body)
    yield from _types(body)
    for match in _NAMED.finditer(body):
        todo = INSTEAD.get(match[1], FROZEN)
        yield f"{match[1]} is not part of it", match.start(1), todo
    for match in _SHORT.finditer(body):
        yield UNTYPED, match.start(), NAMED
    start = "Start from what the rule is asked with, or from (:Standing {run: run})."
    for match in _UNTIED.finditer(body):
        before = body[: match.start()]
        tied = match["node"] and (before.rstrip()[-1:] in ("-", "<", ">") or re.search(r"\w$", before))
        if not tied:
            yield "a node without a label may be of any kind", match.start(), start
    for match in _WHOLE.finditer(body):
        yield "all properties at once hide what is read", match.start(), "Name the properties one by one."


def _labels(body: str) -> Iterator[tuple[str, int, str]]:
    for match in _NODE.finditer(body):
        refund = re.search(r"REFUNDS\s*\]\s*->\s*$", body[: match.start()])
        for label in re.findall(r"\w+|\$", match[1]):
            if label in KEYS:
                key = KEYS[label]
                if not re.search(rf"\b{key}\s*:\s*(?:run|\w+\.run)\s*(?:,|$)", match[2] or ""):
                    yield (
                        f"(:{label}) is of any run",
                        match.start(1),
                        f"Write (:{label} {{{key}: source.run}}).",
                    )
            elif label in LIVING:
                yield f"{label} is of the living company, which changes", match.start(1), FROZEN
            elif label != "Order" or not refund:
                todo = INSTEAD.get(label, "docs/rules/reads.md says what there is.")
                yield f"{label} is no label that it may read", match.start(1), todo


def _types(body: str) -> Iterator[tuple[str, int, str]]:
    for match in _EDGE.finditer(body):
        typed = _TYPED.match(match[2])
        if not typed or re.search(r"[!%$]", typed[1]):
            what = "a relationship without a type leads anywhere"
            yield (
                what,
                match.start(),
                "Name the type: UNDER for the tree, COMPRESSED_INTO, PUSHED_UP or REFUNDS.",
            )
            continue
        for name in re.findall(r"\w+|\$", typed[1]):
            if name not in TYPES:
                todo = INSTEAD.get(name, "docs/rules/reads.md says what there is.")
                yield f"{name} is no relationship that it may read", match.start(), todo
            elif name == "REFUNDS" and (match[1] or not match[3]):
                what = "refunds that come later take orders back"
                yield what, match.start(), "Go from the refund to its order: -[:REFUNDS]->."
