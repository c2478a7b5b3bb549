"""The file of a company's policy: each key is read, and each fault is refused with its line."""

from pathlib import Path

import pytest

from engine.access.policy import Policy, shown
from engine.access.policy_file import AccessFileError, read_policy, table_of

FULL = """
trees = ["sponsor"]
[upline]
levels = 3
names = "none"
ranks = false
[downline]
money = true
customers = true
moved_names = true
[members]
terminated = true
suspended = false
enroll = true
"""


def policy(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "access.toml"
    path.write_text(text, encoding="utf-8")
    return read_policy(table_of(path))


def test_every_key_is_read(tmp_path: Path) -> None:
    assert policy(tmp_path, "") == Policy()
    assert policy(tmp_path, FULL) == Policy(
        frozenset({"sponsor"}), 3, "none", upline_ranks=False, downline_money=True, downline_customers=True,
        moved_names=True, terminated=True, suspended=False, enroll=True,
    )  # fmt: skip
    assert policy(tmp_path, "[upline]\nlevels = 0").upline_levels == 0


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('trees = ["sponsors"]', 1, "trees: must name sponsor or placement"),
        ('trees = ["sponsor", "sponsor"]', 1, "twice"),
        ("trees = 3", 1, "trees: must be a list of names"),
        ("[upline]\nnames = true", 2, "names: must be one of full, masked, none"),
        ("[upline]\nlevels = -1", 2, "levels: must not be negative"),
        ("[upline]\nlevels = 9999", 2, "levels: must be at most 1,000"),
        ("[downline]\n\nmoney = 1", 3, "money: must be true or false"),
        ("[downline]\nmonye = true", 2, "monye: is not an option here"),
        ("upline = 3", 1, "upline: must be a table"),
        ("[upline", 0, "this is no TOML"),
    ],
)
def test_each_fault_has_its_line(text: str, line: int, what: str, tmp_path: Path) -> None:
    with pytest.raises(AccessFileError) as refused:
        policy(tmp_path, text)
    assert what in refused.value.what
    assert refused.value.name == "access_file"
    assert str(refused.value.where).endswith(f"access.toml:{line}" if line else "access.toml")


def test_a_file_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AccessFileError, match="cannot be read"):
        table_of(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(AccessFileError, match="not UTF-8"):
        table_of(tmp_path / "binary.toml")


def test_masked_names_keep_the_first_letters() -> None:
    assert shown("Anna Müller", "masked") == "A\u2022\u2022\u2022 M\u2022\u2022\u2022"
    assert shown("Anna Müller", "full") == "Anna Müller"
    assert shown("Anna Müller", "none") is None
    assert shown(None, "masked") is None
    assert shown("  ", "masked") == ""
