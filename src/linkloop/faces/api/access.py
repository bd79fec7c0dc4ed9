"""Access: who a request comes from, and which of the seven roles may do what; every route names its permission."""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec
from litestar import Request

Permission = Literal[
    "see",  # read what the shop knows: tables, decisions, cases, models, the stream
    "sql",  # ask read-only SQL, save questions, export
    "decide",  # approve, adjust, refuse, undo; a role may be bound to some links (see LINKS)
    "rules",  # edit decision tables and put them live
    "data",  # import, quarantine, mappings
    "run",  # worlds, connectors, dead letters, saying events
    "settings",  # the gate's policy and budgets, shop settings
    "people",  # accounts, roles, tokens, the audit
]
Role = Literal["operator", "planner", "service", "live", "marketer", "data", "admin"]

ROLES: dict[Role, frozenset[Permission]] = {
    "operator": frozenset({"see", "sql", "decide", "rules", "data", "run"}),
    "planner": frozenset({"see", "sql", "decide", "rules"}),
    "service": frozenset({"see", "decide"}),
    "live": frozenset({"see", "decide"}),
    "marketer": frozenset({"see", "sql", "decide"}),
    "data": frozenset({"see", "sql", "data", "run"}),
    "admin": frozenset(get_args(Permission)),
}


class Person(msgspec.Struct, frozen=True):
    """Who speaks: a signed-in person, a token, or `local` on a shop without accounts that only this machine reaches."""

    name: str
    role: Role
    via: Literal["session", "token", "local"] = "local"

    def may(self, permission: Permission) -> bool:
        """Whether this person's role holds the permission."""
        return permission in ROLES[self.role]


LOCAL = Person("local", "admin")


def may(permission: Permission) -> dict[str, Any]:
    """The `opt` of a route: `@get("/x", opt=may("see"))`."""
    return {"may": permission}


def person_of(request: Request[Any, Any, Any]) -> Person:
    """Who this request comes from."""
    found = request.scope.get("linkloop_person")
    return found if isinstance(found, Person) else LOCAL
