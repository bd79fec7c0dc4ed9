"""The Desk: every operation of a shop as one method, shared by CLI, API and SDK."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from linkloop.app.shop import LOOP_SAYS, Shop
from linkloop.core.decision import Decision
from linkloop.core.errors import LinkloopError, NotFound
from linkloop.core.question import Answer, ModelCard, answer_type
from linkloop.core.text import Text
from linkloop.core.vocabulary import json_schema, questions, schema
from linkloop.core.world import Accepted
from linkloop.engine.asking import ask_now
from linkloop.engine.replay import Reexecution, reexecute
from linkloop.engine.whatif import ReplayReport
from linkloop.engine.wiring import Edge, edges
from linkloop.faces.desk import deciding, health, proposing, reading, replaying, risks, saying, town, waiting
from linkloop.faces.desk.proposing import Simulation
from linkloop.faces.desk.risks import ActionAsked, Judged, Risks
from linkloop.faces.desk.town import Order, Stop, TownOrder
from linkloop.faces.desk.views import (
    Case,
    CaseSummary,
    DeadLetter,
    Effect,
    Finding,
    LogEntry,
    Page,
    QuestionInfo,
    ShopStatus,
    TableInfo,
    Why,
)
from linkloop.faces.desk.waiting import Waiting
from linkloop.store.ledger import Verdict, verify
from linkloop.store.sql.door import Result
from linkloop.worlds.files import ImportReport, import_path
from linkloop.worlds.sim.town import TownStatus


class Desk:
    """A shop as people and programs use it. `by` is who does something; it goes into the ledger."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def close(self) -> None:
        """Stop (if it runs) and close the shop."""
        self.shop.stop()

    # -- reading
    def status(self) -> ShopStatus:
        return health.status(self.shop)

    def doctor(self) -> list[Finding]:
        return health.doctor(self.shop)

    def tables(self) -> list[TableInfo]:
        return reading.list_tables()

    def rows(self, table: str, limit: int = 50, cursor: str = "") -> Page[dict[str, Any]]:
        return reading.rows(self.shop, table, limit, cursor)

    def row(self, table: str, key: str) -> dict[str, Any]:
        return reading.row(self.shop, table, key)

    def log(
        self,
        after: int = 0,
        limit: int = 100,
        kind: str = "",
        key: str = "",
        case_id: str = "",
        kinds: Sequence[str] = (),
    ) -> list[LogEntry]:
        return reading.entries(
            self.shop, after=after, limit=limit, kind=kind, key=key, case_id=case_id, kinds=tuple(kinds)
        )

    def wait_beyond(self, offset: int, timeout_s: float) -> int:
        return self.shop.loop.wait_beyond(offset, timeout_s)

    def cases(self, limit: int = 50, cursor: str = "") -> Page[CaseSummary]:
        return reading.list_cases(self.shop, limit, cursor)

    def case(self, case_id: str) -> Case:
        return reading.case(self.shop, case_id)

    def sql(self, query: str, params: dict[str, Any] | None = None, max_rows: int = 1000) -> Result:
        return self.shop.door.query(query, params or {}, max_rows=max_rows)

    def schema(self) -> dict[str, Any]:
        return schema()

    def map(self) -> list[Edge]:
        return edges(self.shop.links, self.shop.worlds, LOOP_SAYS)

    def verify(self, head: str = "") -> Verdict:
        with self.shop.store.read() as connection:
            return verify(connection, expected_head=head)

    # -- deciding
    def decisions(self, status: str = "", limit: int = 50, cursor: str = "") -> Page[Decision]:
        return deciding.list_decisions(self.shop, status, limit, cursor)

    def decision(self, decision_id: str) -> Decision:
        return deciding.decision(self.shop, decision_id)

    def why(self, decision_id: str) -> Why:
        return deciding.why(self.shop, decision_id)

    def approve(self, decision_id: str, by: str, note: str = "", changes: dict[str, Any] | None = None) -> Decision:
        return self.shop.loop.do(lambda turn: turn.verdicts.approve(turn.w, decision_id, by, note, changes))

    def refuse(self, decision_id: str, by: str, note: str) -> Decision:
        return self.shop.loop.do(lambda turn: turn.verdicts.refuse(turn.w, decision_id, by, note))

    def undo(self, decision_id: str, by: str, note: str) -> Decision:
        return self.shop.loop.do(lambda turn: turn.verdicts.undo(turn.w, decision_id, by, note))

    def simulate(self, action: str, fields: dict[str, Any]) -> Simulation:
        """What the gate would say of an action now; nothing is written."""
        return proposing.simulate(self.shop, action, fields)

    def propose(
        self, action: str, fields: dict[str, Any], reason: str, by: str, key: str, case_id: str = ""
    ) -> Decision:
        """Ask for an action, once per `by` and `key`: it is held for a person, or refused by the gate."""
        return proposing.propose(self.shop, action, fields, reason, by, key, case_id)

    def waiting(self, limit: int = 50) -> Waiting:
        """What waits for a person: held decisions and conversations that ask for one."""
        return waiting.waiting(self.shop, limit)

    def effects(self, status: str = "", limit: int = 50) -> list[Effect]:
        return reading.effects(self.shop, status, limit)

    def dead_letters(self, status: str = "waiting", limit: int = 50) -> list[DeadLetter]:
        return reading.list_dead_letters(self.shop, status, limit)

    def retry(self, letter_id: str, by: str) -> None:
        deciding.retry(self.shop, letter_id, by)

    def drop(self, letter_id: str, by: str) -> None:
        deciding.drop(self.shop, letter_id, by)

    def risks(
        self, date: str = "", region: str = "", action: ActionAsked = "", judged: Judged = "ratio",
        product_id: str = "", limit: int = 50, cursor: str = "",
    ) -> Risks:  # fmt: skip
        """The risk of a day (default: the open one) by region and product, what saves most first."""
        return risks.risks(self.shop, date, region, action, judged, product_id, limit, cursor)

    # -- asking
    def questions(self) -> list[QuestionInfo]:
        return [
            QuestionInfo(
                name=name,
                doc=(kind.__doc__ or "").strip(),
                asks=json_schema(kind),
                answers=json_schema(answer_type(kind)),
                models=[model.card.name for model in self.shop.matrix.candidates(kind)],
            )
            for name, kind in sorted(questions().items())
        ]

    def models(self) -> list[ModelCard]:
        return self.shop.matrix.cards()

    def ask(self, question: str, fields: dict[str, Any]) -> Answer[Any]:
        kind = questions().get(question)
        if kind is None:
            raise NotFound(
                "question.unknown",
                Text(en=f"no question is called {question}", zh=f"没有名为 {question} 的问题"),
                Text(en=f"Known: {', '.join(sorted(questions()))}.", zh=f"已有：{'、'.join(sorted(questions()))}。"),
                where=question,
            )
        asked = _convert(fields, kind, question)
        return msgspec.structs.replace(ask_now(self.shop.store, self.shop.matrix, asked), took_us=0)

    # -- saying
    def say(self, source: str, external_id: str, items: list[dict[str, Any]]) -> Accepted:
        """Take rows and events in as one delivery, once; each item is `{"kind": <SQL name>, …fields}`.

        Raises Conflict `say.other_body` when (source, external_id) was used before for something else.
        """
        said = saying.delivery(source, external_id, items)
        return saying.same_as_before(self.shop, said, self.shop.loop.accept([said])[0])

    def import_paths(self, paths: Sequence[str | Path], **options: Any) -> list[ImportReport]:
        """Import files or folders; options as of `linkloop.worlds.files.import_path`."""
        shop = self.shop
        known = {
            "folder": shop.folder,
            "shop_currency": shop.settings.currency,
            "shop_timezone": shop.settings.zone,
            **options,
        }
        return [import_path(Path(p), shop.store.engine, shop.lake, **known) for p in paths]

    # -- the simulated town
    def town(self) -> TownStatus:
        return town.town(self.shop)

    def town_do(
        self,
        do: Order,
        speed: float | None = None,
        fault: dict[str, Any] | None = None,
        number: int | None = None,
        to: Stop | None = None,
    ) -> TownStatus:
        order = TownOrder(do=do, speed=speed, fault=fault, number=number, to=to)
        return town.town_do(self.shop, order, by="local")

    # -- replaying
    def replay(
        self, request: replaying.ReplayRequest, progress: Callable[[int, int], None] = lambda done, of: None
    ) -> ReplayReport:
        return replaying.replay(self.shop, request, progress)

    def reexecute(self, decision_id: str) -> Reexecution:
        return reexecute(self.shop.machine(), decision_id)


def _convert(fields: dict[str, Any], kind: Any, where: str) -> Any:
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise LinkloopError(
            "input.invalid",
            Text(en=str(error), zh=f"输入无效：{error}"),
            Text(en="See the schema at /api/v1/schema.", zh="字段定义见 /api/v1/schema。"),
            where=where,
        ) from error
