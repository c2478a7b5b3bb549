"""Files of a folder that belong together: written as drafts, and named once all of them are whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Name a file in errors of the system that name none, as where the disk becomes full during a write."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


@dataclass(frozen=True, slots=True)
class Drafts:
    """Drafts of a folder's files; `sign` is the file whose presence says that the files are whole.

    Interrupted before `finish`, the files of before are untouched; interrupted within it, there is no sign.
    """

    folder: Path
    sign: str
    _names: list[str] = field(default_factory=list)

    def path(self, name: str) -> Path:
        """Where to write the file of that name until `finish`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if name not in self._names:
            self._names.append(name)
        return self.folder / f"{name}.part"

    def finish(self) -> None:
        """Give every draft its name, the sign last."""
        (self.folder / self.sign).unlink(missing_ok=True)
        for name in sorted(self._names, key=lambda name: name == self.sign):
            (self.folder / f"{name}.part").replace(self.folder / name)

    def abandon(self) -> None:
        """Remove the drafts."""
        for name in self._names:
            (self.folder / f"{name}.part").unlink(missing_ok=True)
