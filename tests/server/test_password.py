"""The password of the managed server: replaced in both places, whatever interrupts it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.graph.database import Graph, ServerRefusedError
from engine.runs.contents import check_idle
from engine.server import password
from engine.server.connect import connect
from engine.server.managed import Server
from engine.server.password import PasswordRefusedError, rotate
from engine.server.refusals import PasswordChangedError
from engine.server.template import copy_template
from engine.server.temporary import with_home
from engine.settings import Settings

SMALL = Settings(neo4j_uri=None, heap_mib=512, brief=True)

pytestmark = pytest.mark.usefixtures("brisk")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    copy_template(SMALL, tmp_path / "home")
    server = Server(with_home(SMALL, tmp_path / "home"))
    yield server
    server.kill()


class PowerCutError(Exception):
    """The process ends here."""


def test_the_password_is_replaced_and_an_interruption_loses_neither(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = server.start().password
    file = rotate(server.settings, check_idle)
    after = server.start()
    assert after.password == file.read_text() != before
    assert file.stat().st_mode & 0o777 == 0o600
    with Graph(after.uri, after.user, before) as graph, pytest.raises(ServerRefusedError):
        graph.verify()
    with connect(server.settings) as graph:
        assert graph.value("graph/size") == 0

    rotate(server.settings, check_idle, "chosen by hand")
    assert server.start().password == "chosen by hand"
    with pytest.raises(PasswordRefusedError):
        rotate(server.settings, check_idle, "short")
    with connect(server.settings) as graph:
        graph.verify()

    # Killed after the server has the new password and before the file has it: refused, and then completed.
    def cut(self: Path, _target: Any) -> Any:
        raise PowerCutError(self)

    with monkeypatch.context() as patch:
        patch.setattr(password, "write_private", lambda path, text: path.write_text(text))
        patch.setattr(Path, "replace", cut)
        with pytest.raises(PowerCutError):
            rotate(server.settings, check_idle)
    with pytest.raises(PasswordChangedError, match="run it again"):
        connect(server.settings)
    rotate(server.settings, check_idle, "after the power cut")
    with connect(server.settings) as graph:
        graph.verify()
    assert not (server.home / password.DRAFT).exists()

    (server.home / "password").write_text("nobody knows it")
    with pytest.raises(PasswordChangedError):
        rotate(server.settings, check_idle)
