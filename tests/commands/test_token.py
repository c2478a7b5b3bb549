"""`upline token`: for a known member or a role, by the secret of this machine or the company's."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import jwt
import pytest

from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.conftest import Upline
from tests.support.companies import CHAIN, written

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Graph:
    written(tmp_path / "company", CHAIN)
    import_company(graph, tmp_path / "company")
    return graph


def test_a_token_names_the_member_and_ends(
    company: Graph, upline: Upline, cli_env: dict[str, str], tmp_path: Path
) -> None:
    cli_env["UPLINE_HOME"] = str(tmp_path / "home")
    done = upline("token", "11", "--role", "member", "--minutes", "5")
    assert done.returncode == 0, done.stderr
    assert "development mode" in done.stderr
    file = tmp_path / "home" / "token_secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    claims = jwt.decode(done.stdout.strip(), file.read_text(), algorithms=["HS256"])
    assert (claims["sub"], claims["role"], claims["member_id"]) == ("11", "member", "11")
    assert 0 < claims["exp"] - datetime.now(UTC).timestamp() <= 300


def test_the_companys_secret_signs_where_there_is_one(
    company: Graph, upline: Upline, cli_env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "access.toml").write_text('[identity]\nsecret_file = "secret"\naudience = "upline"\n')
    cli_env["UPLINE_ACCESS"] = str(tmp_path / "access.toml")
    done = upline("token", "--role", "support")
    assert done.stderr == ""
    claims = jwt.decode(done.stdout.strip(), SECRET, algorithms=["HS256"], audience="upline")
    assert (claims["role"], "member_id" in claims) == ("support", False)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["99"], "unknown_member"),
        ([], "token_role"),
        (["--role", "member"], "token_role"),
        (["11", "--role", "admin"], "token_role"),
    ],
)
def test_what_makes_no_token_is_refused(
    arguments: list[str], code: str, company: Graph, upline: Upline, cli_env: dict[str, str], tmp_path: Path
) -> None:
    cli_env["UPLINE_HOME"] = str(tmp_path / "home")
    done = upline("token", *arguments)
    assert done.returncode == 2
    assert f"[{code}]" in done.stderr
    assert done.stdout == ""


def test_a_public_key_makes_no_tokens(
    company: Graph, upline: Upline, cli_env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "access.toml").write_text('[identity]\njwks = "https://sign.example/keys"\n')
    cli_env["UPLINE_ACCESS"] = str(tmp_path / "access.toml")
    done = upline("token", "11")
    assert "[tokens_made_elsewhere]" in done.stderr
