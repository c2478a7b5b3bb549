"""The table [identity] of the access file, and the secrets of settings."""

from pathlib import Path

import pytest

from engine.access.policy_file import AccessFileError
from engine.api.identity.configuration import (
    Access,
    Claims,
    Configuration,
    TokenSecretError,
    read_access,
)
from engine.settings import Secret, Settings
from tests.support.tokens import PEM, SECRET


def written_access(tmp_path: Path, text: str) -> Access:
    (tmp_path / "access.toml").write_text(text, encoding="utf-8")
    (tmp_path / "secret").write_text(SECRET + "\n", encoding="utf-8")
    (tmp_path / "key.pem").write_text(PEM, encoding="utf-8")
    return read_access(
        Settings(access=None, token_secret=None, token_secret_file=None), tmp_path / "access.toml"
    )


def test_the_table_of_identity_is_read(tmp_path: Path) -> None:
    text = """
[identity]
secret_file = "secret"
algorithms = ["HS512"]
audience = "upline"
issuer = "https://sign.example"
leeway = 5
[identity.claims]
role = ["realm", "roles"]
member = "member"
"""
    assert written_access(tmp_path, text).identity == Configuration(
        ("HS512",), Secret(SECRET), audience="upline", issuer="https://sign.example", leeway=5,
        claims=Claims(("realm", "roles"), ("member",)),
    )  # fmt: skip
    assert written_access(tmp_path, 'trees = ["sponsor"]').identity is None
    by_key = written_access(tmp_path, '[identity]\npublic_key_file = "key.pem"').identity
    assert by_key == Configuration(("RS256",), public_key=PEM)
    by_address = written_access(tmp_path, '[identity]\njwks = "https://sign.example/keys"').identity
    assert by_address == Configuration(("RS256",), jwks="https://sign.example/keys")
    text = '[identity]\njwks = "https://sign.example/keys"\njwks_refresh = 60'
    often = written_access(tmp_path, text).identity
    assert often == Configuration(("RS256",), jwks="https://sign.example/keys", jwks_refresh=60)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("[identity]", 1, "exactly one thing"),
        ('[identity]\nsecret_file = "secret"\njwks = "https://a.example"', 3, "exactly one thing"),
        ('[identity]\nsecret_file = "none"', 2, "cannot be read"),
        ('[identity]\nsecret_file = "secret"\nalgorithms = ["RS256"]', 3, "a shared secret"),
        ('[identity]\npublic_key_file = "key.pem"\nalgorithms = ["HS256"]', 3, "a public key"),
        ('[identity]\npublic_key_file = "key.pem"\nalgorithms = ["none"]', 3, "a public key"),
        ('[identity]\npublic_key_file = "key.pem"\nalgorithms = []', 3, "a public key"),
        ('[identity]\npublic_key_file = "secret"', 2, "no public key"),
        ('[identity]\njwks = "http://a.example/keys"', 2, "https://"),
        ('[identity]\njwks = "file:///etc/passwd"', 2, "https://"),
        ('[identity]\nsecret_file = "secret"\nleeway = 301', 3, "at most 300"),
        ('[identity]\nsecret_file = "secret"\nleway = 3', 3, "leway"),
        ('[identity]\njwks = "https://a.example"\njwks_refresh = 59', 3, "at least 60"),
        ('[identity]\nsecret_file = "secret"\njwks_refresh = 90', 3, "no keys of an address"),
        ('[identity]\nsecret_file = "secret"\n[identity.claims]\nroles = "a"', 4, "roles"),
        ('[identity]\nsecret_file = "secret"\n[identity.claims]\nrole = []', 4, "name of a claim"),
        ("identity = 3", 1, "must be a table"),
        ("[identities]", 1, "identities"),
    ],
)
def test_each_fault_of_the_table_has_its_line(text: str, line: int, what: str, tmp_path: Path) -> None:
    with pytest.raises(AccessFileError) as refused:
        written_access(tmp_path, text)
    assert what in refused.value.what or what in str(refused.value)
    assert str(refused.value.where).endswith(f"access.toml:{line}")


def test_a_secret_needs_32_bytes_and_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    for settings in (
        Settings(token_secret="short-but-secret"),
        Settings(token_secret_file=file),
        Settings(token_secret=SECRET, token_secret_file=file),
    ):
        file.write_text("short-but-secret\n", encoding="utf-8")
        with pytest.raises(TokenSecretError) as refused:
            read_access(settings)
        assert "short-but-secret" not in str(refused.value)
        assert SECRET not in str(refused.value)
    with pytest.raises(TokenSecretError, match="cannot be read"):
        read_access(Settings(token_secret_file=tmp_path / "none"))
    file.write_text(SECRET + "\n", encoding="utf-8")
    assert read_access(Settings(token_secret_file=file)).identity == Configuration(("HS256",), Secret(SECRET))
