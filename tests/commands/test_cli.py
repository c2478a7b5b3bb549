"""The command line as a person and as a program uses it: help, refusals, exact JSON, a whole month."""

import ast
import csv
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import typer

from engine import cli
from engine.cli import program
from engine.commands.console import aligned
from engine.graph.database import Graph
from tests.conftest import Upline
from tests.support.commands import PROGRAM

ENGINE = Path(__file__).parent.parent.parent / "engine"
PERIOD = "2026-11"
PLAN = """
name = "Aurora"
[activity]
personal_volume = 40
[[rank]]
name = "Silver"
require = [{ kind = "group_volume", at_least = 400, leg_cap = "0.6" }]
[[bonus]]
name = "Retail"
kind = "personal"
rate = "0.20"
on = "customers"
[[bonus]]
name = "Levels"
kind = "unilevel"
compression = "activity_skip"
[bonus.rates]
none = ["0.05", "0.03"]
Silver = ["0.05", "0.04", "0.03"]
"""


def commands(group: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with the words that call it."""
    below = getattr(group, "commands", None)
    if below is None:
        yield words, group
        return
    for name, command in below.items():
        yield from commands(command, (*words, name))


COMMANDS = dict(commands(typer.main.get_command(program())))


def test_the_command_has_its_parts() -> None:
    assert {("import",), ("run",), ("statement",), ("explain",), ("server", "start")} <= COMMANDS.keys()


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_says_what_it_does_and_what_each_option_means(words: tuple[str, ...]) -> None:
    command = COMMANDS[words]
    help_text = (command.help or "").strip()
    assert help_text.split("\n\n")[0].rstrip().endswith((".", ":")), help_text
    silent = [
        param.opts[0] for param in command.params if param.param_type_name == "option" and not param.help
    ]
    assert silent == []


def run(*args: object) -> subprocess.CompletedProcess[str]:
    """A command that needs no database."""
    command = [*PROGRAM, *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_help_and_version_need_no_database() -> None:
    assert "sample" in run("--help").stdout
    assert run("--version").stdout.startswith("upline ")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample company made by the command, and a plan next to it."""
    folder = tmp_path_factory.mktemp("cli") / "company"
    made = run("sample", "--members", 200, "--seed", 5, "--out", folder, "--json")
    assert json.loads(made.stdout)["members"] == 200
    (folder.parent / "plan.toml").write_text(PLAN)
    return folder


def printed(done: subprocess.CompletedProcess[str]) -> Any:
    """The JSON of a command that succeeded; apart from measured seconds it holds no float."""
    assert done.returncode == 0, done.stderr
    assert list(floats(json.loads(done.stdout))) == []
    return json.loads(done.stdout)


def floats(data: Any) -> Iterator[float]:
    """Every float that is not a time."""
    if isinstance(data, float):
        yield data
    for below in data if isinstance(data, list) else ():
        yield from floats(below)
    for key, below in data.items() if isinstance(data, dict) else ():
        yield from floats(below) if key != "seconds" else ()


def rows(path: Path) -> Sequence[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_month_goes_from_tables_to_explained_statements(
    company: Path, graph: Graph, upline: Upline, tmp_path: Path
) -> None:
    plan = company.parent / "plan.toml"
    assert printed(upline("import", company, "--json"))["members"]["added"] == 200
    again = printed(upline("import", company, "--json"))
    assert (again["members"]["unchanged"], again["orders"]["added"]) == (200, 0)
    computed = printed(upline("run", "--period", PERIOD, "--plan", plan, "--json"))
    assert computed["members"] == 200
    assert [total["bonus"] for total in computed["totals"]] == ["Retail", "Levels"]
    assert printed(upline("check", "--json")) == []
    assert upline("export", "--out", tmp_path / "out").returncode == 0

    earned = {row["member_id"]: Decimal(row["earned"]) for row in rows(tmp_path / "out" / "standings.csv")}
    paid = sum(Decimal(total["paid"]) for total in computed["totals"])
    assert sum(earned.values()) == paid > 0
    best = max(earned, key=lambda member: earned[member])
    statement = printed(upline("statement", best, "--json"))
    assert Decimal(statement["total"]) == earned[best]
    assert sum(Decimal(line["amount"]) for line in statement["lines"]) == earned[best]

    line = next(line for line in statement["lines"] if line["bonus"] == "Levels")
    explanation = printed(upline("explain", best, "--order", line["order_id"], "--json"))
    steps = next(bonus["steps"] for bonus in explanation["bonuses"] if bonus["bonus"] == "Levels")
    assert [step["amount"] for step in steps if step["payee_id"] == best] == [line["amount"]]
    reasons = printed(upline("explain", best, "--bonus", "Levels", "--json"))["bonuses"][0]["reasons"]
    assert {"paid"} <= {each["reason"] for each in reasons}
    near = printed(upline("near", best, "--json"))
    assert [each["rank"] for each in near["members"]] == ["Silver"] * len(near["members"])
    assert printed(upline("tree", best, "--json"))["member_id"] == best
    card = printed(upline("rank", best, "--json"))
    assert {row["rank"] for row in card["card"]} == {"Silver"}
    listed = printed(upline("runs", "--json"))
    assert [(one["period"], one["hashes"]) for one in listed] == [(PERIOD, computed["hashes"])]


def test_the_same_answers_read_as_pages(company: Path, graph: Graph, upline: Upline) -> None:
    assert upline("import", company).returncode == 0
    page = upline("run", "--period", PERIOD, "--plan", company.parent / "plan.toml").stdout
    assert "Aurora 2026-11: 200 members" in " ".join(page.split())
    member = rows(company / "members.csv")[0]["member_id"]
    order = next(row for row in rows(company / "orders.csv") if row["ordered_at"].startswith(PERIOD))
    for words, expected in (
        (["statement", member], "total"),
        (["explain", member, "--order", order["order_id"]], f"order {order['order_id']} of"),
        (["explain", member], "upline explain MEMBER --order ORDER shows the way"),
        (["near", "--rows", 3], "can reach a next rank"),
        (["tree", member, "--levels", 2], "as of the period's end"),
        (["tree", member, "--compressed", "activity_skip"], "compressed by activity_skip"),
        (["downline", member, "--rows", 1], "next page: add --after"),
        (["rank", member], "group volume"),
        (["check"], "violations"),
        (["runs"], "Aurora"),
    ):
        done = upline(*words)
        assert (done.returncode, expected in done.stdout) == (0, True), (words, done.stdout, done.stderr)
        assert "\x1b" not in done.stdout, "no colours where nobody sees them"


@pytest.mark.parametrize(
    ("words", "name", "message"),
    [
        (["statement", "M1"], "no_run", "there is no complete run"),
        (["run", "--period", "november", "--plan", "{plan}"], "bad_period", "is not the name of a period"),
        (["run", "--period", PERIOD, "--plan", "{plan}"], "nobody_enrolled", "nobody is enrolled"),
        (["run", "--period", PERIOD, "--plan", "{bad}"], "plan", "bad.toml:1: name: is missing"),
        (["import", "{empty}"], "import_refused", "there is no members.csv"),
        (["check", "--period", "2031-01"], "no_run", "of 2031-01"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value)[:30],
)
def test_a_refusal_is_printed_on_stderr_with_its_name_and_status_2(
    words: list[str], name: str, message: str, graph: Graph, upline: Upline, tmp_path: Path
) -> None:
    (tmp_path / "bad.toml").write_text("version = '1'\n")
    (tmp_path / "plan.toml").write_text(PLAN)
    (tmp_path / "empty").mkdir()
    places = {"plan": tmp_path / "plan.toml", "bad": tmp_path / "bad.toml", "empty": tmp_path / "empty"}
    whole = [word.format(**places) for word in words]
    done = upline(*whole)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"[{name}]" in done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_refusal_for_programs_is_one_json_object(graph: Graph, upline: Upline) -> None:
    done = upline("statement", "M1", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    refusal = json.loads(done.stderr.splitlines()[-1])
    assert (refusal["error"], refusal.keys()) == ("no_run", {"error", "what", "where", "todo"})


def test_refused_rows_are_data_for_programs(graph: Graph, upline: Upline, tmp_path: Path) -> None:
    text = "member_id,sponsor_id,enrolled_on\n1,,2026-01-01\n2,9,2026-13-01\n"
    (tmp_path / "members.csv").write_text(text)
    done = upline("import", tmp_path, "--json")
    assert (done.returncode, done.stdout) == (2, "")
    refusal = json.loads(done.stderr.splitlines()[-1])
    assert (refusal["error"], refusal["what"]) == ("import_refused", "2 refused, nothing was written")
    assert [(one["name"], one["where"]) for one in refusal["refusals"]] == [
        ("bad_date", "members.csv:3"), ("unknown_sponsor", "members.csv:3"),
    ]  # fmt: skip


def test_a_place_that_cannot_be_written_is_refused(graph: Graph, upline: Upline, tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_text("member_id,sponsor_id,enrolled_on\n1,9,2026-01-01\n")
    nowhere = tmp_path / "nowhere" / "refusals.csv"
    done = upline("import", tmp_path, "--accept-valid", "--refusals", nowhere)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert f"error: {nowhere}: the file or folder cannot be used: No such file" in done.stderr
    assert "[file_refused]" in done.stderr


def test_a_server_that_is_not_there_is_refused_with_its_address(upline: Upline) -> None:
    done = upline("runs", env={"UPLINE_NEO4J_URI": "bolt://127.0.0.1:1"})
    assert (done.returncode, "[server_unreachable]" in done.stderr, "bolt://127.0.0.1:1" in done.stderr) == (
        2, True, True,
    )  # fmt: skip
    refused = upline("runs", env={"UPLINE_NEO4J_PASSWORD": "wrong-password"})
    assert (refused.returncode, "[server_refused]" in refused.stderr) == (2, True)


def test_a_reader_that_goes_away_is_no_error(cli_env: dict[str, str]) -> None:
    """`upline ... | head -1` ends quietly."""
    command = [*PROGRAM, "--help"]
    with subprocess.Popen(
        command, env=cli_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        assert child.stderr
        child.stdout.close()
        assert "Traceback" not in child.stderr.read()


def test_every_refusal_has_a_name_and_says_what_it_means() -> None:
    """Classes of refusals: derived from one root, documented, ending in Error, named once."""
    file_by_name: dict[str, str] = {}
    for path in sorted(ENGINE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
                assert ast.get_docstring(node), f"{path.name}: {node.name} says nothing"
                assert node.name not in file_by_name, (
                    f"{node.name} is both in {path.name} and {file_by_name[node.name]}"
                )
                file_by_name[node.name] = path.name
    assert len(file_by_name) > 30


def test_figures_of_a_column_are_aligned() -> None:
    assert aligned(["1196.216", "7", "-0.5"]) == ["1,196.216", "7.000", "-0.500"]
    assert aligned(["1/3", "2.5", "-1000000"]) == ["1/3", "2.5", "-1,000,000.0"]
    assert aligned(["7", "1000"]) == ["7", "1,000"]
    assert aligned([]) == []


def test_ctrl_c_while_a_command_is_loaded_ends_it_like_any_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_command", interrupted)
    monkeypatch.setattr("sys.argv", ["upline", "runs"])
    with pytest.raises(SystemExit) as ended:
        cli.run()
    assert ended.value.code == cli.INTERRUPTED
    assert capsys.readouterr().err == f"{cli.UNFINISHED}\n"


ENDED = """
import sys
from engine import cli
def interrupted():
    try:
        exec("raise KeyboardInterrupt")
    except KeyboardInterrupt:
        sys.exit(cli.INTERRUPTED)
cli.run = interrupted
cli.main()
"""


def test_ctrl_c_while_a_data_class_is_made_has_the_status_of_any_other(tmp_path: Path) -> None:
    (tmp_path / "ended.py").write_text(ENDED, encoding="utf-8")
    python = [sys.executable, "-m", "ended"]
    done = subprocess.run(python, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (cli.INTERRUPTED, "")
