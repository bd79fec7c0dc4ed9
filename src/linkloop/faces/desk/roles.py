"""Roles: seven sets of permissions, and whose links a role decides for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

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

PERMISSIONS: tuple[Permission, ...] = get_args(Permission)
ROLES: dict[Role, frozenset[Permission]] = {
    "operator": frozenset({"see", "sql", "decide", "rules", "data", "run"}),
    "planner": frozenset({"see", "sql", "decide", "rules"}),
    "service": frozenset({"see", "decide"}),
    "live": frozenset({"see", "decide"}),
    "marketer": frozenset({"see", "sql", "decide"}),
    "data": frozenset({"see", "sql", "data", "run"}),
    "admin": frozenset(PERMISSIONS),
}
# Links whose decisions a role may take; a role with "decide" that does not stand here decides for all.
LINKS: dict[Role, frozenset[str]] = {
    "planner": frozenset({"stock", "demand", "network"}),
    "service": frozenset({"service"}),
    "live": frozenset({"live", "host"}),
    "marketer": frozenset({"promo", "content"}),
}


def covers(role: Role, link: str) -> bool:
    """Whether this role may decide what this link proposes."""
    return "decide" in ROLES[role] and link in LINKS.get(role, (link,))


def covered(role: Role, links: Iterable[str]) -> list[str]:
    """Those of a shop's links that this role decides for; `*` stands for all, also of links to come."""
    if role not in LINKS:
        return ["*"] if "decide" in ROLES[role] else []
    return [link for link in links if covers(role, link)]
