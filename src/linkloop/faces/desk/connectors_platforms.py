"""Platforms among the connectors: their state, their settings without secrets, and what is known of their quality."""

from __future__ import annotations

import json

from linkloop.faces.desk.connectors_views import ChannelQuality, Claimed, ConnectorState, PlatformSetup
from linkloop.worlds.channels.claims import kinds, quality
from linkloop.worlds.channels.platforms import Account


def platform_setup(account: Account) -> PlatformSetup:
    """A platform as a person set it up, and what came from it."""
    platform, counts = account.platform, account.taking.counts
    return PlatformSetup(
        kind=platform.kind,
        path="" if platform.pulls else f"/hooks/platforms/{platform.name}",
        settings={name: _word(value) for name, value in platform.settings.shown().items() if value not in ("", [], {})},
        taken=counts.taken,
        repeated=counts.repeated,
        refused=counts.refused,
        last_refused=counts.last_refused,
        undelivered=counts.undelivered,
        last_undelivered=counts.last_undelivered,
    )


def platform_state(account: Account, running: bool, heard: bool) -> tuple[ConnectorState, str]:
    """How a platform does, and what keeps it from doing well."""
    if not running:
        return "stopped", ""
    if account.pulling is not None and account.pulling.problem:
        return "trouble", account.pulling.problem
    return ("running" if heard else "waiting"), ""


def channel_quality(kind: str) -> ChannelQuality | None:
    """What is known of a kind of channel, or None where nothing was written down."""
    if kind not in kinds():
        return None
    found = quality(kind)
    return ChannelQuality(
        real=found.real,
        tested_against=found.tested_against,
        claims=[
            Claimed(name=one.name, about=one.about, status=one.status, why=one.why, tests=list(one.tests))
            for one in found.claims
        ],
    )


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
