"""The contract of rules: what a `.cypher` file must say and return to be a rule of a plan.

A rule is one file. Its folder is its kind, its file name the name that plans use, its header the contract:
`params` with their plan types, `returns` with their columns, and for a bonus its `scope` and `basis`.
Requirement, compression and push rules are one RETURN clause, so that the engine can put each column inside
its own passes; rules of other kinds are free in form. All of them only read. docs/rules/contract.md has more.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from engine.graph.pieces import HOLE
from engine.graph.queries import Query, QueryFileError, kept_by_a_run, load_query, typed
from engine.rules import functions, nodes, reads
from engine.rules.columns import blanked, columns_of
from engine.rules.header import Header, conditions, read, shown
from engine.rules.module import FIGURES, ONE_AFTER_ANOTHER, Module, Param, RuleError
from engine.rules.returned import check_types

FOLDERS = {
    "requirement": "requirements",
    "compression": "compression",
    "bonus": "bonuses",
    "flow": "flows",
    "push": "push",
    "placement": "placement",
}
"""Kinds of rule modules that plans name, and the folder of each."""
COLUMNS = {
    "requirement": ("required", "actual", "passes"),
    "compression": ("keeps", "reason", "figure", "needed"),
    "bonus": ("payee", "level", "rate", "budget", "reason"),
    "flow": ("state",),
    "push": ("receives", "volume", "reason"),
    "placement": ("parent", "leg"),
}
"""The columns that a rule of a kind returns, in this order; some may add EXTRAS."""
EXTRAS = {"bonus": ("base", "origin"), "requirement": ("counts", "room"), "placement": ("as_of",)}
"""The columns that a rule of a kind may add. `counts` and `room` are about one `leg`: what it counts, and how
much more of it could. `as_of` says of when the figures are by which a place was found."""
TYPES = {
    "payee": "NODE", "origin": "NODE", "level": "INTEGER", "rate": "INTEGER", "budget": "INTEGER",
    "base": "INTEGER", "required": "INTEGER", "actual": "INTEGER", "counts": "INTEGER", "room": "INTEGER",
    "passes": "BOOLEAN", "keeps": "BOOLEAN", "receives": "BOOLEAN", "figure": "INTEGER", "needed": "INTEGER",
    "volume": "INTEGER", "reason": "STRING", "parent": "NODE", "leg": "STRING", "as_of": "ZONED DATETIME",
}  # fmt: skip
"""The type of each column; the state of a flow is a list of integers, or of texts."""
STATES = ("LIST<INTEGER>", "LIST<STRING>")
SCOPES = ("source", "order", "payee", "company")
"""What a bonus rule is asked once for: each source of volume, each order, each payee, or the company."""
BASES = ("volume", "money", "count")
"""What a bonus rule's base counts: hundredths of volume, minor units, or pieces paid a fixed amount each."""
FREE = ("bonus", "flow", "placement")
"""Kinds whose rules are free in form; the others are one RETURN clause, perhaps after WITH clauses."""
KNOWN = {
    "requirement": frozenset({"standing", "legs", "leg", "sponsored", "reached", "rule"}),
    "compression": frozenset({"standing", "rule"}),
    "push": frozenset({"standing", "rule"}),
}
"""The names that a rule of one RETURN clause is given, by kind."""
PLACES = ("leg_end", "leg_weights", "first_free", "first_fewest", "first_free_leg")
HOLES = {
    "bonus": ("walk", "closed", "distance", "outside", *FIGURES), "flow": FIGURES, "placement": PLACES,
}  # fmt: skip
"""The places ``<<name>>`` in rules that the engine fills, by kind."""
OFFERED = {
    "bonus": {
        "overlays", "state", "steps", "meets", "ranks", "zone", "currency", "unit", "parts", "rounding",
        "one",
    },
    "flow": {"state", "meets", "ranks"},
    "compression": {"earns", "floor", "legs", "meets", "recruits", "through", "volume"},
    "requirement": set[str](),
    "push": {"floor"},
    "placement": set[str](),
}  # fmt: skip
"""What the engine adds to `rule` besides the declared parameters, by kind."""
QUESTIONS = {"check": "checks", "report": "reports"}
"""Kinds of queries that no plan names, and the folder of each: a check of every run, a report on any run."""
ASKED = {
    "check": (("run", "shown"), ("where", "expected", "actual")),
    "report": (("run", "floor", "unit", "parts", "one", "outside"), ()),
}
"""The parameters that the engine gives a question of a kind, and the columns that it must return, if any."""
_FORBIDDEN = re.compile(
    r"\b((?:CREATE|MERGE|SET|DELETE|DETACH|REMOVE|DROP|ALTER|LOAD\s+CSV|FOREACH|TERMINATE|SHOW|GRANT"
    r"|IN\s+TRANSACTIONS)\b|CALL\s+(?!\s*[({])[a-z])",
    re.IGNORECASE,
)


def load_question(kind: str, path: Path) -> Query:
    """Read one check or report, and check its header against its text and its kind; raises RuleError."""
    parameters, columns = ASKED[kind]
    header = _header(path, kind)
    try:
        question = load_query(path, f"{QUESTIONS[kind]}/{path.stem}")
    except QueryFileError as error:
        raise RuleError(error.what, error.where, template(kind)) from error
    _only_reads(header.body)
    if kind == "check":
        functions.check(kind, header.body)
    if question.mode != "read":
        raise RuleError(f"a {kind} has mode read, not {question.mode}", header.where("mode"), template(kind))
    if columns and tuple(question.returns) != columns:
        raise RuleError(f"a {kind} returns {', '.join(columns)}", header.where("returns"), template(kind))
    check_types(question, header.where("returns"))
    for name, declared in question.params.items():
        if name not in parameters and not re.fullmatch(r"INTEGER\s*=\s*-?\d+", declared):
            raise RuleError(
                f"{name} is none of {', '.join(parameters)}, and no INTEGER with a default",
                header.where("params"),
                template(kind),
            )
    return question


def load(kind: str, path: Path) -> Module:
    """Read one rule module, and check its header against its text; raises RuleError with file and line."""
    header = _header(path, kind)
    try:
        params = _params(header)
        types = typed(header.field("returns", "none"), header.where("returns"))
        shows = shown(header)
        only, asks = (conditions(header, key, params) for key in ("only", "asks"))
    except QueryFileError as error:
        raise RuleError(error.what, error.where, template(kind)) from error
    returns = tuple(types)
    _check_kind(header, kind, types)
    for text in (header.body, *(expression for _, _, expression in shows)):
        _only_reads(text)
    _check_holes(kind, header.body)
    _check_used(kind, header.body, params)
    needs = reads.needs(kind, header, params, OFFERED[kind])
    needs += tuple(each for each in reads.implied(header, params) if each not in needs)
    columns = {} if kind in FREE else columns_of(header.body, KNOWN[kind])
    if kind not in FREE and tuple(columns) != returns:
        raise RuleError(
            f"must be one RETURN of {', '.join(returns)}, in this order",
            f"{path}:{header.body.pieces[0].line}",
        )
    # What a run has kept was checked when it was computed, by the contract of that time.
    for text in () if kept_by_a_run(path) else (header.body, *(expression for _, _, expression in shows)):
        functions.check(kind, text)
        nodes.check(kind, text)
        reads.check(kind, text, {name for name, _ in needs}, params.values())
    flow = _matched(header, "flow", r"(\w*)(?:\((\w+)\))?", "a name, perhaps with a parameter in brackets")
    carries = re.fullmatch(r"yes(?:\((.+)\))?", header.field("carries"))
    return Module(
        kind=kind,
        name=path.stem,
        path=path,
        purpose=header.purpose,
        params=tuple(params.values()),
        columns=columns,
        body=header.body,
        scope=header.field("scope"),
        basis=header.field("basis", "volume"),
        steps=header.field("levels"),
        climb=header.field("climb", "levels"),
        flow=flow[1],
        flow_param=flow[2] or "",
        needs=needs,
        order=header.field("order", "any"),
        carries=carries is not None,
        by_figure=_by_figure(header, params),
        carries_where=tuple(re.findall(r"!?\w+(?:=\w+)?", (carries[1] or "") if carries else "")),
        shared=bool(header.field("walk")),
        returns=returns,
        state_type=types.get("state", ""),
        shows=shows,
        only=only,
        asks=asks,
    )


def template(kind: str) -> str:
    """What to do about a rule that is not what its kind must be."""
    return f"`upline rules new {kind} NAME` writes an example; see docs/rules/contract.md."


def _header(path: Path, kind: str) -> Header:
    try:
        return read(path)
    except QueryFileError as error:
        raise RuleError(error.what, error.where, template(kind)) from error


def _params(header: Header) -> dict[str, Param]:
    params = {}
    for name, declared in typed(header.field("params", "none"), header.where("params")).items():
        kind, equals, default = declared.partition("=")
        params[name] = Param(name, kind.strip(), default.strip() if equals else None)
    return params


def _check_kind(header: Header, kind: str, types: Mapping[str, str]) -> None:
    """Refuse a header that does not say what a rule of this kind must say."""
    if header.field("kind") != kind:
        raise RuleError(
            f"the header says kind {header.fields.get('kind')!r}, the folder {kind!r}",
            header.where("kind"),
            f"Write kind: {kind}, or move the file into the folder of its kind.",
        )
    returns, needed, extra = tuple(types), COLUMNS[kind], EXTRAS.get(kind, ())
    if returns[: len(needed)] != needed or not set(returns[len(needed) :]) <= set(extra):
        raise RuleError(
            f"a {kind} rule returns {', '.join(needed)}, not {', '.join(returns)}",
            header.where("returns"),
            template(kind),
        )
    if kind == "requirement" and 0 < len(returns) - len(needed) < len(extra):
        raise RuleError(
            f"returns {returns[-1]} of each leg alone",
            header.where("returns"),
            f"Return {' and '.join(extra)}: what a leg counts, and how much more of it could.",
        )
    for name, type_ in types.items():
        if type_ not in (STATES if name == "state" else (TYPES[name],)):
            listed = " or ".join(STATES) if name == "state" else TYPES[name]
            raise RuleError(f"{name} is {type_}, must be {listed}", header.where("returns"), template(kind))
    if kind == "placement":
        _check_places(header)
    if kind == "bonus":
        _matched(header, "scope", "|".join(SCOPES), f"one of {', '.join(SCOPES)}")
        _matched(header, "basis", "|".join(BASES), f"one of {', '.join(BASES)}", "volume")
        _check_pieces(header)
    _matched(header, "order", "any|up|down", "any, up or down", "any")
    climb, walk = header.field("climb", "levels"), header.field("walk", "shared")
    if "walk" in header.fields and (walk != "shared" or climb not in ONE_AFTER_ANOTHER):
        climbs = " or ".join(ONE_AFTER_ANOTHER)
        raise RuleError(f"walk can only be shared, and only in a climb of {climbs}", header.where("walk"))


def _by_figure(header: Header, params: Mapping[str, Param]) -> tuple[str, ...]:
    """The parameters that may go by a figure: the rule looks them up as ``rule.name[node.rank]`` alone.

    A list up to a rank (``[..``) is for options that a plan cannot combine with a figure.
    """
    names = tuple(re.findall(r"\w+", header.field("figures")))
    for name in names:
        if name not in params or not params[name].type.endswith("_BY_RANK"):
            raise RuleError(f"figures names {name}, which is no parameter by rank", header.where("figures"))
        looked_up = rf"\brule\.{name}\b(?!\[\w+\.rank\]|\[\.\.| IS (?:NOT )?NULL)"
        if other := re.search(looked_up, blanked(header.body.text)):
            raise RuleError(
                f"figures names {name}, but the rule does not look it up as rule.{name}[payee.rank]",
                header.body.where(other.start()),
                "Look it up so everywhere, or leave it out of figures.",
            )
    return names


def _check_pieces(header: Header) -> None:
    """Refuse a bonus that lacks what one of the engine's own pieces reads for it."""
    body, params = header.body, header.field("params")
    if "earnings" in body.holes and not re.search(r"\bbonuses: TEXTS", params):
        raise RuleError(
            "reads <<earnings>> of no named bonuses",
            body.where(body.text.index("<<earnings>>")),
            "Declare bonuses: TEXTS under params: the plan then names earlier bonuses, which are paid first.",
        )
    if "outside" in body.holes and not (
        re.search(r"\bfrom_level:", params) and re.search(r"\bto_level:", params)
    ):
        raise RuleError(
            "has <<outside>> without the parameters that it goes by",
            body.where(body.text.index("<<outside>>")),
            "Write under params: from_level: POSITIVE = 1, to_level: POSITIVE = null.",
        )
    pieces = header.field("scope") == "source" and header.field("basis") == "count"
    flow = header.field("flow").partition("(")[0]
    if pieces and re.search(r"\bfirst_orders:", params) and flow != "first_orders":
        raise RuleError(
            "has a parameter first_orders, but no flow that finds a member's first orders",
            header.where("params"),
            "Write in the header: flow: first_orders(first_orders).",
        )


def _check_places(header: Header) -> None:
    """Refuse a placement rule that lacks the parameter by which the engine finds a place for it."""
    by = "by: ONE_OF<members|volume|size> = members"
    width = "width: DEPTH, depth: DEPTH = null"
    for hole, param in (("first_free", width), ("first_fewest", width), ("leg_weights", by)):
        name = param.partition(":")[0]
        if hole in header.body.holes and not re.search(rf"\b{name}:", header.field("params")):
            raise RuleError(
                f"has <<{hole}>> without the parameter {name} that it goes by",
                header.body.where(header.body.text.index(f"<<{hole}>>")),
                f"Write under params: {param}.",
            )


def _matched(header: Header, key: str, pattern: str, form: str, default: str = "") -> re.Match[str]:
    """A field of a header that must have some form; raises RuleError."""
    value = header.field(key, default)
    matched = re.fullmatch(pattern, value)
    if matched is None:
        raise RuleError(f"{key} must be {form}, not {value!r}", header.where(key))
    return matched


def _only_reads(body: Query) -> None:
    """Refuse a text that writes, loads files or calls procedures, with the line where it does."""
    if banned := _FORBIDDEN.search(blanked(body.text)):
        words = re.sub(r"\s+", " ", body.text[banned.start() : banned.end() + 40]).split("(")[0].split(" ")
        several = words[0].upper() in ("CALL", "LOAD", "DETACH", "IN")
        raise RuleError(
            f"a rule only reads: {' '.join(words[: 2 if several else 1])} is not allowed",
            body.where(banned.start()),
            "Leave it out: the engine writes what a rule returns. A name spelt so goes into backticks.",
        )


def _check_holes(kind: str, body: Query) -> None:
    """Refuse a place ``<<name>>`` that the engine does not fill in rules of this kind."""
    for hole in HOLE.finditer(body.text):
        if hole[1] not in HOLES.get(kind, ()):
            raise RuleError(
                f"{hole[0]} is no place that the engine fills in a {kind} rule",
                body.where(hole.start()),
                f"Those are {', '.join(f'<<{name}>>' for name in HOLES[kind])}." if kind in HOLES else None,
            )


def _check_used(kind: str, body: Query, params: Mapping[str, Param]) -> None:
    """Check the uses of `rule.` against what is declared; flows may read any parameter of their bonus."""
    most = {f"{name}_most" for name, param in params.items() if param.type.endswith("BY_RANK")}
    offered = params.keys() | most | OFFERED[kind] | {"kind"}
    for use in re.finditer(r"\brule\.(\w+)", blanked(body.text)):
        if kind != "flow" and use[1] not in offered:
            raise RuleError(
                f"uses rule.{use[1]}, which params do not declare",
                body.where(use.start()),
                "Declare it in the header, or correct the name.",
            )
