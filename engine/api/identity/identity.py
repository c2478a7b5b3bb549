"""From a token to what its bearer may read."""

from engine.access.policy import Policy
from engine.access.reach import Places, Reach
from engine.access.viewer import Role, Viewer
from engine.answers.members import member_status
from engine.api.identity.configuration import Access, Configuration
from engine.api.identity.keys import Keys, keys_of
from engine.api.identity.tokens import (
    TokenExpiredError,
    TokenInvalidError,
    UnauthenticatedError,
    invalid,
    viewer_of,
)
from engine.api.timed import TimedGraph


class Identity:
    """Who asks, by the company's access; with `development`, nobody has to say who they are.

    Without an access at all it is the development mode without tokens, for embedding and for tests.
    """

    def __init__(self, access: Access | None = None, development: Configuration | None = None) -> None:
        self.policy = access.policy if access else Policy()
        configured = access.identity if access else None
        self.development = configured is None
        self._configuration = configured or development
        self._keys: Keys | None = None if self._configuration is None else keys_of(self._configuration)
        self._places = Places()

    async def reach(self, token: str | None, graph: TimedGraph) -> Reach:
        """What the bearer of a token may read, by the member's status of this moment.

        Raises UnauthenticatedError, TokenExpiredError, TokenInvalidError.
        """
        if token is None:
            if not self.development:
                raise UnauthenticatedError(
                    "the request has no token", todo="Send it as the header Authorization: Bearer TOKEN."
                )
            return self.of(Viewer("development", Role.ADMIN))
        if self._configuration is None or self._keys is None:
            raise invalid()
        viewer = await viewer_of(token, self._keys, self._configuration)
        if viewer.member_id is not None:
            status = await graph.ask(member_status, graph, viewer.member_id)
            if not self._admits(status):
                raise invalid()
        return self.of(viewer)

    async def staff(self, token: str | None) -> bool:
        """Whether a token is of a member of staff; without one, whether it is the development mode."""
        if token is None or self._configuration is None or self._keys is None:
            return self.development and token is None
        try:
            viewer = await viewer_of(token, self._keys, self._configuration)
        except (TokenExpiredError, TokenInvalidError):
            return False
        return viewer.role is not Role.MEMBER

    def of(self, viewer: Viewer) -> Reach:
        """What a viewer may read, by the company's policy."""
        return Reach(viewer, self.policy, self._places)

    def _admits(self, status: str | None) -> bool:
        """Whether a member of that status may read; None: nobody has the id."""
        return status is not None and status not in self.policy.refused
