"""The rules of a run as they were when it was computed, kept with it: a run is explained by its own rules."""

import atexit
import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from engine.graph.queries import KEPT
from engine.rules.contract import FOLDERS


def folder(texts: Mapping[str, str]) -> Path:
    """A folder of rules with these texts by kind and name, in which nothing else is looked for.

    It lives as long as the process: whoever reads a rule reads a file.
    """
    digest = hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()
    place = _place() / digest
    if not (place / KEPT).exists():
        for name, text in texts.items():
            kind, _, rule = name.partition("/")
            path = place / FOLDERS[kind] / f"{rule}.cypher"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        (place / KEPT).touch()
    return place


@cache
def _place() -> Path:
    """A folder of this process alone, so that nobody else can put rules into it."""
    place = Path(tempfile.mkdtemp(prefix="upline-rules-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place
