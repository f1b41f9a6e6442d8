"""A store with people in it: each in one role."""

import pytest

from rig.people import passwords, sign
from rig.people.login import Credentials
from rig.people.users import add_user

WORD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_hash(monkeypatch):
    """Argon2 all the same, with as little work as it takes."""
    monkeypatch.setattr(passwords, "PARAMETERS", {"time_cost": 1, "memory_cost": 8, "parallelism": 1})


@pytest.fixture(autouse=True)
def reproduced(request, monkeypatch):
    """Records that were made by hand hold no readings from which their result could be computed again."""
    if "computed_again" not in request.node.name:
        monkeypatch.setattr(sign, "not_reproduced", lambda _: [])


@pytest.fixture
def admin(store):
    add_user(store, "root", "The Administrator", {"administrator"}, WORD, None)
    return Credentials("root", WORD)


@pytest.fixture
def people(store, admin):
    """Credentials by name: op and op2 operators, rev a reviewer, app and app2 approvers."""
    roles = {"op": "operator", "op2": "operator", "rev": "reviewer", "app": "approver", "app2": "approver"}
    for name, role in roles.items():
        add_user(store, name, f"The {name}", {role}, WORD, admin)
    return {name: Credentials(name, WORD) for name in roles} | {"root": admin}
