"""People and programs: accounts, roles and tokens; for administrators."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import delete, get, patch, post
from litestar.params import JSONBody

from linkloop.faces.api.access import may
from linkloop.faces.api.given import TheDesk, TheDoor, TheWho, TheWork
from linkloop.faces.api.limits import PathName
from linkloop.faces.api.routes.session import AccountName, Ended, Password
from linkloop.faces.desk import keys, people
from linkloop.faces.desk.keys import Key, NewKey
from linkloop.faces.desk.people import Account
from linkloop.faces.desk.roles import LINKS, PERMISSIONS, ROLES, Permission, Role


class NewAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person with a first password, which is theirs to change."""

    name: AccountName
    role: Role
    password: Password


class AccountChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another role, or shut out and let in again; what is null stays."""

    role: Role | None = None
    disabled: bool | None = None


class NewPassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new password for somebody who lost theirs; all of their sessions end."""

    password: Password


class KeyRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token for the program `name`; `days` 0: until it is revoked."""

    name: AccountName
    role: Role
    days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 90


class RoleInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a role may do; `links` whose decisions it takes, empty: all, where it decides."""

    role: Role
    permissions: list[Permission]
    links: list[str]


@get("/roles", tags=["people"], opt=may("self"), sync_to_thread=False)
def list_roles() -> list[RoleInfo]:
    """The seven roles, and what each may do."""
    return [
        RoleInfo(role=role, permissions=[one for one in PERMISSIONS if one in held], links=sorted(LINKS.get(role, ())))
        for role, held in ROLES.items()
    ]


@get("/people", tags=["people"], opt=may("people"))
async def list_people(desk: TheDesk, work: TheWork) -> list[Account]:
    """Everybody who has an account."""
    return await work.quick(people.list_accounts, desk.shop)


@post("/people", status_code=201, tags=["people"], opt=may("people"))
async def add_person(desk: TheDesk, work: TheWork, door: TheDoor, who: TheWho, data: JSONBody[NewAccount]) -> Account:
    """Add an account. The first must be an administrator's; from then on everybody signs in."""
    given = (desk.shop, data.name, data.role, data.password, who.name, door.micros())
    made = await work.passwords(people.add, *given)
    door.forget()
    return made


@patch("/people/{name:str}", tags=["people"], opt=may("people"))
async def change_person(
    desk: TheDesk, work: TheWork, door: TheDoor, who: TheWho, name: PathName, data: JSONBody[AccountChange]
) -> Account:
    """Give another role, shut somebody out (their sessions end) or let them in again."""
    found = await work.quick(people.account, desk.shop, name)
    if data.role is not None:
        found = await work.quick(people.set_role, desk.shop, name, data.role, who.name)
    if data.disabled is not None:
        found = await work.quick(people.set_disabled, desk.shop, name, data.disabled, who.name, door.micros())
    door.forget()
    return found


@post("/people/{name:str}/password", status_code=200, tags=["people"], opt=may("people"))
async def reset_password(
    desk: TheDesk, work: TheWork, door: TheDoor, who: TheWho, name: PathName, data: JSONBody[NewPassword]
) -> Ended:
    """Set a new password for somebody; all of their sessions end."""
    await work.quick(people.account, desk.shop, name)
    ended = await work.passwords(people.set_password, desk.shop, name, data.password, who.name)
    door.forget()
    return Ended(ended)


@get("/tokens", tags=["people"], opt=may("people"))
async def list_tokens(desk: TheDesk, work: TheWork) -> list[Key]:
    """Tokens of programs, without their secrets."""
    return await work.quick(keys.list_keys, desk.shop)


@post("/tokens", status_code=201, tags=["people"], opt=may("people"))
async def add_token(desk: TheDesk, work: TheWork, door: TheDoor, who: TheWho, data: JSONBody[KeyRequest]) -> NewKey:
    """Make a token for a program. Its secret is in this answer and nowhere else."""
    given = (desk.shop, data.name, data.role, data.days, who.name, door.micros())
    return await work.quick(keys.make, *given)


@delete("/tokens/{token_id:str}", status_code=200, tags=["people"], opt=may("people"))
async def revoke_token(desk: TheDesk, work: TheWork, door: TheDoor, who: TheWho, token_id: PathName) -> list[Key]:
    """It counts no more, at once; its record stays."""
    await work.quick(keys.revoke, desk.shop, token_id, who.name, door.micros())
    door.forget()
    return await work.quick(keys.list_keys, desk.shop)


ROUTES = [
    list_roles,
    list_people,
    add_person,
    change_person,
    reset_password,
    list_tokens,
    add_token,
    revoke_token,
]
