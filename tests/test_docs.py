"""The documentation: every page is reached, every link leads somewhere, and what it names exists."""

import importlib
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, parse, validate
from typer.main import get_command

from engine.api.answering import answer
from engine.api.cost import budgets
from engine.api.http import limits
from engine.api.types.prices import BATCH, COUNTED, EXPLAINED, WALK, WHOLE_RUN
from engine.cli import program
from engine.plans import reader
from engine.plans.table import PlanTable
from engine.rules.contract import FOLDERS
from engine.rules.library import rules
from engine.rules.module import Module
from engine.settings import SETTINGS, Settings
from tests.test_layers import LAYERS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
INDEX = DOCS / "README.md"
MOST_LINES = 200
FACES = [ROOT / name / "README.md" for name in ("", "engine", "cypher")]
"""Pages that only lead to others."""
BESIDE_SETTINGS = {"UPLINE_TEST_NEO4J"}
"""Variables that the tests read, not the engine."""

MADE = {"docker/.env", "docker/company", "docker/results", "docker/secrets/neo4j_password"}
"""Files that a user writes."""

PAGES = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()
    if (ROOT / name).is_file()
]  # fmt: skip
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

INDENTED = re.compile(r"(?<=\n\n)(?: {4}[^\n]*\n+)+")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return INDENTED.sub("", FENCE.sub("", read(page)))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    slugs: list[str] = []
    for heading in re.findall(r"^#{1,6} (.+)$", prose(page), re.MULTILINE):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        slug = re.sub(r"[^\w\- ]", "", shown).replace(" ", "-")
        same = sum(one == slug or re.fullmatch(re.escape(slug) + r"-\d+", one) is not None for one in slugs)
        slugs.append(f"{slug}-{same}" if same else slug)
    return set(slugs)


def links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """The relative links of a page: as written, the file that each leads to, and the anchor in it."""
    for target in LINK.findall(prose(page)):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield target, (page.parent / path).resolve() if path else page, anchor


def test_every_page_is_reached_from_the_index() -> None:
    reached, waiting = {INDEX}, [INDEX]
    while waiting:
        for _, path, _ in links(waiting.pop()):
            if path.suffix == ".md" and path not in reached and path.is_file():
                reached.add(path)
                waiting.append(path)
    assert [relative(page) for page in PAGES if page.is_relative_to(DOCS) and page not in reached] == []


def test_the_index_lists_every_page_itself() -> None:
    listed = {path for _, path, _ in links(INDEX)} | {INDEX}
    assert [relative(page) for page in PAGES if page not in listed and page not in FACES] == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = []
    for target, path, anchor in links(page):
        if not path.exists() or (anchor and anchor not in anchors(path)):
            dead.append(target)
    assert dead == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=relative)
def test_no_page_is_longer_than_anyone_reads(page: Path) -> None:
    assert read(page).count("\n") <= MOST_LINES


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=relative)
def test_every_file_and_module_that_is_named_exists(page: Path) -> None:
    missing = []
    for name in re.findall(r"`([^`\n]+)`", prose(page)):
        if re.fullmatch(r"(engine|cypher|tests|docs|docker|bench|\.ci)/[\w./-]*", name):
            missing += [name] if not (ROOT / name).exists() and name not in MADE else []
        elif named := re.fullmatch(r"(engine(?:\.\w+)+)\.(\w+)(\(\))?", name):
            missing += [name] if not hasattr(importlib.import_module(named[1]), named[2]) else []
    assert missing == []


class WrongCommandError(Exception):
    """A command of the documentation that the command line would refuse."""


BEFORE = r"(?:\S+=\S+ |docker compose \S+ \S+ exec engine )*"
"""What may come before `upline` in a line."""


def commands(page: Path) -> Iterator[tuple[list[str], bool]]:
    """Every `upline` command of a page, and whether it is whole: written in a block, to be run as it is."""
    fenced = [block for _, block in FENCE.findall(read(page))]
    indented = INDENTED.findall(FENCE.sub("", read(page)))
    for line in "\n".join((*fenced, *indented)).splitlines():
        if match := re.match(rf"\s*{BEFORE}upline (.+)", line):
            yield words(match[1]), True
    for inline in re.findall(r"`upline ([^`\n]+)`", prose(page)):
        yield words(inline), False


def words(line: str) -> list[str]:
    """The words of a command line, up to a redirection, a bar between alternatives, or a comment."""
    parts = shlex.split(line, comments=True)
    ends = [place for place, word in enumerate(parts) if word in (">", "|")]
    return parts[: min(ends, default=len(parts))]


def command_of(arguments: list[str], *, whole: bool) -> tuple[Any, list[str]]:
    """The command that the words begin with, and the words after it; a group if they name no more."""
    command: Any = get_command(program())
    rest = list(arguments)
    while rest and hasattr(command, "commands"):
        name = next((name for name in (" ".join(rest[:2]), rest[0]) if name in command.commands), None)
        if name is None:
            raise WrongCommandError(f"no command {rest[0]}")
        command, rest = command.commands[name], rest[len(name.split()) :]
    if whole and hasattr(command, "commands"):
        raise WrongCommandError("the command is not complete")
    return command, rest


def hold(line: list[str], *, whole: bool) -> None:
    """Refuse a command with a name or an option that does not exist, or without one that it needs."""
    if line[0].isupper():  # any command
        return
    command, rest = command_of(line, whole=whole)
    options = {name: param for param in command.params for name in (*param.opts, *param.secondary_opts)}
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    used, places = {"help"}, 0
    while rest:
        name, equals, _ = rest.pop(0).partition("=")
        if not re.match(r"--?[a-z]", name):
            places += 1
        elif name in options:
            used.add(options[name].name)
            if not equals and not options[name].is_flag:
                del rest[:1]
        elif name != "--help":
            raise WrongCommandError(f"no option {name}")
    if places > len(arguments) and not any(param.nargs == -1 for param in arguments):
        raise WrongCommandError(f"{places} arguments, it takes {len(arguments)}")
    needed = [param for param in command.params if param.required and param not in arguments]
    if whole and (lacking := [param.opts[0] for param in needed if param.name not in used]):
        raise WrongCommandError(f"needs {', '.join(lacking)}")
    if whole and places < sum(param.required for param in arguments):
        raise WrongCommandError("needs an argument")


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_command_exists_with_its_options(page: Path) -> None:
    for arguments, whole in commands(page):
        hold(arguments, whole=whole)


@pytest.mark.parametrize("line", ["run --period 2026-11 --plan plan.toml", "tree M2 --levels 2 > tree.txt"])
def test_right_commands_pass(line: str) -> None:
    hold(words(line), whole=True)


@pytest.mark.parametrize(
    ("line", "whole", "why"),
    [
        ("run --period 2026-11", True, "needs --plan"),
        ("run --perod 2026-11", False, "no option --perod"),
        ("statment M1", False, "no command statment"),
        ("statement", True, "needs an argument"),
        ("rank M1 M2", False, "2 arguments, it takes 1"),
        ("run verify 1 2", False, "2 arguments, it takes 1"),
        ("rules", True, "the command is not complete"),
    ],
)
def test_wrong_commands_are_found(line: str, whole: bool, why: str) -> None:
    with pytest.raises(WrongCommandError, match=why):
        hold(words(line), whole=whole)


def test_every_command_is_on_the_page_of_commands() -> None:
    def leaves(command: Any, name: str) -> Iterator[str]:
        inside = getattr(command, "commands", None)
        if inside is None:
            yield name
        for word, below in (inside or {}).items():
            yield from leaves(below, f"{name} {word}")

    named = set(re.findall(r"^\| `(upline [a-z -]+)` \|", read(DOCS / "commands.md"), re.MULTILINE))
    assert named == set(leaves(get_command(program()), "upline"))


def test_every_setting_is_on_the_page_of_settings_and_none_is_made_up() -> None:
    known = {f"UPLINE_{name.upper()}" for name in SETTINGS}
    listed = set(re.findall(r"^\| `(UPLINE_\w+)` \|", read(DOCS / "settings.md"), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"\bUPLINE_[A-Z0-9_]+\b", read(page))}
    assert listed == known
    assert named - known == BESIDE_SETTINGS


def test_every_refusal_of_the_api_page_is_one() -> None:
    code = "\n".join(read(path) for path in (ROOT / "engine").rglob("*.py"))
    classes = re.findall(r"^class (\w+)Error\(", code, re.MULTILINE)
    known = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in classes}
    section = read(DOCS / "api.md").partition("\n## Errors\n")[2].partition("\n## ")[0]
    firsts = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    named = set(re.findall(r"`(\w+)`", " ".join(firsts)))
    assert len(named) > 10
    assert named - known == {"invalid_query", "internal_error"}


def test_the_limits_of_the_api_pages_are_those_of_the_server() -> None:
    section = read(DOCS / "api.md").partition("\n## Limits\n")[2]
    page = read(DOCS / "api" / "limits.md")
    most = [limits.MOST_TOKENS, limits.MOST_DEPTH, limits.MOST_COST, limits.MOST_PAGE, limits.REQUEST_SECONDS]
    most.append(limits.MOST_BODY_BYTES // 1024)
    more = [limits.MOST_FIELDS, limits.MOST_ALIASES, limits.MOST_FRAGMENTS, limits.MOST_SHAPE_DEPTH]
    allowances = [budgets.DEFAULT.viewer, budgets.DEFAULT.address]
    spent = [size for each in allowances for size in (each.most, each.per_second)]
    prices = [answer.REQUEST_COST, EXPLAINED.each, WHOLE_RUN.each, WALK.each, BATCH.once, COUNTED.each]
    for text, sizes in ((section, most), (page, most + more + spent + [int(each) for each in prices])):
        assert [size for size in sizes if not re.search(rf"\b{size:,}\b", text)] == []
    assert budgets.spending_of(Settings()) == budgets.DEFAULT


def test_every_example_of_the_api_is_a_query() -> None:
    schema = build_schema(read(ROOT / "schema.graphql"))
    examples = [
        block for page in PAGES for language, block in FENCE.findall(read(page)) if language == "graphql"
    ]
    assert examples != []
    assert [fault.message for example in examples for fault in validate(schema, parse(example))] == []


def test_the_architecture_lists_the_packages_as_they_are_layered() -> None:
    section = (
        read(ROOT / ".github" / "CONTRIBUTING.md").partition("\n## Architecture\n")[2].partition("\n###")[0]
    )
    rows = [
        set(re.findall(r"`engine/(\w+)(?:\.py)?`", row))
        for row in re.findall(r"^\| (`.*?) \|", section, re.M)
    ]
    assert rows == list(LAYERS)


LADDER = """
[[rank]]
name = "Builder"
require = [{ kind = "personal_volume", at_least = 60 }]
[[rank]]
name = "Leader"
require = [{ kind = "group_volume", at_least = 2500 }]
[[rank]]
name = "Director"
require = [{ kind = "group_volume", at_least = 15000 }]
"""
"""The ranks that the examples of the plan language name."""
EXAMPLES = [
    pytest.param(block, id=f"{relative(page)}-{place}")
    for page in sorted((DOCS / "plan").glob("*.md"))
    for place, (language, block) in enumerate(FENCE.findall(read(page)))
    if language == "toml"
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_plan_language_is_a_plan(example: str) -> None:
    named = "" if re.match(r"name = ", example) else 'name = "Example"\n'
    missing = [rank for rank in LADDER.split("[[rank]]\n")[1:] if rank.splitlines()[0] not in example]
    ladder = "".join(f"[[rank]]\n{rank}" for rank in missing)
    reader.parse(f"{named}{example}\n{ladder}", Path("plan.toml"))


def test_there_are_examples_of_the_plan_language() -> None:
    assert len(EXAMPLES) > 20


WHOLE = """
name = "Whole"
rank_grace = 1
[rounding]
[volume]
push_up = { at_least = 10 }
[activity]
require = [{ kind = "orders" }]
[[rank]]
name = "Builder"
require = [{ kind = "personal_volume", at_least = 60 }]
[[bonus]]
name = "Team"
kind = "unilevel"
rates = ["0.05"]
require = [{ kind = "personal_volume", at_least = 60 }]
compression = { rule = "activity_skip" }
[[cap]]
amount = 1
"""


def named_in(page: Path) -> set[str]:
    """What a page of the plan language names: words in backticks, and keys of its examples."""
    names = {
        word for inline in re.findall(r"`([^`\n]+)`", prose(page)) for word in re.findall(r"\w+", inline)
    }
    for _, block in FENCE.findall(read(page)):
        names |= set(re.findall(r"(\w+)\s*=", block))
    return names


def test_every_key_of_a_plan_file_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: set[str] = set()
    for name in ("value", "has"):
        method = getattr(PlanTable, name)

        def recording(self: PlanTable, key: str, *rest: object, method: Any = method) -> Any:
            keys.add(key)
            return method(self, key, *rest)

        monkeypatch.setattr(PlanTable, name, recording)
    reader.parse(WHOLE, Path("plan.toml"))
    assert {"rank_demotion", "point_value", "from_level", "before_matching"} <= keys
    documented = {name for page in (DOCS / "plan").glob("*.md") for name in named_in(page)}
    assert keys - documented == set()


SHARED = {"bonus": "bonuses.md", "requirement": "requirements.md", "compression": "compression.md"}
MODULES = [module for kind in SHARED for module in rules(kind).values()]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: f"{module.kind}-{module.name}")
def test_every_rule_and_its_parameters_are_documented(module: Module) -> None:
    """A bonus has a section of its own, or a row in the table of its page; the others have rows."""
    shared = DOCS / "plan" / SHARED[module.kind]
    own = [
        page
        for page in (DOCS / "plan").glob("*.md")
        if re.search(rf"^(#+|\| `?).*\b{module.name}\b", read(page), re.MULTILINE) and page != shared
    ]
    assert module.name in named_in(shared)
    if module.kind == "bonus":
        assert own != []
    documented = {name for page in (shared, *own) for name in named_in(page)}
    assert {param.name for param in module.params} - documented == set()


def test_every_kind_of_rule_is_in_the_contract() -> None:
    page = read(DOCS / "rules" / "contract.md")
    listed = dict(re.findall(r"^\| (\w+) \| `(\w+)` \|", page, re.MULTILINE))
    assert listed == {**FOLDERS, "check": "checks", "report": "reports"}


def test_every_report_is_on_the_page_of_reports() -> None:
    listed = set(re.findall(r"^\| `(\w+)` \|", read(DOCS / "graph" / "reports.md"), re.MULTILINE))
    assert listed == {path.stem for path in (ROOT / "cypher" / "rules" / "reports").glob("*.cypher")}
