"""Accounts: who may make one, what a name and a password must be, and that nothing of it is forgotten."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from rig.people import passwords
from rig.people.errors import LoginError, RefusedError
from rig.people.login import Credentials, log_in
from rig.people.users import add_user, change_password, disable_user, list_users
from rig.store.tables import AUDIT, USERS

WORD = "correct horse battery"


def actions(store):
    with store.reading() as connection:
        return connection.execute(select(AUDIT.c.action).order_by(AUDIT.c.seq)).scalars().all()


def test_the_first_user_is_the_administrator(store):
    with pytest.raises(RefusedError, match="first user of a store must be an administrator"):
        add_user(store, "op", "Op", {"operator"}, WORD, None)
    add_user(store, "root", "Root", {"administrator"}, WORD, None)
    with pytest.raises(RefusedError, match="an administrator adds the next one"):
        add_user(store, "mine", "Mine", {"administrator"}, WORD, None)


@pytest.mark.parametrize(
    ("name", "printed", "roles", "said"),
    [
        ("A b", "A", {"operator"}, "small letters"),
        ("ab", " ", {"operator"}, "printed name"),
        ("ab", "A", {"king"}, "expected roles"),
        ("ab", "A", set(), "found none"),
        ("root", "A", {"operator"}, "never given twice"),
    ],
)
def test_what_is_no_user_is_refused(store, admin, name, printed, roles, said):
    with pytest.raises(RefusedError, match=said):
        add_user(store, name, printed, roles, WORD, admin)


@pytest.mark.parametrize("password", ["short", "", "x" * 2000, "longishname12"])
def test_a_password_that_is_none_is_refused(store, admin, password):
    with pytest.raises(RefusedError, match="the password was refused"):
        add_user(store, "longishname", "L", {"operator"}, password, admin)


def test_only_an_administrator_adds_and_disables(store, people):
    with pytest.raises(RefusedError, match="expected an administrator"):
        add_user(store, "new", "New", {"approver"}, WORD, people["app"])
    with pytest.raises(RefusedError, match="expected an administrator"):
        disable_user(store, "op", "why not", people["app"])


def test_a_disabled_user_cannot_log_in_and_keeps_the_name(store, people):
    disable_user(store, "op", "has left", people["root"])
    with pytest.raises(LoginError, match="active user"):
        log_in(store, people["op"])
    assert {user.name: user.active for user in list_users(store)}["op"] is False
    with pytest.raises(RefusedError, match="never given twice"):
        add_user(store, "op", "Another", {"operator"}, WORD, people["root"])


def test_the_last_administrator_stays(store, people):
    with pytest.raises(RefusedError, match="nobody else is administrator"):
        disable_user(store, "root", "tired", people["root"])


def test_a_new_password_replaces_the_old_one(store, people):
    change_password(store, people["op"], "another long password")
    with pytest.raises(LoginError):
        log_in(store, people["op"])
    assert log_in(store, Credentials("op", "another long password")).version == 2


def test_no_password_is_kept_or_shown(store, people):
    with store.reading() as connection:
        everything = str(connection.execute(select(USERS)).all()) + str(connection.execute(select(AUDIT)).all())
    assert WORD not in everything + repr(people["op"])
    assert "$argon2id$" in everything


def test_five_wrong_passwords_lock_the_name_for_a_while(store, people, clock):
    for _ in range(5):
        with pytest.raises(LoginError, match="active user"):
            log_in(store, Credentials("op", "wrong password"))
    with pytest.raises(LoginError, match="nobody can log in"):
        log_in(store, people["op"])
    assert actions(store)[-6:] == ["password.wrong"] * 5 + ["password.locked"]
    assert log_in(store, people["rev"]).name == "rev"
    clock.pass_time(minutes=16)
    assert log_in(store, people["op"]).name == "op"


def test_guessing_in_parallel_gives_no_more_tries(store, people):
    def guess(number):
        with pytest.raises(LoginError):
            log_in(store, Credentials("op", f"wrong password {number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(16)))
    assert (actions(store).count("password.wrong"), actions(store).count("password.locked")) == (5, 11)


def test_after_a_lock_one_wrong_try_locks_again(store, people, clock):
    for _ in range(5):
        with pytest.raises(LoginError):
            log_in(store, Credentials("op", "wrong password"))
    clock.pass_time(minutes=16)
    with pytest.raises(LoginError, match="active user"):
        log_in(store, Credentials("op", "wrong password"))
    with pytest.raises(LoginError, match="nobody can log in"):
        log_in(store, people["op"])


def test_a_name_that_nobody_has_is_noted_and_sounds_the_same(store, people):
    with pytest.raises(LoginError, match="expected the name and password of an active user"):
        log_in(store, Credentials("stranger", WORD))
    assert actions(store)[-1] == "password.wrong"


def test_the_usual_hash_is_that_of_rfc_9106(monkeypatch):
    monkeypatch.setattr(passwords, "PARAMETERS", {})
    hashed = passwords.hash_password("op", WORD)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.password_holds(hashed, WORD)
