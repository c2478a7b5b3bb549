"""What requests share: lookups that are made together, and runs that are known without asking."""

import asyncio
from typing import Any

import pytest

from engine.api import newest
from engine.api.loaders import MOST_KEYS, DataLoader
from engine.api.newest import Newest


def test_lookups_of_one_turn_are_made_together_and_each_once() -> None:
    reads: list[list[int]] = []

    async def many(keys: list[int]) -> list[Any]:
        reads.append(keys)
        await asyncio.sleep(0)
        return [KeyError(key) if key < 0 else 2 * key for key in keys]

    async def asking() -> None:
        loader: Any = DataLoader(many)

        async def field(key: int) -> Any:
            return await loader.load(key)

        values = await asyncio.gather(*(field(key) for key in (1, 2, 1)), loader.load(3))
        assert list(values) == [2, 4, 2, 6]
        assert await field(2) == 4
        with pytest.raises(KeyError):
            await field(-1)
        results = await asyncio.gather(*(loader.load(key) for key in range(100, 100 + MOST_KEYS + 1)))
        assert results == [2 * key for key in range(100, 100 + MOST_KEYS + 1)]

    asyncio.run(asking())
    assert [sorted(keys) for keys in reads[:2]] == [[1, 2, 3], [-1]]
    assert [len(keys) for keys in reads[2:]] == [MOST_KEYS, 1]


def test_an_error_of_a_read_reaches_everyone_who_asked() -> None:
    async def many(keys: list[int]) -> list[int]:
        raise LookupError("gone")

    async def asking() -> Any:
        loader: Any = DataLoader(many)
        return await asyncio.gather(loader.load(1), loader.load(2), return_exceptions=True)

    assert [type(each) for each in asyncio.run(asking())] == [LookupError, LookupError]


def test_who_waits_is_cancelled_with_the_read() -> None:
    reading: list[asyncio.Task[Any]] = []

    async def many(keys: list[int]) -> list[int]:
        task = asyncio.current_task()
        assert task is not None
        reading.append(task)
        await asyncio.sleep(60)
        return keys

    async def asking() -> None:
        loader: Any = DataLoader(many)
        waiting = asyncio.ensure_future(loader.load(1))
        while not reading:
            await asyncio.sleep(0)
        reading[0].cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(asking())


class Runs:
    """Reads of the newest run, each of which takes a moment."""

    def __init__(self) -> None:
        self.number, self.reads = 1, 0
        self.error: Exception | None = None

    async def read(self, _key: newest.RunKey) -> Any:
        self.reads += 1
        run = self.number
        await asyncio.sleep(0.01)
        if self.error is not None:
            raise self.error
        return run


KEY = None, None, None


def test_a_run_is_read_once_for_all_requests_and_again_after_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(newest, "FRESH_S", 0.05)

    async def asking() -> None:
        runs = Runs()
        known: Any = Newest()
        assert await asyncio.gather(*(known.chosen(KEY, runs.read) for _ in range(9))) == [1] * 9
        assert runs.reads == 1
        runs.number = 2
        assert await known.chosen(KEY, runs.read) == 1
        known.forget()
        assert await known.chosen(KEY, runs.read) == 2
        runs.number = 3
        await asyncio.sleep(0.06)
        assert await asyncio.gather(*(known.chosen(KEY, runs.read) for _ in range(9))) == [3] * 9
        assert runs.reads == 3

    asyncio.run(asking())


def test_what_is_being_read_is_not_kept_once_a_run_is_known_to_have_ended() -> None:
    async def asking() -> None:
        runs = Runs()
        known: Any = Newest()
        reading = asyncio.create_task(known.chosen(KEY, runs.read))
        await asyncio.sleep(0)
        runs.number = 2
        known.forget()
        assert await reading == 1
        assert await known.chosen(KEY, runs.read) == 2

    asyncio.run(asking())


def test_no_run_is_kept_that_could_not_be_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that has been removed: nobody gets it once its absence is noticed."""
    monkeypatch.setattr(newest, "FRESH_S", 0.05)

    async def asking() -> None:
        runs = Runs()
        known: Any = Newest()
        await known.chosen(KEY, runs.read)
        await asyncio.sleep(0.06)
        runs.error = LookupError("no run")
        many = await asyncio.gather(*(known.chosen(KEY, runs.read) for _ in range(5)), return_exceptions=True)
        assert [type(each) for each in many] == [LookupError] * 5
        runs.error = None
        assert await known.chosen(KEY, runs.read) == 1

    asyncio.run(asking())


def test_a_request_that_is_cancelled_leaves_the_others_their_answer() -> None:
    async def asking() -> None:
        runs = Runs()
        known: Any = Newest()
        first = asyncio.create_task(known.chosen(KEY, runs.read))
        others = [asyncio.create_task(known.chosen(KEY, runs.read)) for _ in range(3)]
        await asyncio.sleep(0)
        first.cancel()
        assert await asyncio.gather(*others) == [1] * 3

    asyncio.run(asking())


def test_only_so_many_choices_are_kept() -> None:
    async def asking() -> None:
        runs = Runs()
        known: Any = Newest()
        for number in range(newest.MOST_CHOICES + 5):
            await known.chosen((None, None, number), runs.read)
        assert len(known._known) == newest.MOST_CHOICES

    asyncio.run(asking())
