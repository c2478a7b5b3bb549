"""`upline token`: a token for the API, to try roles with, or by the company's own secret."""

from typing import Annotated

import typer

from engine import ranges
from engine.access.viewer import Role
from engine.commands.console import database, note, plain_out
from engine.commands.figures import number
from engine.errors import UplineError

MINUTES = 60
"""For how long a token is valid unless the option says otherwise."""


class TokenRoleError(UplineError):
    """The role and the member do not go together."""


class TokensMadeElsewhereError(UplineError):
    """The company's tokens are signed with a key that is not here."""


def token(
    member: Annotated[
        str | None, typer.Argument(metavar="[MEMBER]", help="The member who reads, for the role member.")
    ] = None,
    role: Annotated[
        Role | None, typer.Option("--role", help="The role; without it member, of the member named.")
    ] = None,
    minutes: Annotated[
        int, number(ranges.TOKEN_MINUTES, "--minutes", help="For how many minutes it is valid.")
    ] = MINUTES,
) -> None:
    """Print a token for the API: send it as the header Authorization: Bearer TOKEN.

    Example: upline token M0389 --role member
    """
    from engine.answers.members import member_status, unknown_member
    from engine.api.identity import development
    from engine.api.identity.configuration import read_access
    from engine.api.identity.tokens import made
    from engine.settings import Settings

    chosen = role or (Role.MEMBER if member is not None else None)
    if chosen is None or (chosen is Role.MEMBER) is not (member is not None):
        raise TokenRoleError(
            "the role member needs a member, and no other role has one",
            todo="Such as: upline token M0389, or upline token --role support",
        )
    settings = Settings()
    configured = read_access(settings).identity
    if configured is not None and configured.secret is None:
        raise TokensMadeElsewhereError(
            "the access file names a public key or an address of keys, which cannot sign tokens",
            str(settings.access),
            "Ask for tokens where the company's users sign in.",
        )
    if member is not None:
        with database() as graph:
            if member_status(graph, member) is None:
                raise unknown_member(member)
    if configured is None:
        note("this token is good for the development mode of this machine alone")
    signing = configured or development.configuration(settings.home)
    plain_out.write(made(signing, chosen, member, minutes) + "\n")
