"""Words of names are found whatever their accents and with one letter wrong; what is typed is no command."""

import itertools

import pytest

from engine.answers.words import MOST_LETTERS, MOST_WORDS, lucene, named, one_apart, searched, words


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Jürg Müller", ("jurg", "muller")),
        ("Łukasz Børre", ("lukasz", "borre")),
        ("Straße", ("strasse",)),
        ("O'Neil Mac-Donald", ("oneil", "mac", "donald")),
        ("O’Neil", ("oneil",)),
        ("李 小龍", ("李", "小", "龍")),
        ("李小龍", ("李", "小", "龍")),
        ("Мария Петрова", ("мария", "петрова")),
        ("  ", ()),
        ("", ()),
        ("***", ()),
    ],
)
def test_names_are_folded_to_words(name: str, folded: tuple[str, ...]) -> None:
    assert words(name) == folded


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("muller", "Jürg Müller", True),
        ("MÜLLER jürg", "Jürg Müller", True),
        ("mul", "Jürg Müller", True),
        ("muler", "Jürg Müller", True),
        ("mulelr", "Jürg Müller", True),
        ("mule", "Jürg Müller", False),
        ("jrg", "Jürg Müller", False),
        ("anna muller", "Jürg Müller", False),
        ("oneil", "Pat O'Neil", True),
        ("will", "Will Smith", True),
        ("an", "An Nguyen", True),
        ("李", "李小龍", True),
        ("4711", "Shop 4712", False),
        ("471", "Shop 4712", True),
        ("*", "Jürg Müller", False),
        ("name:*", "Jürg Müller", False),
        ("jürg*", "Jürg Müller", True),
        ("anybody", None, False),
    ],
)
def test_every_word_of_a_search_is_one_of_the_name(text: str, name: str | None, expected: bool) -> None:
    assert named(searched(text), name) is expected


def test_one_letter_apart_is_what_all_single_changes_make() -> None:
    letters = "ab"
    texts = ["".join(each) for size in range(5) for each in itertools.product(letters, repeat=size)]

    def changed(text: str) -> set[str]:
        made = {text}
        for place in range(len(text) + 1):
            made |= {text[:place] + letter + text[place:] for letter in letters}
            made |= {text[:place] + letter + text[place + 1 :] for letter in letters if place < len(text)}
            made.add(text[:place] + text[place + 1 :])
            if place + 1 < len(text):
                made.add(text[:place] + text[place + 1] + text[place] + text[place + 2 :])
        return made

    for one, other in itertools.product(texts, repeat=2):
        assert one_apart(one, other) is (other in changed(one)), (one, other)


def test_the_query_of_the_index_has_words_alone() -> None:
    assert lucene(searched("Jürg Mü")) == "(jurg OR jurg~1 OR jurg*) AND (mu OR mu*)"
    assert lucene(searched('name:* ") OR foo) && [a TO b] \\ /x/ ~9 ^3')) == (
        "(name OR name~1 OR name*) AND (foo OR foo*) AND (b OR b*) AND (x OR x*) AND (9 OR 9*)"
    )
    assert lucene(searched("Will")) == "", "the index leaves that word out"
    assert lucene(searched("a will smith")) == "(smith OR smith~1 OR smith*)"
    many = searched(" ".join(f"w{number}" for number in range(100)) + " x" * 9)
    assert len(many) == MOST_WORDS
    assert searched("x" * 10_000) == ("x" * MOST_LETTERS,)
