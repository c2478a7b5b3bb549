"""The password of the managed server is replaced by a new one, in the server and in its file."""

import secrets
from collections.abc import Callable
from pathlib import Path

from engine.errors import UplineError
from engine.graph import driver
from engine.graph.database import Graph, ServerRefusedError
from engine.server.home import RunningServer
from engine.server.managed import Server
from engine.server.processes import write_private
from engine.server.refusals import password_changed
from engine.settings import Settings

DRAFT = "password.new"
"""The new password, kept from before the server has it until it is in the file of the password."""


class PasswordRefusedError(UplineError):
    """The server does not take a password, because it is too short or the one that it has."""


class _RotatingServer(Server):
    def rotate(self, chosen: str | None, check_idle: Callable[[Graph], None]) -> Path:
        running, file, draft = self.start(), self.home / "password", self.home / DRAFT
        with self._locked():
            old = self._settled(running, file, draft)
            with Graph(running.uri, running.user, old) as graph:
                check_idle(graph)
            new = chosen if chosen is not None else secrets.token_hex(16)
            write_private(draft, new)
            try:
                with Graph(running.uri, running.user, old, "system") as graph:
                    graph.batched("graph/set_password", old=old, new=new)
            except (driver.ClientError, UplineError) as error:
                draft.unlink()
                raise PasswordRefusedError(
                    "Neo4j does not take this password", todo="Choose another one, of 8 characters or more."
                ) from error
            draft.replace(file)
        return file

    def _settled(self, running: RunningServer, file: Path, draft: Path) -> str:
        """The password that the server has; a change that was interrupted is completed or dropped."""
        for candidate in (file, draft):
            if candidate.exists() and _accepted(running, password := candidate.read_text().strip()):
                if candidate == draft:
                    draft.replace(file)
                draft.unlink(missing_ok=True)
                return password
        raise password_changed(file)


def rotate(settings: Settings, check_idle: Callable[[Graph], None], chosen: str | None = None) -> Path:
    """Replace the managed server's password by `chosen`, or by one made at random; returns its file.

    After an interruption the next call completes the change before it makes its own. Raises
    PasswordRefusedError, PasswordChangedError, and what `check_idle` raises while something is under way.
    """
    return _RotatingServer(settings).rotate(chosen, check_idle)


def _accepted(running: RunningServer, password: str) -> bool:
    with Graph(running.uri, running.user, password) as graph:
        try:
            graph.verify()
        except ServerRefusedError:
            return False
    return True
