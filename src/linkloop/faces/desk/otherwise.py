"""Otherwise: what the alternatives would have meant, and which single change would have led to another verdict."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.decision import Decision
from linkloop.core.errors import NotFound
from linkloop.core.text import Text
from linkloop.core.vocabulary import action_of
from linkloop.engine.gate import Word
from linkloop.engine.replay import first_offset
from linkloop.faces.desk.otherwise_evidence import Evidence, evidence, is_nothing, label, score_unit, worth
from linkloop.faces.desk.otherwise_gate import Ruled, gate_flips
from linkloop.faces.desk.otherwise_rules import rule_flips
from linkloop.faces.desk.otherwise_views import Branch, Otherwise
from linkloop.store.facts import PastFacts
from linkloop.store.ledger import entries
from linkloop.store.schema import log


def otherwise(shop: Shop, decision_id: str) -> Otherwise:
    """What else could have happened, from the decision's own evidence, the gate and the decision tables.

    It is the decision as it was first taken: what a person changed later does not count. Raises NotFound
    `decision.unknown`.
    """
    with shop.store.read() as connection:
        first = next((entry.decision for entry in entries(connection, decision_id)), None)
        if first is None:
            raise NotFound(
                "decision.unknown", Text(en="there is no such decision", zh="没有这条决策"), where=decision_id
            )
        seen = PastFacts(connection, first.horizon)
        found = evidence(first, _cause(connection, first), seen)
        silent = _silent(first, found)
        verdict = _verdict(first)
        if verdict == "repeated":
            return _told(first, verdict, verdict, found, silent)
        at = first.at
        assert at is not None
        facts = PastFacts(connection, first_offset(connection, decision_id) - 1)
        ruled = Ruled(shop.gate, first, action_of(first), facts, at)
        again = ruled.verdict()
        flips, early = gate_flips(ruled), False
        if not first.link.startswith("person:"):
            found_rules = rule_flips(shop, connection, first, verdict)
            flips, early = flips + found_rules.flips, found_rules.early
            silent += [_lost(name) for name in dict.fromkeys(found_rules.lost)]
    told = _told(first, verdict, again, found, silent)
    return msgspec.structs.replace(told, flips=flips, stopped_early=early)


def _lost(table: str) -> Text:
    return Text(
        en=f"{table} has another version now, and the one that answered was not kept: its conditions were not tried.",
        zh=f"{table} 已换版本，而当时作答的版本没有保留：未能试算其条件。",
    )


def _told(first: Decision, verdict: Any, again: Any, found: Evidence | None, silent: list[Text]) -> Otherwise:
    return Otherwise(
        decision_id=first.id,
        verdict=verdict,
        ruled_again=again,
        score_unit=score_unit(first),
        branches=[
            Branch(
                name=one.name,
                label=label(first, one.name),
                score=one.score,
                worth=worth(first, one.score),
                propensity=one.propensity,
                chosen=one.chosen,
                nothing=is_nothing(one.name),
                estimates=found.estimates.get(one.name, []) if found else [],
            )
            for one in first.alternatives
        ],
        reproduced=found is not None,
        silent=silent,
        flips=[],
    )


def _silent(first: Decision, found: Evidence | None) -> list[Text]:
    """What the evidence does not tell, said plainly."""
    told: list[Text] = []
    if not first.alternatives:
        told.append(
            Text(
                en="No alternatives were weighed: what would have happened without it was not estimated.",
                zh="没有权衡过其他方案：如果不这样做会怎样，当时没有估计。",
            )
        )
    elif found is None:
        told.append(
            Text(
                en="Only the scores were recorded; the facts at hand do not lead to them, so no estimates are shown.",
                zh="只记录了得分；现有事实算不出同样的得分，因此不显示估计值。",
            )
        )
    elif not any(is_nothing(one.name) for one in first.alternatives):
        told.append(
            Text(
                en="Doing nothing was not among what was weighed; its worth was not estimated.",
                zh="没有把“什么都不做”作为方案权衡，其价值未作估计。",
            )
        )
    return told


def _verdict(first: Decision) -> Word | Any:
    words: dict[str, str] = {"held": "hold", "refused": "refuse", "repeated": "repeated"}
    return words.get(first.status, "allow")


def _cause(connection: sa.Connection, first: Decision) -> dict[str, Any]:
    query = sa.select(log.c.body).where(log.c.case_id == first.case_id, log.c.id == first.cause_id)
    found: dict[str, Any] = msgspec.json.decode(connection.execute(query).scalar() or b"{}")
    return found
