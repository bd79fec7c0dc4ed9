"""Alarms: what a link asked to be reminded of, as the event that rings, with an id that a replay makes again."""

from __future__ import annotations

from linkloop.commerce.time import AlarmRang
from linkloop.core.clock import from_micros
from linkloop.core.ids import child_id
from linkloop.store.alarms import Waiting


def rang(waiting: Waiting, at: int) -> AlarmRang:
    """The event of an alarm that rings at `at` (microseconds); its id is a function of the moment and what set it."""
    moment = from_micros(at)
    event_id = child_id(moment, "alarm", waiting.key, str(waiting.due), waiting.cause_id, str(waiting.hop))
    return AlarmRang(
        at=moment,
        about=waiting.about,
        name=waiting.name,
        due=from_micros(waiting.due),
        id=event_id,
        case_id=waiting.case_id or event_id,
        cause_id=waiting.cause_id,
        hop=waiting.hop,
        source="loop",
    )
