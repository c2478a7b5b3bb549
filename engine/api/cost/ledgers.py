"""Ledgers: where it is kept of each budget when it is full again, in one process or for several.

A budget that is full at 12:00:30 and gets back 2,000 each second lacks 60,000 at 12:00:00. One moment for
each budget is all there is to keep.
"""

import hashlib
import mmap
import os
import struct
import sys
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

MOST_KEPT = 10_000
"""Budgets that one process remembers, about 2 MB. One that is full is the same as one that was never used."""
BUCKETS, SLOTS = 8_192, 8
"""Budgets that several processes remember: of each bucket so many, 1.5 MB in all."""
SLOT = struct.Struct("=16sd")
"""One of them: the hash of its key, and when it is full again."""
FREE = bytes(16)


class Ledger(Protocol):
    """When each budget is full again, in seconds of a clock; 0 of one that is full."""

    def read(self, key: str) -> float:
        """When a budget is full again."""

    def add(self, key: str, seconds: float, now: float) -> None:
        """Put that moment off; a negative time brings it nearer, but not nearer than now."""

    def __len__(self) -> int: ...


class OwnLedger:
    """A ledger of one process; of more than `kept` budgets those stay that were used last."""

    def __init__(self, kept: int = MOST_KEPT) -> None:
        self._kept = kept
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def read(self, key: str) -> float:
        """When a budget is full again."""
        return self._full_at.get(key, 0.0)

    def add(self, key: str, seconds: float, now: float) -> None:
        """Put that moment off."""
        full_at = max(now, self._full_at.pop(key, 0.0)) + seconds
        if full_at > now:
            self._full_at[key] = full_at
            while len(self._full_at) > self._kept:
                self._full_at.popitem(last=False)


class SharedLedger:
    """A ledger in a file that several processes of one machine map into their memory.

    A key belongs to one bucket of slots; where all are taken, the one goes that is full again first. A bucket
    is locked while it is used, by the operating system, which gives the lock of a dead process back.
    """

    def __init__(self, file: Path) -> None:
        self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        size = BUCKETS * SLOTS * SLOT.size
        os.ftruncate(self._descriptor, size)
        self._memory = mmap.mmap(self._descriptor, size)

    def __len__(self) -> int:
        return sum(mark != FREE for mark, _ in SLOT.iter_unpack(self._memory[:]))

    def close(self) -> None:
        """Give the file back."""
        self._memory.close()
        os.close(self._descriptor)

    def read(self, key: str) -> float:
        """When a budget is full again."""
        mark, start = _place(key)
        with self._locked(start) as slots:
            return next((full_at for each, full_at in slots if each == mark), 0.0)

    def add(self, key: str, seconds: float, now: float) -> None:
        """Put that moment off."""
        mark, start = _place(key)
        with self._locked(start) as slots:
            own = next((place for place, (each, _) in enumerate(slots) if each == mark), None)
            if own is None:
                own = min(range(SLOTS), key=lambda place: slots[place][1])
                slots[own] = mark, 0.0
            full_at = max(now, slots[own][1]) + seconds
            slots[own] = (mark, full_at) if full_at > now else (FREE, 0.0)
            SLOT.pack_into(self._memory, start + own * SLOT.size, *slots[own])

    @contextmanager
    def _locked(self, start: int) -> Iterator[list[tuple[bytes, float]]]:
        """The slots of a bucket, which nobody else uses meanwhile."""
        size = SLOTS * SLOT.size
        _lock(self._descriptor, start, size, free=False)
        try:
            yield [*SLOT.iter_unpack(self._memory[start : start + size])]
        finally:
            _lock(self._descriptor, start, size, free=True)


def _lock(descriptor: int, start: int, size: int, *, free: bool) -> None:
    """Lock a part of a file, waiting until it is free, or free it."""
    if sys.platform == "win32":
        os.lseek(descriptor, start, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK if free else msvcrt.LK_LOCK, size)
    else:
        fcntl.lockf(descriptor, fcntl.LOCK_UN if free else fcntl.LOCK_EX, size, start)


def _place(key: str) -> tuple[bytes, int]:
    """The mark of a key, and where its bucket begins."""
    mark = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=SLOT.size - 8).digest()
    return mark, int.from_bytes(mark[:4]) % BUCKETS * SLOTS * SLOT.size
