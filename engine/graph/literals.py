"""Values as Cypher literals, each on one line, for people who paste a statement with its parameters."""

import re
from collections.abc import Mapping
from datetime import date, datetime

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def literal(value: object) -> str:
    """A parameter's value as a Cypher literal: a number, text, day, instant, list, map, truth value or null.

    Raises TypeError for anything else.
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list | tuple):
        return f"[{', '.join(literal(each) for each in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_key(str(key))}: {literal(each)}' for key, each in value.items())}}}"
    return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return f"'{''.join(_ESCAPES.get(character, character) for character in value)}'"
    if isinstance(value, datetime):  # which is a date too
        return f"datetime('{value.isoformat()}')"
    if isinstance(value, date):
        return f"date('{value.isoformat()}')"
    raise TypeError(f"{type(value).__name__} has no literal")


def _key(name: str) -> str:
    return name if _NAME.fullmatch(name) else f"`{name.replace('`', '``')}`"
