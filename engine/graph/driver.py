"""The classes of Neo4j's driver, by name: `driver.Neo4jError`. It is loaded when the first of them is needed.

The driver takes longer to load than all of the engine, and what needs no database does without it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neo4j import READ_ACCESS, WRITE_ACCESS, Driver, Query, Result, Session, Transaction
    from neo4j.exceptions import (
        AuthError,
        ClientError,
        ConfigurationError,
        DriverError,
        Neo4jError,
        TransientError,
    )
else:

    def __getattr__(name: str) -> object:
        """A name of the driver that is used for the first time."""
        if name not in __all__:
            raise AttributeError(f"the driver's {name} is not listed in __all__")
        import neo4j.exceptions

        module = neo4j if hasattr(neo4j, name) else neo4j.exceptions
        return globals().setdefault(name, getattr(module, name))


__all__ = [
    "READ_ACCESS",
    "WRITE_ACCESS",
    "AuthError",
    "ClientError",
    "ConfigurationError",
    "Driver",
    "DriverError",
    "Neo4jError",
    "Query",
    "Result",
    "Session",
    "Transaction",
    "TransientError",
    "lost",
    "unavailable",
]  # fmt: skip


def lost() -> tuple[type["DriverError"], type["DriverError"], type["DriverError"]]:
    """What the driver raises where no server answers."""
    import neo4j.exceptions as errors

    return errors.ServiceUnavailable, errors.SessionExpired, errors.ConnectionAcquisitionTimeoutError


def unavailable() -> tuple[type["DriverError | Neo4jError"], ...]:
    """The same, and what it raises where the server answers but its database does not."""
    import neo4j.exceptions as errors

    return *lost(), errors.DatabaseUnavailable, errors.ForbiddenOnReadOnlyDatabase
