"""The table of roles and areas."""

import pytest

from engine.access.areas import TABLE, Area, Scope
from engine.access.policy import Policy
from engine.access.reach import Reach
from engine.access.viewer import Role, Viewer


def test_every_area_has_every_role() -> None:
    assert set(TABLE) == set(Area)
    assert all(set(row) == set(Role) for row in TABLE.values())


def test_what_the_issue_says_of_roles() -> None:
    assert {area for area in Area if TABLE[area][Role.ADMIN] is not Scope.ALL} == set()
    assert {area for area in Area if TABLE[area][Role.ANALYST] is Scope.NOBODY} == {
        Area.NAMES, Area.MONEY, Area.CUSTOMERS, Area.EXPLANATIONS, Area.OPERATE,
        Area.PREPARE, Area.APPROVE, Area.COMMIT,
    }  # fmt: skip
    assert TABLE[Area.MONEY] == {
        Role.MEMBER: Scope.OWN, Role.SUPPORT: Scope.NOBODY, Role.FINANCE: Scope.ALL,
        Role.ANALYST: Scope.NOBODY, Role.ADMIN: Scope.ALL,
    }  # fmt: skip


def test_the_policy_opens_money_and_customers_of_the_group() -> None:
    viewer = Viewer("m", Role.MEMBER, "1")
    closed, opened = Reach(viewer), Reach(viewer, Policy(downline_money=True, downline_customers=True))
    for area in (Area.MONEY, Area.CUSTOMERS):
        assert [closed.sees(area, one) for one in ("1", "11", None)] == [True, False, False]
        assert opened.sees(area, "11")
    assert not opened.sees(Area.EXPLANATIONS, "11")


def test_a_member_has_an_id() -> None:
    with pytest.raises(ValueError, match="member id"):
        Viewer("m", Role.MEMBER)
