"""How the containers serve the API: who is asked whether it is healthy, how it stops, its names."""

import re
from typing import Any

from tests.test_docker import compose, dockerfile, seconds, with_defaults

__all__ = ["compose", "dockerfile"]


def test_health_is_asked_where_it_is_answered(compose: dict[str, Any], dockerfile: str) -> None:
    engine = compose["services"]["engine"]
    for command, check in (
        (engine["command"], engine["healthcheck"]["test"][-1]),
        (dockerfile.partition('CMD ["serve"')[2], dockerfile),
    ):
        (port,) = re.findall(r'--health-port", ?"?(\d+)', str(command).replace("'", '"'))
        assert f"http://127.0.0.1:{port}/ready" in check


def test_requests_under_way_may_end_when_the_engine_is_stopped(compose: dict[str, Any]) -> None:
    from engine.api.serving.server import LAST_REQUESTS_S

    assert seconds(compose["services"]["engine"]["stop_grace_period"]) > LAST_REQUESTS_S + 3


def test_the_engine_answers_to_names_of_this_machine(compose: dict[str, Any]) -> None:
    """Otherwise a web page could have its own name resolved to this machine, and read the API."""
    from engine.api.serving.options import hosts_of

    name = with_defaults(compose["services"]["engine"]["environment"]["UPLINE_PUBLIC_HOSTS"])
    hosts = hosts_of((name,), loopback=False)
    assert hosts is not None
    assert {"localhost", "127.0.0.1"} <= hosts
    assert "evil.example" not in hosts
