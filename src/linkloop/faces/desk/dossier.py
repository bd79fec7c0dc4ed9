"""The dossier of one decision: proposal, cause, facts as they then stood, judgements, outbox and history."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.decision import Asked, Decision, Read
from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.core.vocabulary import actions
from linkloop.faces.desk import plain
from linkloop.faces.desk.adjusting import adjust_fields
from linkloop.faces.desk.deciding import decision as find
from linkloop.faces.desk.dossier_views import Dossier, Heard, Judged, LedgerLine, OutboxState, SeenFact
from linkloop.faces.desk.inbox import item, namer, undoable
from linkloop.faces.desk.rule_story import is_table, line, table_of
from linkloop.faces.desk.telling import Teller, event_text
from linkloop.store.codec import kind_of
from linkloop.store.facts import PastFacts
from linkloop.store.ledger import LedgerEntry, entries
from linkloop.store.schema import dead_letters, log, outbox, state

MOST_FACTS = 100
MOST_ROWS = 50  # rows of one list that are shown


def dossier(shop: Shop, decision_id: str) -> Dossier:
    """Everything about one decision. Raises NotFound `decision.unknown`."""
    decision = find(shop, decision_id)
    now = shop.clock.now()
    with shop.store.read() as connection:
        names = namer(connection)
        history = list(entries(connection, decision_id))
        kind = actions().get(decision.action_kind)
        return Dossier(
            item=item(decision, now, names),
            now=now,
            decision=decision,
            heard=heard(connection, decision, Teller(shop.zone, names)),
            facts=seen_facts(connection, decision),
            judged=[_judged(shop, connection, asked) for asked in decision.asked],
            history=[ledger_line(entry) for entry in history],
            outbox=outbox_state(connection, decision),
            fields=adjust_fields(decision) if decision.status == "held" else [],
            undo_kind=kind.__undo__ if kind and undoable(decision) else "",
            undone_by=_undone_by(connection, decision),
            repeats=decision.note.removeprefix("same effect as ") if decision.status == "repeated" else "",
        )


def heard(connection: sa.Connection, decision: Decision, teller: Teller) -> Heard | None:
    """The event that caused a decision; None for a person's own."""
    query = sa.select(log).where(log.c.case_id == decision.case_id, log.c.id == decision.cause_id, log.c.is_event == 1)
    row = connection.execute(query).first()
    if row is None:
        return None
    body = msgspec.json.decode(row.body)
    return Heard(
        offset=row.offset, kind=row.kind, at=from_micros(row.at), key=row.key, source=row.source,
        text=event_text(row.kind, body, teller), body=body,
    )  # fmt: skip


def seen_facts(connection: sa.Connection, decision: Decision) -> list[SeenFact]:
    """The facts that were read, once each, as they stood when they were read."""
    facts = PastFacts(connection, decision.horizon)
    unique = dict.fromkeys((read.table, read.key) for read in decision.reads)
    latest = {(read.table, read.key): read for read in decision.reads}
    return [_fact(connection, facts, latest[place]) for place in list(unique)[:MOST_FACTS]]


def _fact(connection: sa.Connection, facts: PastFacts, read: Read) -> SeenFact:
    if read.table == "sql":
        return SeenFact(table="sql", key=read.key, how="query", offset=0)
    try:
        kind = kind_of(read.table)
        field, given, value = read.key.partition("=")
        if given and field in kind.__index__[:2]:
            rows = [msgspec.to_builtins(row) for row, _ in facts.where(kind, field, value)[:MOST_ROWS]]
            return SeenFact(table=read.table, key=read.key, how="list", offset=read.offset, rows=rows)
        row, offset = facts.get(kind, read.key) if read.offset else (None, 0)
    except LinkloopError:  # the package that defines this table is not installed any more
        return SeenFact(table=read.table, key=read.key, how="row" if read.offset else "absent", offset=read.offset)
    if not read.offset:
        return SeenFact(table=read.table, key=read.key, how="absent", offset=0)
    wrote = connection.execute(sa.select(log.c.at, log.c.source).where(log.c.offset == read.offset)).first()
    current = connection.execute(
        sa.select(state.c.offset).where(state.c.kind == read.table, state.c.key == read.key)
    ).scalar()
    return SeenFact(
        table=read.table,
        key=read.key,
        how="row",
        offset=read.offset,
        at=from_micros(wrote.at) if wrote else None,
        source=wrote.source if wrote else "",
        body=msgspec.to_builtins(row) if row is not None and offset == read.offset else None,
        changed=current is not None and int(current) != read.offset,
    )


def _judged(shop: Shop, connection: sa.Connection, asked: Asked) -> Judged:
    table = table_of(shop, connection, asked.model, asked.version)
    card = next((c for c in shop.matrix.cards() if c.name == asked.model and c.question == asked.question), None)
    return Judged(
        question=asked.question,
        about=QUESTIONS.get(asked.question, Text(en=asked.question, zh=asked.question)),
        asked=asked.asked,
        answered=asked.answered,
        model=asked.model,
        version=asked.version,
        confidence=asked.confidence,
        sure=plain.sureness(asked.confidence),
        by_rules=is_table(shop, asked.model),
        card=card is not None,
        current=card is not None and card.version == asked.version,
        hits=[line(hit, table, asked.asked) for hit in asked.hits],
        near=[line(hit, table, asked.asked) for hit in asked.near],
    )


def outbox_state(connection: sa.Connection, decision: Decision) -> OutboxState | None:
    """Where the effect of this decision stands; None where it never came into the outbox."""
    row = connection.execute(sa.select(outbox).where(outbox.c.decision_id == decision.id)).first()
    if row is None:
        return None
    letter = ""
    if row.status == "dead":
        query = sa.select(dead_letters.c.id).where(
            dead_letters.c.ref == row.effect_key, dead_letters.c.what == "effect"
        )
        letter = connection.execute(query.order_by(dead_letters.c.at.desc())).scalar() or ""
    return OutboxState(
        effect_key=row.effect_key,
        status=row.status,
        text=OUTBOX.get(row.status, Text(en=row.status, zh=row.status)),
        attempt=row.attempt,
        reference=row.reference,
        problem=row.problem,
        dead_letter=letter,
    )


def ledger_line(entry: LedgerEntry) -> LedgerLine:
    """One entry of the ledger in words."""
    return LedgerLine(
        seq=entry.seq,
        at=from_micros(entry.at),
        entry=entry.entry,
        text=entry_text(entry.entry, entry.decision),
        status=entry.decision.status,
        by=entry.decision.by,
        note=entry.decision.note,
        hash=entry.hash,
    )


def entry_text(entry: str, decision: Decision) -> Text:
    """What happened to a decision, in words."""
    if entry == "decided":
        return _DECIDED.get(decision.status, Text(en="Decided", zh="已决策"))
    if entry == "settled":
        done = decision.status == "done"
        why = str(decision.outcome.get("detail") or "")
        en, zh = (f": {why}", f"：{why}") if why else ("", "")
        return Text(en="Done by the world", zh="外部已执行") if done else Text(
            en=f"Refused by the world{en}", zh=f"外部拒绝执行{zh}"
        )  # fmt: skip
    words = _ENTRIES.get(entry, Text(en=entry.capitalize(), zh=entry))
    if decision.by and entry in _BY_PERSON:
        return Text(en=f"{words.en} by {decision.by}", zh=f"{decision.by} {words.zh}")
    return words


def _undone_by(connection: sa.Connection, decision: Decision) -> str:
    query = sa.select(state.c.body).where(state.c.kind == "decisions", state.c.ix2 == decision.case_id)
    for row in connection.execute(query) if decision.status in ("done", "undone") else ():
        other: dict[str, Any] = msgspec.json.decode(row.body)
        if other.get("undoes") == decision.id:
            return str(other["id"])
    return ""


_DECIDED = {
    "allowed": Text(en="Proposed, and let through by the gate", zh="已提出，闸门放行"),
    "held": Text(en="Proposed, and held for a person", zh="已提出，待人审批"),
    "refused": Text(en="Proposed, and refused by the gate", zh="已提出，被闸门拒绝"),
}
_BY_PERSON = frozenset({"approved", "adjusted", "refused", "undone", "retried"})
_ENTRIES = {
    "repeated": Text(en="The same effect was already asked for: nothing was sent", zh="相同动作已提出过：未重复发送"),
    "approved": Text(en="Approved", zh="批准"),
    "adjusted": Text(en="Approved with changes", zh="修改后批准"),
    "refused": Text(en="Refused", zh="拒绝"),
    "undone": Text(en="Taken back", zh="撤销"),
    "retried": Text(en="Tried again", zh="重试"),
    "lapsed": Text(en="Lapsed: nobody decided in time", zh="已过期：无人在时限内决定"),
    "unclear": Text(en="The world did not answer: being looked up", zh="外部未答复：正在核对"),
}
OUTBOX = {
    "held": Text(en="Waits for a person", zh="等待人工审批"),
    "waiting": Text(en="Waits to be sent", zh="等待发送"),
    "sending": Text(en="On its way to the world", zh="正在发送"),
    "unclear": Text(
        en="No clear answer yet: looked up before it is ever sent again", zh="尚无明确答复：核对后才会重发"
    ),
    "done": Text(en="Done", zh="已执行"),
    "refused": Text(en="The world refused it", zh="外部拒绝执行"),
    "dead": Text(en="Given up: a person must look at it", zh="已放弃：需要人工处理"),
    "cancelled": Text(en="Cancelled: nothing was sent", zh="已取消：未发送"),
    "undone": Text(en="Taken back", zh="已撤销"),
}
QUESTIONS = {
    "Understand": Text(en="What does this text say?", zh="这段文字说了什么？"),
    "RemedyPolicy": Text(en="What may be offered for what went wrong?", zh="出了问题最多可以补偿多少？"),
    "RescuePolicy": Text(en="Who makes it good?", zh="由谁来补救？"),
    "ReplenishPolicy": Text(en="How well should this product be stocked?", zh="这款商品应备货到什么水平？"),
    "ProofPolicy": Text(en="May this sender try to prove who they are?", zh="来信人可以尝试证明身份吗？"),
    "ArrivalTime": Text(en="When will this parcel arrive?", zh="这个包裹何时到达？"),
    "NetworkWhatIf": Text(en="What becomes of the network if this changes?", zh="若有此变化，仓网会怎样？"),
    "Demand": Text(en="What will sell of this product here?", zh="这款商品在此处将售出多少？"),
    "DemandPaths": Text(en="How may the coming days go, all together?", zh="这些商品的销售会如何一同变化？"),
    "WhichProduct": Text(en="Which product does this text name?", zh="这段文字说的是哪款商品？"),
    "AnswerTarget": Text(en="How soon must this customer be answered?", zh="应在多久内答复这位客户？"),
    "Embed": Text(en="In which direction does this text lie, for an encoder?", zh="这段文字在编码器空间中的方向？"),
    "Retrieve": Text(en="Which articles answer this text?", zh="哪些文章能回答这段文字？"),
    "AskGraph": Text(en="What do products, orders and policies say?", zh="商品、订单与政策的资料怎么说？"),
    "ReturnPolicy": Text(en="May this product come back?", zh="这款商品可以退货吗？"),
    "CancelPolicy": Text(en="May this order still be cancelled?", zh="这笔订单还能取消吗？"),
    "AddressPolicy": Text(en="May this order go to another address?", zh="这笔订单还能改地址吗？"),
    "ExchangePolicy": Text(en="May this product be exchanged?", zh="这款商品可以换货吗？"),
    "RefundPolicy": Text(en="Where does this refund stand?", zh="这笔退款进行到哪一步？"),
    "PriceProtectionPolicy": Text(en="Is the difference to today's lower price given back?", zh="降价的差额是否退还？"),
    "InvoicePolicy": Text(en="May an invoice be written for this order?", zh="这笔订单可以开票吗？"),
    "CouponPolicy": Text(en="How is this question about coupons answered?", zh="这个优惠券问题如何答复？"),
    "Wording": Text(en="How would a warm, brief colleague say this?", zh="热心而简洁的同事会怎么说？"),
}
