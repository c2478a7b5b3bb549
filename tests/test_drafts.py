"""Files that belong together appear together, wherever their writer is interrupted."""

from pathlib import Path

import pytest

from engine.drafts import Drafts


class Interrupted(BaseException):
    """Stands in for a process that is gone."""


def written(folder: Path, text: str) -> None:
    drafts = Drafts(folder, "sign")
    for name in ("sign", "one", "two"):
        drafts.path(name).write_text(text)
    drafts.finish()


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir() if path.suffix != ".part"}


@pytest.mark.parametrize("step", range(1, 8))
def test_files_with_their_sign_are_of_one_writer(
    step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "old")
    left = step
    with monkeypatch.context() as patch:
        for name in ("write_text", "unlink", "replace"):
            real = getattr(Path, name)

            def counted(*arguments: object, real: object = real, **options: object) -> object:
                nonlocal left
                left -= 1
                if left == 0:
                    raise Interrupted
                return real(*arguments, **options)  # type: ignore[operator]

            patch.setattr(Path, name, counted)
        with pytest.raises(Interrupted):
            written(tmp_path, "new")
    now = texts(tmp_path)
    assert "sign" not in now or set(now.values()) == {"old"}
    assert set(now.values()) == {"old"} or step > 4, "before its end, the writer touches nothing"
    written(tmp_path, "new")
    assert texts(tmp_path) == dict.fromkeys(("sign", "one", "two"), "new")
    assert list(tmp_path.glob("*.part")) == []


def test_abandoned_drafts_are_gone(tmp_path: Path) -> None:
    written(tmp_path, "old")
    drafts = Drafts(tmp_path, "sign")
    drafts.path("one").write_text("new")
    drafts.abandon()
    assert texts(tmp_path) == dict.fromkeys(("sign", "one", "two"), "old")
    assert list(tmp_path.glob("*.part")) == []
