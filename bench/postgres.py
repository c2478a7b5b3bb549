"""PostgreSQL, started by the benchmark itself in a temporary folder, tuned in its favour, gone at the end."""

import importlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import seconds_of
from bench.peers import Fetch, OutOfTimeError, Way
from bench.tree import Tree

SQL = Path(__file__).parent / "sql"
SETTINGS = {
    # Nothing here survives a crash, as the engine's figures do: PostgreSQL keeps that advantage.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "1GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "temp_file_limit": "16GB",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
}
DURABLE = SETTINGS | {
    # What is committed is on the disk, as the engine's figures are.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
}
"""Settings for the whole month, whose results are kept."""
START_S = 30
ACCOUNTS = ("postgres", "nobody")
"""Accounts to run PostgreSQL where we are root, which it refuses."""


class NoPostgresError(Exception):
    """PostgreSQL cannot take part; the message says why."""


def binaries() -> Path:
    """The folder of PostgreSQL's programs, on the path or where Debian keeps them; raises NoPostgresError."""
    for root in (Path("/usr/lib/postgresql"), Path("/usr/local/pgsql")):
        for initdb in sorted(root.glob("**/initdb"), reverse=True):
            if (initdb.parent / "postgres").is_file():
                return initdb.parent
    if (on_path := shutil.which("initdb")) and (
        program := Path(on_path).resolve().parent / "postgres"
    ).is_file():
        return program.parent
    raise NoPostgresError("PostgreSQL is not installed (Debian: apt install postgresql)")


@contextmanager
def server(settings: dict[str, str] = SETTINGS) -> Iterator[Any]:
    """A connection to a PostgreSQL of its own on a Unix socket. Raises NoPostgresError."""
    if not importlib.util.find_spec("psycopg"):
        raise NoPostgresError("psycopg is not installed (pip install --group bench)")
    programs, account = binaries(), _account()
    psycopg = importlib.import_module("psycopg")
    home = Path(tempfile.mkdtemp(prefix="upline-pg-"))
    process = None
    try:
        if "user" in account:
            os.chown(home, account["user"], account["group"])
        data = home / "data"
        made = [
            str(programs / "initdb"),
            "-D",
            str(data),
            "-U",
            "bench",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        done = subprocess.run(made, capture_output=True, text=True, check=False, cwd=home, **account)
        if done.returncode:
            raise NoPostgresError(f"initdb refuses: {done.stderr.strip().splitlines()[-1]}")
        command = [str(programs / "postgres"), "-D", str(data), "-k", str(home)]
        for key, value in settings.items():
            command += ["-c", f"{key}={value}"]
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=home, **account)
        with _connected(psycopg, home, process) as connection:
            yield connection
    finally:
        if process is not None:
            process.send_signal(signal.SIGQUIT)  # immediate: the folder is thrown away
            process.wait()
        shutil.rmtree(home, ignore_errors=True)


def ways(connection: Any, tree: Tree) -> list[Way]:
    """A recursive query, and a loop over levels; both store their figures."""
    load = seconds_of(lambda: _fill(connection, tree))

    def computed(name: str, limit: float) -> Fetch:
        errors = importlib.import_module("psycopg").errors
        connection.execute("TRUNCATE group_volume")
        connection.execute(f"SET statement_timeout = {int(limit * 1000)}")
        try:
            connection.execute((SQL / f"{name}.sql").read_text(encoding="utf-8"))
        except errors.QueryCanceled as error:
            raise OutOfTimeError from error
        except (errors.ConfigurationLimitExceeded, errors.DiskFull, errors.OutOfMemory) as error:
            raise MemoryError from error
        finally:
            connection.execute("SET statement_timeout = 0")
        fetched = "SELECT volume FROM group_volume ORDER BY id"
        return lambda: [row[0] for row in connection.execute(fetched)]

    return [
        Way("PostgreSQL, recursive query", lambda limit: computed("recursive", limit), load),
        Way("PostgreSQL, loop over levels", lambda limit: computed("levels", limit), load),
    ]


def version(connection: Any) -> str:
    """The version of the server."""
    return str(connection.execute("SHOW server_version").fetchone()[0]).split()[0]


def _fill(connection: Any, tree: Tree) -> None:
    connection.execute((SQL / "tables.sql").read_text(encoding="utf-8"))
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY member (id, parent, depth, own) FROM STDIN") as copy,
    ):
        for place, parent in enumerate(tree.places()):
            above = None if parent < 0 else parent
            copy.write_row((place, above, tree.depths[place], tree.own[place]))
    connection.execute((SQL / "indexes.sql").read_text(encoding="utf-8"))


def _account() -> dict[str, Any]:
    """The account that runs PostgreSQL: our own, or for root one with fewer rights."""
    if os.name == "nt":
        raise NoPostgresError("the comparison with PostgreSQL needs Unix sockets")
    if os.geteuid() != 0:
        return {}
    pwd = importlib.import_module("pwd")
    for name in ACCOUNTS:
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise NoPostgresError("PostgreSQL does not run as root, and there is no account to run it")


def _connected(psycopg: Any, home: Path, process: "subprocess.Popen[bytes]") -> Any:
    until = time.monotonic() + START_S
    while True:
        try:
            return psycopg.connect(host=str(home), user="bench", dbname="postgres", autocommit=True)
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > until:
                log = (home / "log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
                raise NoPostgresError(f"PostgreSQL did not start: {(log or ['no word'])[-1]}") from error
            time.sleep(0.1)
