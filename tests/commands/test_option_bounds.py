"""Hostile values of every option that takes a number, a period or a day: refused by name at once."""

import inspect
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, get_args, get_origin

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from engine import ranges
from engine.cli import program
from engine.commands.figures import Day, Figure, checked_period
from engine.errors import UplineError
from tests.support import hostile

SECONDS = 1.0
TYPED = (int, float, date, datetime)
"""Types of options that a program computes with."""


Command = tuple[tuple[str, ...], Callable[..., Any]]


def commands(level: typer.Typer, before: tuple[str, ...] = ()) -> Iterator[Command]:
    """Every command of the program by its words."""
    for command in level.registered_commands:
        assert command.callback is not None
        yield (*before, command.name or command.callback.__name__.rstrip("_")), command.callback
    for group in level.registered_groups:
        if group.typer_instance:
            yield from commands(group.typer_instance, (*before, str(group.name)))


def options() -> dict[str, tuple[Any, Any]]:
    """By command and parameter: the type that is annotated, and what typer knows of the option."""
    every = {}
    for words, function in commands(program()):
        for name, parameter in inspect.signature(function).parameters.items():
            if get_origin(parameter.annotation) is not None and hasattr(parameter.annotation, "__metadata__"):
                kind, option = get_args(parameter.annotation)[:2]
                every[f"{' '.join(words)} {name}"] = (kind, option)
    return every


OPTIONS = options()
NUMBERS = {
    name: option
    for name, (kind, option) in OPTIONS.items()
    if set(TYPED) & {kind, *get_args(kind)} or "period" in name.split()[-1]
}


def test_every_number_period_and_day_is_read_within_a_range() -> None:
    some = {"sample members", "run period_name", "place on", "cypher timeout", "server logs lines"}
    assert some <= set(NUMBERS)
    unread = [
        name
        for name, option in NUMBERS.items()
        if not (isinstance(option.parser, Figure | Day) or option.parser is checked_period)
    ]
    assert unread == []


def test_every_option_has_a_range_of_the_table() -> None:
    for option in NUMBERS.values():
        if isinstance(option.parser, Figure):
            assert option.parser.within in ranges.RANGES
            assert "options" in option.parser.within.places


@pytest.mark.parametrize("name", NUMBERS)
@settings(max_examples=60)
@given(value=st.one_of(hostile.numbers, hostile.anything))
def test_a_hostile_option_is_refused_by_name_or_fits(name: str, value: str) -> None:
    parse = NUMBERS[name].parser
    began = time.process_time()
    result = outcome(parse, value)
    assert time.process_time() - began < SECONDS
    if isinstance(result, UplineError):
        assert result.todo
        assert len(result.what) < 300
    elif isinstance(result, int | float):
        assert abs(result) < 2**63


def outcome(parse: Callable[[str], Any], value: str) -> Any:
    """What an option comes to, or its refusal; any other exception is a failure of the test."""
    try:
        return parse(value)
    except UplineError as error:
        return error


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("sample", "--out", "x", "--members", "1e30"), "number_option"),
        (("sample", "--out", "x", "--months", "0"), "number_option"),
        (("statement", "A", "--period", "0001"), "bad_period"),
        (("statement", "A", "--lines", "9223372036854775808"), "number_option"),
        (("check", "--period", "9999-12"), "bad_period"),
        (("rollup", "--out", "x", "--on", "0001-01-01"), "day_option"),
        (("cypher", "RETURN 1", "--timeout", "nan"), "number_option"),
        (("downline", "A", "--pv-least", "1e999999999"), "number_option"),
    ],
)
def test_the_program_refuses_it_before_it_looks_for_a_server(words: tuple[str, ...], refusal: str) -> None:
    error = CliRunner().invoke(program(), [*words]).exception
    assert isinstance(error, UplineError)
    assert error.name == refusal
