"""The one notation of tables, of data cases and of tests: quotes, dashes, comments, and what it refuses."""

import pytest

from engine.workbench.notation import CaseError, cells, rows, table


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("  1   Ann  -", ["1", "Ann", ""]),
        ('1 "Ann of  Bern" 2', ["1", "Ann of  Bern", "2"]),
        ('"-" "" -', ["-", "", ""]),
        ('"say ""yes""" x', ['say "yes"', "x"]),
        ('"[[1, 2], ""Gold""]"', ['[[1, 2], "Gold"]']),
        ('["Gold",1] 5" a"b', ['["Gold",1]', '5"', 'a"b']),
        ("-5 --", ["-5", "--"]),
        ("", []),
    ],
)
def test_cells_are_words_or_quoted(line: str, expected: list[str]) -> None:
    assert cells(line, "here:1") == expected


@pytest.mark.parametrize("line", ['1 "Ann of Bern', '"Ann"s', '"Ann""', '"'])
def test_a_quote_that_is_not_closed_is_refused_at_its_line(line: str) -> None:
    with pytest.raises(CaseError, match="is not closed") as raised:
        cells(line, "some.case:7")
    assert raised.value.where == "some.case:7"
    assert raised.value.todo


def test_a_table_has_a_header_and_rows_and_comments() -> None:
    text = """
        member  name
        # nobody below
        1       "Ann B"

        2       "# 2"
        """
    assert table(text.splitlines(), "t") == (["member", "name"], [["1", "Ann B"], ["2", "# 2"]])
    assert rows(text) == [{"member": "1", "name": "Ann B"}, {"member": "2", "name": "# 2"}]
    assert table([], "t") == ([], [])


def test_a_row_of_another_width_is_refused_at_its_line() -> None:
    with pytest.raises(CaseError, match="1 words under 2 columns") as raised:
        table(["a b", "", "# c", "1 2", "3"], "some.case", first=10)
    assert raised.value.where == "some.case:14"
