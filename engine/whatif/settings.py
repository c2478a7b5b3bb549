"""Another value for a key of a plan's text: ``bonus.Unilevel.rates.Gold[0]`` is 0.06."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from engine.errors import UplineError, did_you_mean, excerpt

Setting = tuple[str, str]
"""The path of a key, and its value as a plan file writes it; an empty value leaves the key out."""

_STEP = re.compile(r'\.?(?:"([^"]+)"|([^.\[\]"=\s][^.\[\]"=]*))|\[(\d{1,6})\]')
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class BadSettingError(UplineError):
    """A key that the plan's text does not have, or a text that names no key."""


class _Literal(str):
    """A number with decimals as it is written: nothing of it is lost on the way."""

    __slots__ = ()


def parted(text: str) -> Setting:
    """The path and the value of ``KEY=VALUE``. Raises BadSettingError."""
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise BadSettingError(
            f"{excerpt(text)} is no setting",
            todo="Write a key of the plan and its value, such as activity.personal_volume=100.",
        )
    return path.strip(), value.strip()


def changed(text: str, settings: Iterable[Setting]) -> str:
    """A plan's text with other values for some keys, one after the other. Raises BadSettingError.

    The text has to be valid TOML; whether the values are right is for the plan reader to say.
    """
    settings = list(settings)
    if not settings:
        return text
    data = tomllib.loads(text, parse_float=_Literal)
    for path, value in settings:
        _set(data, path, value)
    return written(data)


def _set(data: dict[str, Any], path: str, value: str) -> None:
    steps = _steps(path)
    at: Any = data
    for place, step in enumerate(steps[:-1]):
        if isinstance(at, dict) and isinstance(step, str) and step not in at and place + 2 == len(steps):
            at[step] = {}  # a table that the plan leaves out, such as [activity]
        at = _inside(at, step, path)
    last = steps[-1]
    if isinstance(at, dict) and isinstance(last, str):
        if value:
            at[last] = _value(value)
        elif at.pop(last, None) is None:
            raise _unknown(last, at, path)
    elif value:
        at[_place(at, last, path)] = _value(value)
    else:
        del at[_place(at, last, path)]


def _steps(path: str) -> list[str | int]:
    """The keys, names and places of a path."""
    steps: list[str | int] = []
    end = 0
    while end < len(path):
        step = _STEP.match(path, end)
        if step is None:
            raise BadSettingError(
                f"{excerpt(path)} is no key of a plan",
                todo='Write it like bonus.Unilevel.rates[0]; names with a dot in quotes: bonus."2.5 %".rate.',
            )
        end = step.end()
        quoted, bare, number = step.groups()
        steps.append(int(number) if number is not None else quoted if quoted is not None else bare.strip())
    return steps


def _inside(at: Any, step: str | int, path: str) -> Any:
    if isinstance(at, dict) and step in at:
        return at[step]
    if isinstance(at, list):
        return at[_place(at, step, path)]
    raise _unknown(step, at, path)


def _place(at: Any, step: str | int, path: str) -> int:
    """The place of an element of a list: its number from 0, or of a table its name."""
    if isinstance(at, list):
        names = [each.get("name") if isinstance(each, dict) else None for each in at]
        if isinstance(step, int) and step < len(at):
            return step
        if step in names:
            return names.index(step)
    raise _unknown(step, at, path)


def _unknown(step: str | int, at: Any, path: str) -> BadSettingError:
    if isinstance(at, dict):
        names = [str(name) for name in at]
    elif isinstance(at, list):
        named = [each["name"] for each in at if isinstance(each, dict) and "name" in each]
        names = [str(name) for name in named] or [f"[0] to [{len(at) - 1}]"]
    else:
        names = []
    listed = f"There are {', '.join(names)}." if names else "It is a single value."
    return BadSettingError(
        f"{excerpt(path)}: there is no {str(step)[:60]} in it", todo=did_you_mean(step, names) or listed
    )


def _value(value: str) -> Any:
    """A value as a plan file writes it; what is none, is a text."""
    try:
        read = tomllib.loads(f"value = {value}\n", parse_float=_Literal)
    except ValueError:
        return value
    return read["value"] if read.keys() == {"value"} else value


def written(data: Mapping[str, Any]) -> str:
    """TOML of a plan: keys of the plan itself first, then its tables and lists of tables."""
    own = {name: value for name, value in data.items() if not _is_table(value) and not _is_tables(value)}
    lines = [f"{_key(name)} = {_inline(value)}" for name, value in own.items()]
    for name, value in data.items():
        for table in [value] if _is_table(value) else value if _is_tables(value) else []:
            lines += ["", f"[[{_key(name)}]]" if _is_tables(value) else f"[{_key(name)}]"]
            lines += [f"{_key(inner)} = {_inline(each)}" for inner, each in table.items()]
    return "\n".join(lines) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _inline(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | _Literal):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(name)} = {_inline(each)}' for name, each in value.items())}}}"
    return str(value.isoformat())


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _inline(name)
