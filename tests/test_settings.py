"""Settings from the environment, and the password from a file as containers mount it."""

from pathlib import Path

import pytest

from engine.settings import PasswordFileError, SettingError, Settings


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("UPLINE_NEO4J_PASSWORD", raising=False)
    path = tmp_path / "neo4j_password"
    monkeypatch.setenv("UPLINE_NEO4J_PASSWORD_FILE", str(path))
    return path


@pytest.mark.parametrize("written", ["pass word", "pass word\n", "pass word\r\n"])
def test_the_password_is_read_from_its_file_without_the_line_break(secret: Path, written: str) -> None:
    secret.write_bytes(written.encode())
    password = Settings().neo4j_password
    assert password is not None
    assert password.reveal() == "pass word"


def test_the_password_is_never_shown(secret: Path) -> None:
    secret.write_text("never-shown")
    assert "never-shown" not in repr(Settings()) + str(vars(Settings()))


def test_a_password_given_twice_is_refused(secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret.write_text("one")
    monkeypatch.setenv("UPLINE_NEO4J_PASSWORD", "two")
    with pytest.raises(PasswordFileError, match="given twice"):
        Settings()


def test_an_unusable_password_file_is_refused_with_its_path(secret: Path) -> None:
    with pytest.raises(PasswordFileError, match="cannot be read") as missing:
        Settings()
    assert missing.value.where == str(secret)
    secret.write_text("\n")
    with pytest.raises(PasswordFileError, match="is empty"):
        Settings()
    secret.write_bytes(b"\xff\xfe")
    with pytest.raises(PasswordFileError, match="not UTF-8"):
        Settings()


@pytest.mark.parametrize("name", ["UPLINE_HEAP_MIB", "UPLINE_WORKERS", "UPLINE_BRIEF", "UPLINE_TIDY"])
@pytest.mark.parametrize("value", ["", "abc", "1e30", "-1", "0.5", "9" * 30, "nan"])
def test_a_value_that_a_setting_cannot_have_is_refused_by_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError) as raised:
        Settings()
    assert raised.value.where == name
    assert raised.value.todo


def test_an_empty_folder_of_rules_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLINE_RULES", "")
    assert Settings().rules is None
