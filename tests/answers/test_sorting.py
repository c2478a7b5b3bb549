"""Keys of sorted lists: what a cursor holds is read back as it was, and anything else is known as no key."""

from datetime import date

import pytest

from engine.answers.pages import Stretch
from engine.answers.sorting import Sort, bounds, key_text


@pytest.mark.parametrize(
    ("figure", "value", "member_id"),
    [
        ("group_volume", 12_345, "M/1"),
        ("earned", -7, "M1"),
        ("name", "o'neil / smith", "M1"),
        ("name", "", "M1"),
        ("member", "a/b%2F", "a/b%2F"),
        ("enrolled", date(2026, 11, 30), "M1"),
    ],
)
def test_a_key_is_read_back_as_it_was_written(figure: str, value: object, member_id: str) -> None:
    sort = Sort(figure)
    text = key_text(value, member_id)
    assert sort.is_key(text)
    assert sort.key(text) == [value, member_id]
    assert bounds(sort, Stretch(1, after=text)) == {"after": [value, member_id], "before": None}


@pytest.mark.parametrize("text", ["", "M1", "/M1", "x/M1", "1.5/M1", "²/M1", "9" * 40 + "/M1", "1/", "-/M1"])
def test_other_texts_are_no_keys(text: str) -> None:
    assert not Sort("group_volume").is_key(text)
    assert not Sort("enrolled").is_key(text)


def test_a_backward_page_compares_alike_and_sorts_the_other_way() -> None:
    forward, backward = (
        Sort("earned", descending=True).pieces(Stretch(1, backward=back)) for back in (False, True)
    )
    assert forward == {"later": "<", "sooner": ">", "direction": "DESC", "tie": "ASC"}
    assert backward == {"later": "<", "sooner": ">", "direction": "ASC", "tie": "DESC"}
