"""Rule modules: list them, show one, begin a new one, test them against their data cases."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.syntax import Syntax

from engine import ranges
from engine.commands.console import database, out, plain_out, print_json, table
from engine.commands.figures import checked_period, number
from engine.errors import UplineError
from engine.graph.database import Graph, ServerUnreachableError
from engine.graph.queries import folder
from engine.rules.contract import FOLDERS, QUESTIONS, load, load_question
from engine.rules.header import sentence
from engine.rules.library import UnknownRuleError, questions, rule, rules
from engine.rules.module import Module
from engine.settings import Settings

app = typer.Typer(help="Rule modules: list, show, begin a new one, test.", no_args_is_help=True)

PLACES = {**FOLDERS, **QUESTIONS}
"""The folder of each kind of rule, with the kinds that no plan names."""

COMPANIONS = {"flow": "bonus"}
"""Kinds of rules that need a rule of another kind, and that kind."""

Kind = Annotated[str, typer.Argument(metavar="KIND", help=f"One of {', '.join(PLACES)}.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The rule's name.")]


class ComposedOptionError(UplineError):
    """A composed statement is asked for without what it needs."""


class NoCaseError(UplineError):
    """There is no data case to test."""


class KindUnknownError(UplineError):
    """No kind of rule has that name."""


class RuleExistsError(UplineError):
    """A rule of that name exists already."""


@app.command("list")
def list_(json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Every rule that a plan can name, and every check and report, with its parameters."""
    company = Settings().rules
    listed = [
        (
            kind,
            name,
            statement.purpose,
            {key: type_ for key, type_ in statement.params.items() if "=" in type_},
        )
        for kind in QUESTIONS
        for name, statement in questions(kind, company).items()
    ]
    modules = [module for kind in FOLDERS for module in rules(kind, company).values()]
    if json:
        others = [
            {
                "kind": kind,
                "name": name,
                "purpose": purpose,
                "params": [{"name": key, "type": type_} for key, type_ in params.items()],
            }
            for kind, name, purpose, params in listed
        ]
        print_json([*(_as_json(module) for module in modules), *others])
        return
    shown = table(None, "kind", "name", "what it does", "parameters")
    for module in modules:
        params = ", ".join(param.name for param in module.params) or "-"
        shown.add_row(module.kind, module.name, escape(_first(module.purpose)), params)
    for kind, name, purpose, options in listed:
        shown.add_row(kind, name, escape(_first(purpose)), ", ".join(options) or "-")
    out.print(shown)


@app.command()
def show(
    kind: Kind,
    name: Name,
    composed: Annotated[
        bool, typer.Option("--composed", help="Print the whole statement as the server gets it.")
    ] = False,
    plan: Annotated[
        Path | None, typer.Option("--plan", help="With --composed: by this plan file, on its latest run.")
    ] = None,
    period_name: Annotated[
        str | None,
        typer.Option(
            "--period",
            parser=checked_period,
            help="With --plan: the run of this period; default this month.",
        ),
    ] = None,
    run: Annotated[
        int | None, number(ranges.RUN, "--run", help="With --composed: by the plan of this run, on that run.")
    ] = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="With --composed: the form by which a run stores its results.")
    ] = False,
    options: Annotated[
        list[str] | None, typer.Option("--set", help="An option of a placement rule: name=value.")
    ] = None,
) -> None:
    """One rule in full: what it is for, its parameters, its text.

    With --composed and a plan or a run: the statement that holds the rule, its parameters in front, each
    piece under its file and line. Pasted into a Cypher shell it runs.
    """
    _kind(kind)
    if composed or plan or run is not None or stored:
        _compose(
            kind, name, _ComposedOptions(composed, plan, period_name, run, stored, dict(_pairs(options)))
        )
        return
    if kind in QUESTIONS:
        statement = questions(kind, Settings().rules).get(name)
        if statement is None:
            known = ", ".join(sorted(questions(kind, Settings().rules)))
            raise UnknownRuleError(f"no {kind} is called {name!r}; known are {known}")
        out.print(f"[bold]{kind} {name}[/bold]  {escape(str(statement.path))}")
        _text(statement.path)
        return
    module = rule(kind, name, Settings().rules)
    out.print(f"[bold]{module.kind} {module.name}[/bold]  {escape(str(module.path))}")
    shown = table(None, "parameter", "type", "default")
    for param in module.params:
        shown.add_row(
            param.name, escape(param.type), "must be given" if param.default is None else param.default
        )
    if module.params:
        out.print(shown)
    _text(module.path)


@dataclass(frozen=True, slots=True)
class _ComposedOptions:
    """The options of `show` that are about composed statements."""

    composed: bool
    plan: Path | None
    period: str | None
    run: int | None
    stored: bool
    placement: dict[str, str]


def _compose(kind: str, name: str, options: _ComposedOptions) -> None:
    """Print the statements that hold a rule."""
    from engine.period import period
    from engine.plans.reader import read
    from engine.workbench.composed import of_plan, of_run, statements

    if (
        not options.composed
        or (options.plan is None) == (options.run is None)
        or (options.period and not options.plan)
    ):
        raise ComposedOptionError(
            "a composed statement is asked for with --composed and with either --plan or --run",
            todo=f"Write: upline rules show {kind} {name} --composed --plan FILE",
        )
    with ExitStack() as stack:
        if options.run is not None:
            target = of_run(stack.enter_context(database()), options.run)
        else:
            assert options.plan is not None
            read_plan = read(options.plan, Settings().rules)
            target_period = period(options.period, read_plan.zone) if options.period else None
            target = of_plan(read_plan, target_period, _running(stack))
        composed = statements(kind, name, target, stored=options.stored, options=options.placement)
    plain_out.write("\n".join(statement.text for statement in composed))


def _running(stack: ExitStack) -> Graph | None:
    """The database of the settings if it answers; nothing is started."""
    from engine.server.connect import connect
    from engine.server.managed import Server

    settings = Settings()
    if not settings.neo4j_uri and Server(settings).running() is None:
        return None
    try:
        return stack.enter_context(connect(settings))
    except ServerUnreachableError:
        return None


def _pairs(options: list[str] | None) -> Iterator[tuple[str, str]]:
    for option in options or ():
        name, equals, value = option.partition("=")
        if not equals:
            raise ComposedOptionError(f"{option!r} is not of the form name=value")
        yield name, value


@app.command()
def new(
    kind: Kind,
    name: Name,
    to: Annotated[
        Path | None, typer.Option("--to", help="The rules folder; default UPLINE_RULES, else rules/.")
    ] = None,
) -> None:
    """Begin a rule and its data case from a template that works as it is.

    A flow does nothing by itself: a bonus of the same name that reads it is begun too.
    """
    company = to or Settings().rules or Path("rules")
    _kind(kind)
    case = company / PLACES[kind] / f"{name}.case"
    files = {f"{kind}.cypher": (kind, company / PLACES[kind] / f"{name}.cypher")}
    if kind in COMPANIONS:
        other = COMPANIONS[kind]
        files[f"{kind}_{other}.cypher"] = (other, company / PLACES[other] / f"{name}.cypher")
    for each, path in files.values():
        if path.exists() or name in (questions if each in QUESTIONS else rules)(each, None):
            raise RuleExistsError(f"a {each} rule {name} exists already", str(path), "Choose another name.")
    for template, path in [
        *((template, path) for template, (_, path) in files.items()),
        (f"{kind}.case", case),
    ]:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = (templates() / template).read_text("utf-8")
        path.write_text(text.replace("NAME", name), encoding="utf-8")
    for each, path in files.values():
        (load_question if each in QUESTIONS else load)(each, path)
        out.print(f"{path}: edit it", markup=False)
    out.print(f"{case}: write down what should come out, then", markup=False)
    out.print(f"UPLINE_RULES={company} upline rules test {case}", markup=False)


@app.command("test")
def test_(
    path: Annotated[
        Path | None, typer.Argument(help="A .case file or a folder; default UPLINE_RULES.", exists=True)
    ] = None,
) -> None:
    """Run data cases in a scratch database and print what differs; exit status 1 if anything does."""
    from engine.workbench import cases

    place = path or Settings().rules
    files = [place] if place and place.is_file() else sorted(place.rglob("*.case")) if place else []
    if not files:
        raise NoCaseError("there is no .case file to test", str(place or ""), "Write one next to the rule.")
    listed = [cases.read(file) for file in files]
    failed = 0
    with cases.database() as graph:
        for case in listed:
            graph.batched("schema/wipe")
            failures = cases.failures(case, graph)
            failed += bool(failures)
            out.print(f"{'failed' if failures else 'passed'}  {case.title}", markup=False)
            for line in failures:
                out.print(f"  {line}", markup=False)
    out.print(f"{len(listed) - failed} passed, {failed} failed")
    if failed:
        raise typer.Exit(1)


def templates() -> Path:
    """What new rules start from: each works as it is."""
    return folder() / "templates"


def _text(path: Path) -> None:
    out.print(Syntax(path.read_text(encoding="utf-8"), "cypher", theme="ansi_dark", word_wrap=True))


def _kind(kind: str) -> str:
    if kind not in PLACES:
        raise KindUnknownError(f"no kind of rule is called {kind!r}", todo=f"Kinds are {', '.join(PLACES)}.")
    return kind


def _first(purpose: str) -> str:
    return sentence(purpose) + "."


def _as_json(module: Module) -> dict[str, object]:
    params = [{"name": param.name, "type": param.type, "default": param.default} for param in module.params]
    return {"kind": module.kind, "name": module.name, "purpose": module.purpose, "params": params}
