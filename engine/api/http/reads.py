"""Reads of a request end with it: at its time limit, or when its client has gone, some may be under way."""

from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

READS = "upline.reads"
"""Where the scope of a request holds what it reads with."""


class Reads(Protocol):
    """What a request reads with."""

    def stop(self) -> None:
        """End every read that is under way."""


class ReadsEnd:
    """Ends what a request still reads once it is answered or cancelled; the server stops its statements.

    Loaders read in tasks of their own, which nobody cancels with the task of the request.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        try:
            await self._app(scope, receive, send)
        finally:
            reads: Reads | None = scope.get(READS)
            if reads is not None:
                reads.stop()
