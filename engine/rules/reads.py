"""What the text of a rule reads of standings, held against what a run prepares for it.

A property that is not there is null for Cypher, and null pays nobody without a word. So each name that a rule
reads must be on every standing, be a measure that the header declares under `needs`, or be the rule's own.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from engine.errors import did_you_mean
from engine.graph.queries import Query, fields, folder, split
from engine.rules.columns import blanked, plain
from engine.rules.header import Header
from engine.rules.module import Param, RuleError

EARLY = frozenset(
    """run member_id depth enrolled_depth span_first span_end sponsored_first sponsored_end status active
    floor waived exempt forced_rank orders personal_volume commissionable_volume customer_volume own_orders
    customer_orders""".split()
)
"""What is on a standing before volume is pushed up and groups are counted."""
STANDING = EARLY | frozenset(
    """keeps group_volume own_volume qualified_rank rank best_rank lifetime_rank past_ranks
    paid_elsewhere""".split()
)
"""What is on a standing while bonuses are computed, besides measures and facts."""
ORDER = frozenset(
    """order_id ordered_at member_id customer_id kind qualifying_volume commissionable_volume amount
    currency""".split()
)
RUN = frozenset("number calendar period first_day last_day currency matched_bonuses matched_periods".split())
EDGE = frozenset("leg overlays volume reason".split())
DAY = frozenset(
    """year quarter month week weekYear day dayOfQuarter quarterDay ordinalDay dayOfWeek weekDay hour minute
    second years quarters months weeks days hours minutes seconds""".split()
)
"""Parts of days, instants and durations."""
READABLE = {
    "requirement": STANDING | {"volume", "volumes_after", "best_ranks"},
    "compression": STANDING,
    "push": EARLY,
    "bonus": STANDING | ORDER | RUN | EDGE | DAY,
    "flow": STANDING | ORDER | RUN | EDGE | DAY,
}
"""The properties that a rule of a kind may read without declaring them; placement rules read members."""
RECRUIT = frozenset("member_id active personal_volume group_span qualified_rank".split())
"""What a requirement rule sees of each of `sponsored`."""
OPENED_BY = {"depth_by_active_legs": "active_legs", "depth_by_recruits": "active_recruits"}
"""Parameters by which ``<<closed>>`` opens levels, and the measure that each reads."""

_READ = re.compile(r"(?<=[\w\])])\s*\.\s*([A-Za-z_]\w*)\b(?!\s*\()|[{,]\s*\.\s*([A-Za-z_]\w*)")
_RULE = re.compile(r"(?<![\w$])rule\s*$")
_KEY = re.compile(r"([A-Za-z_]\w*)\s*:(?!:)")
_INDEXED = re.compile(r"\b([A-Za-z_]\w*)\s*\[\s*'(\w*)'(?=\s*(\+?))")
_CHOSEN = re.compile(r"(?<![\w.])(?:payee|source|standing|leg|below|recruit)\s*\[")
_RECRUIT = re.compile(r"\b(\w+)\s+IN\s+sponsored\b", re.IGNORECASE)
_WORDS = frozenset("in then else when unwind return with and or not xor case by where distinct as".split())
_NEED = re.compile(r"(\w+)(?:\((\w+)(?:=\w+)?\))?")


@cache
def measures() -> frozenset[str]:
    """The measures that a rule may need: the files of cypher/parts/measures."""
    return frozenset(path.stem for path in (folder() / "parts" / "measures").glob("*.cypher"))


@cache
def reach(measure: str) -> str:
    """The parameter of rules that says how far a measure looks; empty for one that looks no further."""
    path = folder() / "parts" / "measures" / f"{measure}.cypher"
    return fields(path.read_text("utf-8"), path)[0].get("reach", "")


def needs(
    kind: str, header: Header, params: Collection[str], offered: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """The measures that a header declares, each with its condition; raises RuleError.

    A condition names a parameter, or what the engine offers to rules of this kind. That of a flow names a
    parameter of the bonus that reads it, which only the plan knows.
    """
    listed, where = header.field("needs"), header.where("needs")
    if listed and kind == "placement":
        what = "needs measures, which only standings have: a placement rule is asked for members"
        raise RuleError(what, where, "Leave needs out.")
    declared = []
    for item in map(str.strip, split(listed, "(", ")") if listed else ()):
        form = _NEED.fullmatch(item)
        if not form:
            what = f"{item!r} under needs is not of the form name, name(param), name(param=value)"
            raise RuleError(
                what, where, "For example: needs: active_legs, active_recruits(depth_by_recruits)"
            )
        measure, param = form[1], form[2]
        if measure not in measures():
            raise RuleError(f"needs {measure}, which no measure is called", where, _like(measure, measures()))
        if param and kind != "flow" and param not in params and param not in offered:
            what = f"needs {measure} where {param} is given, which params do not declare"
            raise RuleError(what, where, _like(param, params))
        declared.append((measure, item[len(measure) + 1 : -1]))
    return tuple(declared)


def implied(header: Header, params: Collection[str]) -> Iterator[tuple[str, str]]:
    """The measures that the engine's own pieces read in a rule with these parameters."""
    if "closed" in header.body.holes:
        yield from ((measure, name) for name, measure in OPENED_BY.items() if name in params)
        if "legs_through" in params:
            for through in ("inactive", "terminated"):
                yield f"legs_through_{through}", f"legs_through={through}"
    if "days" in params and (header.field("scope"), header.field("basis")) == ("source", "count"):
        yield "enrolled_on", "days"


def check(kind: str, text: Query, declared: Collection[str], params: Collection[Param]) -> None:
    """Refuse a rule that reads a property which nobody sets before it is asked; raises RuleError.

    `declared` are the measures that its header needs.
    """
    if kind not in READABLE:
        return
    body = plain(text.text)
    keys = set(_KEY.findall(body)) - measures()
    known = READABLE[kind] | keys
    for name, at in _reads(body):
        if name in measures():
            if name not in declared:
                raise _undeclared(name, text.where(at))
        elif name not in known and not name.startswith("fact_"):
            raise _unknown(kind, name, text.where(at), declared)
    for match in _KEY.finditer(body):
        if match[1] in measures() - set(declared):
            raise _undeclared(match[1], text.where(match.start(1)))
    _check_indexed(kind, text, declared)
    _check_chosen(text, body, {param.name: param.type for param in params})
    _check_recruits(text, body)
    _check_reach(text, body, declared, {param.name for param in params})


def _reads(body: str) -> Iterator[tuple[str, int]]:
    """Each property that a text reads by its name, with its place; those of `rule` are left out."""
    for match in _READ.finditer(body):
        if not _RULE.search(body, 0, match.start()):
            group = 1 if match[1] else 2
            yield match[group], match.start(group)


def _check_indexed(kind: str, text: Query, declared: Collection[str]) -> None:
    """Check properties that are read by a text: ``standing['fact_' + rule.fact]``."""
    bare = blanked(text.text, strings=False)
    for match in _INDEXED.finditer(bare):
        name, joined = match[2], bool(match[3])
        if match[1].lower() in _WORDS or name.startswith("fact_"):
            continue
        if joined and any(measure.startswith(name) for measure in measures()):
            if not any(measure.startswith(name) for measure in declared):
                raise _undeclared(f"{name}...", text.where(match.start(2)))
        elif name in measures():
            if name not in declared:
                raise _undeclared(name, text.where(match.start(2)))
        elif name not in READABLE[kind]:
            raise _unknown(kind, name, text.where(match.start(2)), declared)


def _check_chosen(text: Query, body: str, types: Mapping[str, str]) -> None:
    """Refuse a property whose name is worked out; a plan may choose among those that a rule lists."""
    for match in _CHOSEN.finditer(body):
        param = re.match(r"\s*rule\.(\w+)\s*\]", body[match.end() :])
        if body[match.end() :].lstrip().startswith("'") or (param and param[1] in ("state", "meets")):
            continue
        if not param or not types.get(param[1], "").startswith("ONE_OF"):
            raise RuleError(
                "reads a property by a name that is worked out, which nobody can check",
                text.where(match.start()),
                "Name the property, or let a parameter of type ONE_OF list what the plan may choose.",
            )


def _check_recruits(text: Query, body: str) -> None:
    """Check what is read of each of `sponsored`."""
    for recruit in set(_RECRUIT.findall(body)):
        for use in re.finditer(rf"(?<![\w.]){recruit}\.(\w+)", body):
            if use[1] not in RECRUIT:
                raise RuleError(
                    f"reads {use[1]} of members sponsored in person, of whom a rule sees only "
                    f"{', '.join(sorted(RECRUIT))}",
                    text.where(use.start(1)),
                    did_you_mean(use[1], RECRUIT) or "Use one of those, or a measure of the member itself.",
                )


def _check_reach(text: Query, body: str, declared: Collection[str], params: Collection[str]) -> None:
    """Refuse what reads further than its first place of a measure that looks as far as a parameter says."""
    for measure in declared:
        further = reach(measure)
        if further and further not in params:
            use = re.search(rf"\b{measure}\b(?!\s*\[\s*0\s*\])", body)
            if use:
                raise RuleError(
                    f"reads {measure}, which looks as far as the parameter {further} says",
                    text.where(use.start()),
                    f"Declare that parameter in the header: params: {further}: POSITIVE.",
                )


def _undeclared(name: str, where: str) -> RuleError:
    return RuleError(
        f"reads {name}, which the header does not declare",
        where,
        f"Write it in the header: needs: {name.removesuffix('...')}. Only then a run prepares it.",
    )


def _unknown(kind: str, name: str, where: str, declared: Collection[str]) -> RuleError:
    if name in STANDING:
        what = f"reads {name}, which is not known yet when a {kind} rule is asked"
        return RuleError(what, where, f"Before groups are counted there are {', '.join(sorted(EARLY))}.")
    if name == "earned":
        what = "reads earned, which is not known before every bonus is paid"
        return RuleError(
            what, where, "A bonus on what others paid has basis: money; see docs/rules/header.md."
        )
    likely = did_you_mean(name, [*READABLE[kind], *measures(), *declared])
    return RuleError(
        f"reads {name}, which no rule of the kind {kind} can read",
        where,
        likely or "docs/rules/reads.md lists what it can.",
    )


def _like(name: str, known: Collection[str]) -> str:
    return did_you_mean(name, known) or f"Known are {', '.join(sorted(known)) or 'none'}."
