import pytest

from app.accounts.rules import Right, RoleName, holders


@pytest.mark.parametrize(
    ("right", "roles"),
    [
        (Right.READ, {RoleName.ADMIN, RoleName.COORDINATOR, RoleName.REVIEWER, RoleName.TRANSLATOR}),
        (Right.WRITE, {RoleName.ADMIN, RoleName.COORDINATOR, RoleName.TRANSLATOR}),
        (Right.STEER, {RoleName.ADMIN, RoleName.COORDINATOR}),
        (Right.MAIL, {RoleName.ADMIN, RoleName.COORDINATOR}),
    ],
)
def test_right_is_given_by_these_roles_alone(right: Right, roles: set[RoleName]) -> None:
    assert holders(right) == roles
