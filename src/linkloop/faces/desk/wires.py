"""Wires: who hears what, how often it happens, and one link in full with its figures of the day."""

from __future__ import annotations

from collections import Counter
from typing import Literal, cast

import sqlalchemy as sa

from linkloop.app.shop import LOOP_SAYS, Shop
from linkloop.core.errors import NotFound
from linkloop.core.event import Event
from linkloop.core.link import Link
from linkloop.core.table import table_name
from linkloop.core.text import Text
from linkloop.core.vocabulary import actions, events
from linkloop.engine.wiring import edges
from linkloop.faces.desk.glossary import noun
from linkloop.faces.desk.pulse import WINDOW, Pulse, pulse, speaker
from linkloop.faces.desk.wires_views import (
    LinkAsks,
    LinkCard,
    LinkDecides,
    LinkHears,
    LinkSays,
    LinkTable,
    Wire,
    WireMap,
    WireNode,
)
from linkloop.store.schema import dead_letters


def wire_map(shop: Shop) -> WireMap:
    """Every wire with its rate, events first; what nobody hears, and what nobody says here, is left out."""
    beat = pulse(shop)
    kinds = {kind.__name__: name for name, kind in events().items()}
    slow = {(h.event.__name__, link.name) for link in shop.links for h in link.hearings if h.slow}
    today, rate = _counts(beat)
    decided, held = _decided(beat)
    wires: list[Wire] = []
    for edge in edges(shop.links, shop.worlds, LOOP_SAYS):
        if not edge.speaker or (edge.how == "action" and not edge.hearer):
            continue
        action = edge.how == "action"
        who = (edge.speaker, edge.word if action else kinds[edge.word])
        to = (*who, edge.hearer)
        wires.append(
            Wire(
                speaker=edge.speaker,
                word=edge.word,
                hearer=edge.hearer,
                how=cast('Literal["event", "action"]', edge.how),
                kind=who[1],
                slow=(edge.word, edge.hearer) in slow,
                today=decided[to] if action else today[who],
                per_minute=0.0 if action else rate[who],
                held=held[to],
            )
        )
    nodes = [WireNode(name=world.name, noun="world") for world in shop.worlds]
    nodes += [WireNode(name="loop", noun="loop")]
    nodes += [_node(link) for link in shop.wiring.links]
    return WireMap(window_minutes=WINDOW, nodes=nodes, wires=wires)


def _node(link: Link) -> WireNode:
    return WireNode(name=link.name, noun="link", title=_title(link))


def _title(link: Link) -> Text:
    return Text(en=link.title[0], zh=link.title[1])


def _counts(beat: Pulse) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    today: Counter[tuple[str, str]] = Counter()
    rate: Counter[tuple[str, str]] = Counter()
    for said in beat.said():
        who = (speaker(said.source), said.kind)
        today[who] += said.today
        rate[who] += said.per_minute  # type: ignore[assignment]  # a counter of real numbers
    return today, rate


def _decided(beat: Pulse) -> tuple[Counter[tuple[str, str, str]], Counter[tuple[str, str, str]]]:
    """Decisions by link, action and the world that takes it: all of today, and those that wait for a person."""
    decided = Counter((one.link, one.action_kind, one.world) for one in beat.decided.values())
    held = Counter((one.link, one.action_kind, one.world) for one in beat.decided.values() if one.status == "held")
    return decided, held


def link_card(shop: Shop, name: str) -> LinkCard:
    """One link. Raises NotFound `link.unknown`."""
    link = next((one for one in shop.links if one.name == name), None)
    if link is None:
        known = ", ".join(sorted(one.name for one in shop.links))
        raise NotFound(
            "link.unknown",
            Text(en=f"no link is called {name}", zh=f"没有名为 {name} 的环节"),
            Text(en=f"Known: {known}.", zh=f"已有：{known}。"),
            where=name,
        )
    beat = pulse(shop)
    counts, _ = _counts(beat)
    by_kind: Counter[str] = Counter()
    for (_, kind), count in counts.items():
        by_kind[kind] += count
    mine = [one for one in beat.decided.values() if one.link == name]
    waiting = sa.select(sa.func.count()).where(dead_letters.c.consumer == name, dead_letters.c.status == "waiting")
    with shop.store.read() as connection:
        dead = connection.execute(waiting).scalar_one()
    return LinkCard(
        name=name,
        title=_title(link),
        hears=[_hears(hearing.event, hearing.slow, by_kind) for hearing in link.hearings],
        says=[_says(name, kind, counts) for kind in link.says],
        asks=[_asks(shop, question, beat) for question in link.asks],
        decides=[_decides(action, Counter(one.status for one in mine if one.action_kind == action.__name__))
                 for action in link.decides],
        tables=[
            LinkTable(name=table.name, version=table.version, question=table.question.__name__)
            for table in shop.rules.live.values() if link.asks and table.question in link.asks
        ],
        dead_letters=dead,
        late=sum(one.late_ms > 0 for one in mine),
    )  # fmt: skip


def _hears(event: type[Event], slow: bool, by_kind: Counter[str]) -> LinkHears:
    kind = table_name(event)
    about = noun(kind, event.__doc__ or "")
    return LinkHears(kind=kind, about=about, slow=slow, today=by_kind[kind], deadline_ms=event.__deadline_ms__)


def _says(link: str, said: type, counts: Counter[tuple[str, str]]) -> LinkSays:
    kind = table_name(said)
    how: Literal["event", "row"] = "event" if issubclass(said, Event) else "row"
    return LinkSays(kind=kind, about=noun(kind, said.__doc__ or ""), noun=how, today=counts[link, kind])


def _asks(shop: Shop, question: type, beat: Pulse) -> LinkAsks:
    name = question.__name__
    return LinkAsks(
        question=name,
        about=noun(name, question.__doc__ or ""),
        models=[model.card.name for model in shop.matrix.candidates(name)],
        today=sum(found.count for (asked, _), found in beat.answers.items() if asked == name),
    )


def _decides(action: type, statuses: Counter[str]) -> LinkDecides:
    name = action.__name__
    about = noun(name, actions()[name].__doc__ or "")
    return LinkDecides(action=name, about=about, today=statuses.total(), statuses=dict(sorted(statuses.items())))
