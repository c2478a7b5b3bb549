"""Rule modules: what a `.cypher` file must say and return to serve as a rule of a plan.

A rule is one file. Its folder is its kind, its file name the name that plans use, its header the contract:
`params` with their plan types, `returns` with their columns, and for a bonus its `scope` and `basis`.
Requirement and compression rules are single RETURN clauses over named facts, so that the engine can put
them inside its own passes; bonus and flow rules are free in form and read only. docs/rules/contract.md
has more.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from engine.errors import UplineError, did_you_mean
from engine.graph.queries import Query, QueryFileError, fields, folder, split, typed
from engine.graph.queries import load as load_query
from engine.rules.header import conditions, holds, shown

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
"""The columns that a rule of a kind returns, in this order; bonus rules may add BONUS_EXTRAS."""
BONUS_EXTRAS = ("base", "origin")
CARD_EXTRAS = ("counts", "room")
"""What a requirement rule may add, for each `leg`: what the leg counts, and how much more of it could."""
SCOPES = ("source", "order", "payee", "company")
"""What a bonus rule is asked once for: each source of volume, each order, each payee, or the company."""
BASES = ("volume", "money", "count")
"""What a bonus rule's base counts: hundredths of volume, minor units, or pieces paid a fixed amount each."""
ONE_AFTER_ANOTHER = ("levels", "border")
"""Climbs whose steps go on from the last payee, each over the next of a rule's overlays."""
FREE = ("bonus", "flow", "placement")
"""Kinds whose rules are free in form; the others are one RETURN clause."""
OFFERED = {
    "bonus": {
        "overlays", "state", "steps", "meets", "ranks", "zone", "currency", "unit", "parts", "rounding",
    },
    "flow": {"state", "meets", "ranks"},
    "compression": {"earns", "floor", "legs", "meets", "recruits", "through", "volume"},
    "requirement": set[str](),
    "push": {"floor"},
    "placement": set[str](),
}  # fmt: skip
"""What the engine adds to `rule` beside the declared parameters, by kind."""
QUESTIONS = {"check": "checks", "report": "reports"}
"""Kinds of queries that no plan names, and the folder of each: a check of every run, a report on any run."""
ASKED = {
    "check": (("run", "shown"), ("where", "expected", "actual")),
    "report": (("run", "floor", "unit", "parts"), ()),
}
"""The parameters that the engine gives a question of a kind, and the columns that it must return, if any."""
ENTRY_POINTS = "upline.rules"
"""Installed packages offer a folder of rules under this entry point group."""

_LITERAL = re.compile(r"""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`""", re.DOTALL)
_FORBIDDEN = re.compile(
    r"\b((?:CREATE|MERGE|SET|DELETE|DETACH|REMOVE|DROP|ALTER|LOAD\s+CSV|FOREACH|TERMINATE|SHOW|GRANT"
    r"|IN\s+TRANSACTIONS)\b|CALL\s+(?!\s*[({])[a-z])",
    re.IGNORECASE,
)


class RuleError(UplineError):
    """A rule module breaks the contract of its kind."""


class UnknownRuleError(UplineError):
    """No rule module has that name."""


class RulesPlaceError(UplineError):
    """A place that should hold rule modules is none."""


class RuleTwiceError(UplineError):
    """Two rule modules of one kind have one name."""


@dataclass(frozen=True, slots=True)
class Param:
    """A rule's parameter: its plan type, and its default as written (None where it must be given)."""

    name: str
    type: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Module:
    """One rule module as loaded and checked.

    `columns` maps each returned column to its expression where the whole body is one RETURN clause,
    else it is empty. `steps` names the parameter whose length is the number of levels that the rule's
    ``<<walk>>`` climbs, `climb` how each step finds its overlay. `flow` names the flow that a bonus
    reads, `needs` the measures that must be on every standing, each perhaps only where a parameter is
    given. A flow is visited in `order` and, where it `carries`, sees its state of the period before.
    Where the walk is `shared`, the answer depends on nothing else: a run asks once for all sources whose
    first step comes to the same member.
    """

    kind: str
    name: str
    path: Path
    purpose: str
    params: tuple[Param, ...]
    columns: Mapping[str, str]
    body: str
    scope: str
    basis: str
    steps: str
    climb: str
    flow: str
    needs: tuple[tuple[str, str], ...]
    order: str
    carries: bool
    shared: bool
    returns: tuple[str, ...]
    flow_param: str = ""
    """The parameter without which the bonus needs no flow; empty where it always does."""
    shows: tuple[tuple[str, str, str], ...] = ()
    """What a flow shows of its state: name, type (of engine/header.py), and an expression over it."""
    only: tuple[tuple[str, str], ...] = ()
    """Parameters that count only where another one is given, or is what the condition says."""
    asks: tuple[tuple[str, str], ...] = ()
    """Parameters that must be given where a condition holds."""
    carries_where: tuple[str, ...] = ()
    """Conditions on a bonus of which one must hold for what a flow carries to count; none: it always does."""

    @property
    def on_recruits(self) -> bool:
        """Whether a requirement rule looks at `sponsored`, those whom a member sponsors in person."""
        return any(re.search(r"\bsponsored\b", column) for column in self.columns.values())

    @property
    def on_earnings(self) -> bool:
        """Whether a bonus pays on what others paid; a rule of orders in money pays on their amounts."""
        return self.basis == "money" and self.scope != "order"

    @property
    def on_groups(self) -> bool:
        """Whether a bonus rule is asked for a source's whole group and names the base itself."""
        return self.scope == "source" and "base" in self.returns

    def carries_for(self, values: Mapping[str, object]) -> bool:
        """Whether what a flow saw in the period before counts for a bonus with these values."""
        where = [(said, said.removeprefix("!").partition("=")[0]) for said in self.carries_where]
        met = (holds(said, {name: None, **values}) for said, name in where)
        return self.carries and (not where or any(met))

    def without_effect(self, values: Mapping[str, object]) -> dict[str, str]:
        """Parameters that count for nothing beside the others, with the condition that they miss."""
        return {name: said for name, said in self.only if not holds(said, values)}

    def lacking(self, values: Mapping[str, object]) -> dict[str, str]:
        """Parameters that are not given though they must be, with the condition that asks for them."""
        return {name: said for name, said in self.asks if values[name] is None and holds(said, values)}

    def param(self, name: str) -> Param | None:
        """The declared parameter of that name."""
        return next((param for param in self.params if param.name == name), None)


def by_kind(modules: Iterable[Module], column: str) -> str:
    """One expression that answers a column for whichever module `rule` names; null where none says it."""
    cases = " ".join(
        f"WHEN '{module.name}' THEN ({module.columns[column]})"
        for module in modules
        if column in module.columns
    )
    return f"CASE rule.kind {cases} END" if cases else "null"


def rule(kind: str, name: str, company: Path | None = None) -> Module:
    """The rule of that kind and name; raises UnknownRuleError with the nearest known ones."""
    known = rules(kind, company)
    if name not in known:
        said = f"no {kind} rule is called {name!r}; known are {', '.join(sorted(known))}"
        raise UnknownRuleError(said, todo=did_you_mean(name, known))
    return known[name]


@cache
def rules(kind: str, company: Path | None = None) -> Mapping[str, Module]:
    """Every rule of a kind by name: the engine's own, those of installed packages, the company's."""
    return {path.stem: load(kind, path) for path in _files(kind, FOLDERS[kind], company)}


@cache
def questions(kind: str, company: Path | None = None) -> Mapping[str, Query]:
    """Every check or report by name: the engine's own, those of installed packages, the company's."""
    return {path.stem: load_question(kind, path) for path in _files(kind, QUESTIONS[kind], company)}


def _files(kind: str, place: str, company: Path | None) -> list[Path]:
    """The files of a kind; raises RuleTwiceError where two have one name."""
    found: dict[str, Path] = {}
    for root in roots(company):
        for path in sorted((root / place).glob("*.cypher")):
            if path.stem in found:
                raise RuleTwiceError(
                    f"the {kind} rule {path.stem} is already defined by {found[path.stem]}",
                    str(path),
                    "Give it a name of its own: no rule can be replaced.",
                )
            found[path.stem] = path
    return list(found.values())


def roots(company: Path | None) -> Iterator[Path]:
    """The folders that are searched for rules; raises RulesPlaceError for one that is not there."""
    yield folder() / "rules"
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        try:
            offered = point.load()
            offered = offered() if callable(offered) else offered
            place = Path(offered.__path__[0] if hasattr(offered, "__path__") else offered)
        except Exception as error:  # whatever a foreign package raises, say whose it is
            raise RulesPlaceError(
                f"the rules of an installed package cannot be found: {error}",
                f"entry point {point.name} = {point.value}",
                "It must name a folder of rules, a function that returns one, or a package that is one.",
            ) from error
        yield _folder(place, f"entry point {point.name} = {point.value}", "Correct or remove that package.")
    if company is not None:
        yield _folder(company, "UPLINE_RULES", "Name the folder that holds bonuses/, compression/ and so on.")


def _folder(place: Path, where: str, todo: str) -> Path:
    if not place.is_dir():
        raise RulesPlaceError(f"there is no folder {place}", where, todo)
    return place


def foreign(path: Path) -> bool:
    """Whether a file is none of the engine's own."""
    return not path.is_relative_to(folder())


def load_question(kind: str, path: Path) -> Query:
    """Read one check or report and hold its header against its text and its kind; raises RuleError."""
    given, columns = ASKED[kind]
    try:
        found = load_query(path, f"{QUESTIONS[kind]}/{path.stem}")
    except QueryFileError as error:
        raise RuleError(error.what, error.where, _template(kind)) from error
    _only_reads(found.text, path)
    if found.mode != "read":
        raise RuleError(f"a {kind} has mode read, not {found.mode}", f"{path}:1", _template(kind))
    if columns and tuple(found.returns) != columns:
        raise RuleError(f"a {kind} returns {', '.join(columns)}", f"{path}:1", _template(kind))
    for name, said in found.params.items():
        if name not in given and not re.fullmatch(r"INTEGER\s*=\s*-?\d+", said):
            raise RuleError(
                f"{name} is none of {', '.join(given)}, and no INTEGER with a default",
                f"{path}:1",
                _template(kind),
            )
    return found


def load(kind: str, path: Path) -> Module:
    """Read one rule module and hold its header against its text; raises RuleError with path and line."""
    text = path.read_text(encoding="utf-8")
    try:
        found, purpose, body = fields(text, path)
        declared = {} if found.get("params", "none") == "none" else _params(found["params"], f"{path}:1")
        returns = tuple(typed(found.get("returns", "none"), f"{path}:1"))
        shows = shown(found.get("shows", ""), f"{path}:1")
        only, asks = (conditions(found.get(key, ""), declared, f"{path}:1") for key in ("only", "asks"))
    except QueryFileError as error:
        raise RuleError(error.what, error.where, _template(kind)) from error
    if found.get("kind") != kind:
        raise RuleError(
            f"the header says kind {found.get('kind')!r}, the folder {kind!r}",
            f"{path}:1",
            f"Write kind: {kind}, or move the file into the folder of its kind.",
        )
    _check_columns(kind, returns, path)
    bare = re.sub(r"//[^\n]*", "", body)
    for body_part in (text.partition("\n\n")[2], *(expression for _, _, expression in shows)):
        _only_reads(body_part, path)
    _check_used(kind, bare, declared, path)
    scope, basis = found.get("scope", ""), found.get("basis", "volume")
    if kind == "bonus" and (scope not in SCOPES or basis not in BASES):
        raise RuleError(f"scope must be one of {', '.join(SCOPES)}, basis of {', '.join(BASES)}", f"{path}:1")
    order = found.get("order", "any")
    if order not in ("any", "up", "down"):
        raise RuleError(f"order is {order!r}, neither any nor up nor down", f"{path}:1")
    columns = {} if kind in FREE else _expressions(bare, path)
    if kind not in FREE and tuple(columns) != returns:
        raise RuleError(f"must be one RETURN of {', '.join(COLUMNS[kind])}, in this order", f"{path}:1")
    needs = tuple(re.findall(r"(\w+)(?:\(([\w=]+)\))?", found.get("needs", "")))
    flow = re.fullmatch(r"(\w*)(?:\((\w+)\))?", found.get("flow", ""))
    if not flow:
        raise RuleError("flow must be a name, perhaps with a parameter in brackets", f"{path}:1")
    climb = found.get("climb", "levels")
    if "walk" in found and (found["walk"] != "shared" or climb not in ONE_AFTER_ANOTHER):
        climbs = " or ".join(ONE_AFTER_ANOTHER)
        raise RuleError(f"walk can only be shared, and only in a climb of {climbs}", f"{path}:1")
    carries = re.fullmatch(r"yes(?:\((.+)\))?", found.get("carries", ""))
    return Module(
        kind, path.stem, path, purpose, tuple(declared.values()), columns, body, scope, basis,
        found.get("levels", ""), climb, flow[1], needs, order,
        carries is not None, "walk" in found, returns, flow[2] or "", shows, only, asks,
        tuple(re.findall(r"!?\w+(?:=\w+)?", (carries[1] or "") if carries else "")),
    )  # fmt: skip


def _only_reads(body: str, path: Path) -> None:
    """Refuse a body that writes, loads files or calls procedures, with the line where it does."""
    text = path.read_text(encoding="utf-8")
    blank = _LITERAL.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), body)
    if banned := _FORBIDDEN.search(blank):
        at = text.rindex(body.strip()) - (len(body) - len(body.lstrip())) + banned.start()
        said = re.sub(r"\s+", " ", body[banned.start() : banned.end() + 40]).split("(")[0].split(" ")
        words = " ".join(said[:2] if said[0].upper() in ("CALL", "LOAD", "DETACH", "IN") else said[:1])
        raise RuleError(
            f"a rule only reads: {words} is not allowed",
            f"{path}:{text.count(chr(10), 0, at) + 1}",
            "Leave it out: the engine writes what a rule returns. A name spelt so goes into backticks.",
        )


def _template(kind: str) -> str:
    return f"`upline rules new {kind} NAME` writes an example; see docs/rules/contract.md."


def _check_used(kind: str, bare: str, declared: dict[str, Param], path: Path) -> None:
    """Hold the uses of `rule.` against what is declared; flows may read any parameter of their bonus."""
    used = set(re.findall(r"\brule\.(\w+)", bare))
    most = {f"{name}_most" for name, param in declared.items() if param.type.endswith("BY_RANK")}
    offered = set(declared) | most | OFFERED[kind] | {"kind"}
    if kind != "flow" and (wrong := sorted(used - offered)):
        raise RuleError(
            f"uses rule.{wrong[0]}, which params do not declare", f"{path}:{_line(path, wrong[0])}",
            "Declare it in the header, or correct the name.",
        )  # fmt: skip


def _params(listed: str, where: str) -> dict[str, Param]:
    found = {}
    for name, said in typed(listed, where).items():
        kind, equals, default = said.partition("=")
        found[name] = Param(name, kind.strip(), default.strip() if equals else None)
    return found


def _check_columns(kind: str, returns: tuple[str, ...], path: Path) -> None:
    extra = {"bonus": BONUS_EXTRAS, "requirement": CARD_EXTRAS}.get(kind, ())
    needed = COLUMNS[kind]
    if returns[: len(needed)] != needed or not set(returns[len(needed) :]) <= set(extra):
        raise RuleError(
            f"a {kind} rule returns {', '.join(needed)}, not {', '.join(returns)}",
            f"{path}:1",
            _template(kind),
        )  # fmt: skip


def _expressions(body: str, path: Path) -> dict[str, str]:
    """The columns of a body that is one RETURN clause: name to expression."""
    found = re.fullmatch(r"\s*RETURN\b(.*)", body, re.DOTALL)
    if not found:
        raise RuleError("must be a single RETURN clause", f"{path}:1")
    columns = {}
    for item in split(found[1], "([{", ")]}"):
        named = re.fullmatch(r"(.*)\bAS\s+(\w+)\s*", item, re.DOTALL)
        if not named:
            raise RuleError(f"column without a name: {item.strip()}", f"{path}:1")
        columns[named[2]] = " ".join(named[1].split())
    return columns


def _line(path: Path, name: str) -> int:
    """The first line that uses a parameter of `rule`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if re.search(rf"\brule\.{name}\b", line)), 1)
