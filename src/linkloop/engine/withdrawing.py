"""Withdrawing: what was decided and has not gone out yet is kept from going out."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from linkloop.core.action import Action
from linkloop.core.vocabulary import actions
from linkloop.engine.turn import Turn
from linkloop.engine.verdicts import find_decision
from linkloop.store.outbox import OPEN, WITHDRAWN, Effect, put
from linkloop.store.outbox import about as effects_about

NOTE = "withdrawn · 已撤回"


def withdraw_about(
    turn: Turn, kind: type[Action], about: str, which: Callable[[Action], bool], by: str, note: str
) -> list[str]:
    """Withdraw the actions of one kind about one key that `which` picks, held ones too; gives their decisions' ids.

    What is being sent at this moment cannot be called back. What may have gone out is looked up as ever, and never
    sent again.
    """
    w, name = turn.w, kind.__name__
    fresh = {key: Effect(*row) for key, row in w.outbox.items()}
    found = {effect.effect_key: effect for effect in effects_about(w.connection, about, name)} | {
        key: effect for key, effect in fresh.items() if effect.about == about and effect.action_kind == name
    }
    gone: list[str] = []
    for effect in sorted(found.values(), key=lambda effect: effect.seq):
        action = msgspec.json.decode(effect.body, type=actions()[name])
        if not which(action):
            continue
        if effect.status == "held":
            turn.verdicts.refuse(w, effect.decision_id, by, note)
            gone.append(effect.decision_id)
        elif effect.status in OPEN and withdraw(turn, effect, note):
            gone.append(effect.decision_id)
    return gone


def withdraw(turn: Turn, effect: Effect, note: str = NOTE) -> bool:
    """Keep one effect from going out; False when it is too late for that."""
    verdicts = turn.verdicts
    if effect.status == "unclear":
        put(turn.w, effect._replace(holder=WITHDRAWN))
        return False
    pending = any(errand.key == effect.effect_key for errand in verdicts.errands)
    if effect.status == "sending" and not pending and not verdicts.call_back(effect.effect_key):
        return False
    verdicts.errands = [errand for errand in verdicts.errands if errand.key != effect.effect_key]
    cancel(turn, effect, note)
    return True


def cancel(turn: Turn, effect: Effect, note: str = NOTE) -> None:
    """An effect that never went out is off, and so is its decision."""
    put(turn.w, effect._replace(status="cancelled", lease=0))
    turn.verdicts.move(turn.w, find_decision(turn.w, effect.decision_id), "undone", "undone", "", note)
