"""Operations on people and trees through three doors: the same effects, and the same refusals by name."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.access.policy import Policy
from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer
from engine.api.errors import sentence
from engine.api.identity.identity import Identity
from engine.api.mutations.operations import MUTATIONS
from engine.api.mutations.payloads import camel
from engine.api.timed import TimedGraph
from engine.genealogy.operations.kinds import (
    KINDS,
    EnrollMember,
    MoveMember,
    Operation,
    PlaceMember,
    TakeBack,
)
from engine.genealogy.operations.performing import perform
from engine.genealogy.placement import ByHand
from engine.genealogy.refusals import NotDoneError
from engine.graph.database import Graph
from engine.intake.importing import import_company
from tests.conftest import Upline
from tests.genealogy.test_performing import REFUSED, TWO_TREES
from tests.support.api import Api
from tests.support.small_tables import dump, write

CHANGE = """
change {
  number kind on actor reason undoes
  changed { what id before after legBefore legAfter }
  members { memberId }
}
errors { code message todo path }
clientMutationId
"""
MUTATION_OF = {operation.kind: name for name, (operation, _) in MUTATIONS.items()}
COMMANDS = {
    "enroll": "enroll", "move": "move", "change_sponsor": "sponsor", "swap": "swap", "suspend": "suspend",
    "reinstate": "reinstate", "terminate": "terminate", "change_owner": "owner", "move_customer": "customer",
    "enroll_customer": "enroll-customer", "roll_up": "roll-up",
    "roll_up_all": "roll-up-all", "merge": "merge", "take_back": "take-back",
    "add_prospect": "add", "update_prospect": "update", "convert_prospect": "convert",
}  # fmt: skip
OPTIONS = {
    "enroll": {"sponsor_id": "--sponsor", "owner_id": "--owner"},
    "move": {"parent_id": "--under"},
    "change_sponsor": {"sponsor_id": "--to"},
    "change_owner": {"owner_id": "--to"},
    "move_customer": {"member_id": "--to"},
    "merge": {"member_id": "--into"},
    "enroll_customer": {"member_id": "--as", "sponsor_id": "--sponsor"},
    "roll_up_all": {"inactive_periods": "--inactive"},
}
NAMED = {"customer_id": 0, "member_id": 0, "other_id": 1, "number": 0}


def mutation(operation: Operation) -> tuple[str, dict[str, Any]]:
    """The document and the input that mean an operation."""
    name = MUTATION_OF[operation.kind]
    title = "".join(part.title() for part in name.split("_"))
    document = f"mutation($input: {title}Input!) {{ {camel(name)}(input: $input) {{ {CHANGE} }} }}"
    values: dict[str, Any] = {}
    for each in fields(operation):
        value = getattr(operation, each.name)
        if each.name == "how" and value is not None:
            values["byHand"] = {"parentId": value.parent_id, "leg": value.leg}
        elif value is not None and value != each.default:
            values[camel(each.name)] = value.isoformat() if isinstance(value, date) else value
    if "tree" in values:
        values["tree"] = values["tree"].upper()
    return document, values


def words(operation: Operation) -> list[str]:
    """The words of the command line that mean an operation."""
    options = OPTIONS.get(operation.kind, {})
    named: dict[int, str] = {}
    rest: list[str] = []
    for each in fields(operation):
        value = getattr(operation, each.name)
        if value is None or value == each.default:
            continue
        if each.name == "how":
            rest += ["--under", value.parent_id, *(["--leg", value.leg] if value.leg else [])]
        elif each.name == "member_ids":
            rest += value
        elif each.name in NAMED and each.name not in options:
            named[NAMED[each.name]] = str(value)
        else:
            rest.append(options.get(each.name, f"--{each.name.replace('_', '-')}"))
            rest += [] if value is True else [str(value)]
    group = "prospect" if operation.kind.endswith("_prospect") else "member"
    return [group, COMMANDS[operation.kind], *rest, *(named[place] for place in sorted(named))]


@pytest.fixture
def company(graph: Graph, tmp_path: Path) -> Graph:
    import_company(graph, write(tmp_path, **TWO_TREES))
    return graph


@pytest.fixture
def api(graph: Graph) -> Iterator[Api]:
    with Api(graph) as api:
        yield api


def test_every_operation_has_its_doors() -> None:
    own = KINDS.keys() - {"place"}  # `upline place` and `placeMember` were there before
    assert {operation.kind for operation, _ in MUTATIONS.values()} == own
    assert COMMANDS.keys() == own


def test_what_is_refused_is_refused_by_the_same_name_everywhere(
    company: Graph, api: Api, upline: Upline
) -> None:
    perform(company, MoveMember(member_id="1111", parent_id="121", leg="L", on=date(2026, 5, 27)))
    state = dump(company)
    seen: set[tuple[str, str]] = set()
    for case, (operation, name, field) in REFUSED.items():
        if isinstance(operation, PlaceMember) or (operation.kind, name) in seen:
            continue
        with pytest.raises(NotDoneError) as caught:
            perform(company, operation)
        assert (caught.value.name, caught.value.field) == (name, field), case
        document, values = mutation(operation)
        (payload,) = api.data(document, input=values).values()
        (error,) = payload["errors"]
        assert (error["code"], error["path"][-1]) == (name, camel(field or "")), case
        assert (payload["change"], error["message"]) == (None, sentence(caught.value.what)), case
        if name not in {kind for _, kind in seen}:
            done = upline(*words(operation))
            assert (done.returncode, f"[{name}]" in done.stderr) == (2, True), (case, done.stderr)
        seen.add((operation.kind, name))
    assert dump(company) == state
    assert len({name for _, name in seen}) > 18


def test_an_operation_is_done_by_a_mutation_and_by_a_command(
    company: Graph, api: Api, upline: Upline
) -> None:
    moved = MoveMember(member_id="11", parent_id="121", leg="left", on=date(2026, 6, 1))
    document, values = mutation(moved)
    sent = {**values, "reason": "by wish", "idempotencyKey": "k", "clientMutationId": "mine"}
    (payload,) = api.data(document, input=sent).values()
    assert payload == {
        "change": {
            "number": 2, "kind": "move", "on": "2026-06-01", "actor": "development", "reason": "by wish",
            "undoes": None, "members": [{"memberId": "11"}],
            "changed": [{
                "what": "PLACEMENT", "id": "11", "before": "1", "after": "121",
                "legBefore": "L", "legAfter": "L",
            }],
        },
        "errors": [], "clientMutationId": "mine",
    }  # fmt: skip
    assert api.data(document, input=sent) == {camel(MUTATION_OF["move"]): payload}
    done = upline("member", "take-back", "2", "--actor", "desk", "--key", "x", "--json")
    assert done.returncode == 0, done.stderr
    assert '"undoes": 2' in done.stdout
    again = upline(*words(EnrollMember(member_id="15", sponsor_id="11", how=ByHand("112", "L"))))
    assert "15 is placed under 112 in leg L from" in again.stdout.replace("\n", " ")
    document, values = mutation(TakeBack(number=4))
    (payload,) = api.data(document, input=values).values()
    assert payload["errors"][0]["code"] == "cannot_take_back"


def test_only_those_change_people_who_may(company: Graph) -> None:
    """A member enrolls into the own frontline where the company lets members do so, and nothing else."""
    own = EnrollMember(member_id="15", sponsor_id="11", name="Kim")
    others = (
        EnrollMember(member_id="16", sponsor_id="12"),
        EnrollMember(member_id="16", sponsor_id="11", how=ByHand("112", "L")),
        EnrollMember(member_id="16", sponsor_id="11", on=date(2026, 3, 1)),
        EnrollMember(member_id="16", root=True),
        MoveMember(member_id="111", parent_id="12", leg="M"),
    )
    member = Viewer("ben", Role.MEMBER, "11")
    with Api(company, identity=Under(member, Policy())) as api:
        assert refused(api, own) == "not_allowed"
    with Api(company, identity=Under(member, Policy(enroll=True))) as api:
        assert [refused(api, each) for each in others] == ["not_allowed"] * len(others)
        document, values = mutation(own)
        (payload,) = api.data(document, input=values).values()
        assert (payload["errors"], payload["change"]["actor"]) == ([], "ben")
    for role in (Role.SUPPORT, Role.FINANCE, Role.ANALYST):
        with Api(company, identity=Under(Viewer("staff", role), Policy(enroll=True))) as api:
            assert refused(api, others[-1]) == "not_allowed"


class Under(Identity):
    """Everybody is one viewer, under one policy of the company."""

    def __init__(self, viewer: Viewer, policy: Policy) -> None:
        super().__init__()
        self._viewer, self._policy = viewer, policy

    async def reach(self, token: str | None, reads: TimedGraph) -> Reach:
        """The viewer's reach."""
        del token, reads
        return Reach(self._viewer, self._policy)


def refused(api: Api, operation: Operation) -> str:
    """The code of the one error of the whole request."""
    document, values = mutation(operation)
    return api.refused(document, input=values)[0]
