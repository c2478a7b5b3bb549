"""Node and its packages for tests: installed once for each lock; tests are skipped where they are missing."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.server.locks import locked
from engine.settings import Settings

HERE = Path(__file__).parent
JOURNEYS = HERE / "journeys"
LEAST_NODE = 20
INSTALL_S, RUN_S = 400, 120


def folder(at: Path) -> Path:
    """A folder with the journeys and the packages that they import; skips the test where there is no Node."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        pytest.skip("Node and npm are not here")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) < LEAST_NODE:
        pytest.skip(f"Node {version.strip()} is older than {LEAST_NODE}")
    shutil.copytree(JOURNEYS, at, dirs_exist_ok=True)
    shutil.copy(HERE / "package.json", at)
    (at / "node_modules").symlink_to(_installed() / "node_modules")
    return at


def run(at: Path, script: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """The output of a journey; an error of it fails the test with what it printed."""
    done = subprocess.run(
        ["node", script, *arguments],
        check=False,
        cwd=at,
        env=environment,
        capture_output=True,
        text=True,
        timeout=RUN_S,
    )
    assert done.returncode == 0, f"{script}: {done.stdout}\n{done.stderr}"
    return done.stdout


def reported(at: Path, script: str, *arguments: str) -> Any:
    """The one object that a journey reports."""
    return json.loads(run(at, script, *arguments))


def _installed() -> Path:
    """The packages of the lock, in the cache of this machine; skips the test where npm cannot fetch them."""
    names = ("package.json", "package-lock.json")
    mark = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in names)).hexdigest()[:16]
    place = Settings().cache / "node" / mark
    place.parent.mkdir(parents=True, exist_ok=True)
    with locked(place.with_suffix(".lock"), INSTALL_S):
        if not (place / "complete").exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            for name in (*names, ".npmrc"):
                shutil.copy(HERE / name, place)
            done = subprocess.run(
                ["npm", "ci", "--no-audit", "--no-fund"],
                check=False,
                cwd=place,
                capture_output=True,
                text=True,
                timeout=INSTALL_S,
            )
            if done.returncode != 0:
                pytest.skip(f"npm cannot install the clients: {done.stderr[-300:]}")
            (place / "complete").touch()
    return place
