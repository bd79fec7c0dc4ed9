"""Remote: a shop on a server, as the Desk that it is there."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from linkloop.core.decision import Decision
from linkloop.core.errors import LinkloopError
from linkloop.core.question import Answer, ModelCard, answer_type
from linkloop.core.text import Text
from linkloop.core.vocabulary import questions
from linkloop.core.world import Accepted
from linkloop.engine.replay import Reexecution
from linkloop.engine.whatif import ReplayReport
from linkloop.engine.wiring import Edge
from linkloop.faces.api.cells import from_wire
from linkloop.faces.api.problems import MEDIA_TYPE, Problem, error_of
from linkloop.faces.desk.proposing import Simulation
from linkloop.faces.desk.replaying import ReplayRequest
from linkloop.faces.desk.risks import ActionAsked, Judged, Risks
from linkloop.faces.desk.town import Order, Stop
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
from linkloop.store.ledger import Verdict
from linkloop.store.sql.session import Result
from linkloop.worlds.files import ImportReport
from linkloop.worlds.files.mapping_file import read_mapping
from linkloop.worlds.sim.town import TownStatus

R = TypeVar("R")
TRIES = 4
WAIT_S = 25.0  # one long poll


class Remote:
    """Same methods as Desk, over HTTP. A request that got no answer is sent again under the same Idempotency-Key.

    Raises what the Desk raises; LinkloopError `remote.unreachable` when the server does not answer.
    """

    def __init__(
        self, url: str, *, token: str = "", timeout_s: float = 60.0, transport: httpx.BaseTransport | None = None
    ) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self.url = url.rstrip("/")
        self._client = httpx.Client(
            base_url=f"{self.url}/api/v1/", headers=headers, timeout=timeout_s, transport=transport, trust_env=False
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    # -- reading
    def status(self) -> ShopStatus:
        return self._get("status", ShopStatus)

    def doctor(self) -> list[Finding]:
        return self._get("doctor", list[Finding])

    def tables(self) -> list[TableInfo]:
        return self._get("tables", list[TableInfo])

    def rows(self, table: str, limit: int = 50, cursor: str = "") -> Page[dict[str, Any]]:
        return self._get(f"tables/{_part(table)}/rows", Page[dict[str, Any]], limit=limit, cursor=cursor)

    def row(self, table: str, key: str) -> dict[str, Any]:
        return self._get(f"tables/{_part(table)}/row", dict[str, Any], key=key)

    def log(
        self,
        after: int = 0,
        limit: int = 100,
        kind: str = "",
        key: str = "",
        case_id: str = "",
        kinds: Sequence[str] = (),
    ) -> list[LogEntry]:
        asked = {"after": after, "limit": limit, "kind": kind, "key": key, "case_id": case_id, "kinds": ",".join(kinds)}
        return self._get("events", list[LogEntry], **asked)

    def wait_beyond(self, offset: int, timeout_s: float) -> int:
        until = time.monotonic() + timeout_s
        while True:
            wait = max(0.0, min(WAIT_S, until - time.monotonic()))
            head = self._get("head", dict[str, int], beyond=offset, timeout_s=wait)["head"]
            if head > offset or time.monotonic() >= until:
                return head

    def cases(self, limit: int = 50, cursor: str = "") -> Page[CaseSummary]:
        return self._get("cases", Page[CaseSummary], limit=limit, cursor=cursor)

    def case(self, case_id: str) -> Case:
        return self._get(f"cases/{_part(case_id)}", Case)

    def sql(self, query: str, params: dict[str, Any] | None = None, max_rows: int = 1000) -> Result:
        asked = {"query": query, "params": params or {}, "max_rows": max_rows}
        return from_wire(self._post("sql", Result, asked))

    def schema(self) -> dict[str, Any]:
        return self._get("schema", dict[str, Any])

    def map(self) -> list[Edge]:
        return self._get("map", list[Edge])

    def verify(self, head: str = "") -> Verdict:
        return self._get("verify", Verdict, head=head)

    # -- deciding
    def decisions(self, status: str = "", limit: int = 50, cursor: str = "") -> Page[Decision]:
        asked = {"status": status} if status else {}
        return self._get("decisions", Page[Decision], limit=limit, cursor=cursor, **asked)

    def decision(self, decision_id: str) -> Decision:
        return self._get(f"decisions/{_part(decision_id)}", Decision)

    def why(self, decision_id: str) -> Why:
        return self._get(f"decisions/{_part(decision_id)}/why", Why)

    def approve(self, decision_id: str, by: str, note: str = "", changes: dict[str, Any] | None = None) -> Decision:
        body = {"by": by, "note": note, "changes": changes or {}}
        return self._post(f"decisions/{_part(decision_id)}/approve", Decision, body)

    def refuse(self, decision_id: str, by: str, note: str) -> Decision:
        return self._post(f"decisions/{_part(decision_id)}/refuse", Decision, {"by": by, "note": note})

    def undo(self, decision_id: str, by: str, note: str) -> Decision:
        return self._post(f"decisions/{_part(decision_id)}/undo", Decision, {"by": by, "note": note})

    def simulate(self, action: str, fields: dict[str, Any]) -> Simulation:
        return self._post("simulate", Simulation, {"action": action, "fields": fields})

    def propose(
        self, action: str, fields: dict[str, Any], reason: str, by: str, key: str, case_id: str = ""
    ) -> Decision:
        body = {"action": action, "fields": fields, "reason": reason, "by": by, "key": key, "case_id": case_id}
        return self._post("proposals", Decision, body)

    def waiting(self, limit: int = 50) -> Waiting:
        return self._get("waiting", Waiting, limit=limit)

    def effects(self, status: str = "", limit: int = 50) -> list[Effect]:
        return self._get("effects", list[Effect], status=status, limit=limit)

    def dead_letters(self, status: str = "waiting", limit: int = 50) -> list[DeadLetter]:
        return self._get("dead-letters", list[DeadLetter], status=status, limit=limit)

    def retry(self, letter_id: str, by: str) -> None:
        self._post(f"dead-letters/{_part(letter_id)}/retry", dict[str, Any], {"by": by})

    def drop(self, letter_id: str, by: str) -> None:
        self._post(f"dead-letters/{_part(letter_id)}/drop", dict[str, Any], {"by": by})

    def risks(
        self, date: str = "", region: str = "", action: ActionAsked = "", judged: Judged = "ratio",
        product_id: str = "", limit: int = 50, cursor: str = "",
    ) -> Risks:  # fmt: skip
        asked = {"date": date, "region": region, "action": action, "judged": judged, "product_id": product_id}
        given = {name: value for name, value in asked.items() if value}
        return self._get("risks", Risks, limit=limit, cursor=cursor, **given)

    # -- asking
    def questions(self) -> list[QuestionInfo]:
        return self._get("questions", list[QuestionInfo])

    def models(self) -> list[ModelCard]:
        return self._get("models", list[ModelCard])

    def ask(self, question: str, fields: dict[str, Any]) -> Answer[Any]:
        known = questions().get(question)
        kind: Any = Answer[answer_type(known)] if known else Answer[Any]
        return self._post(f"questions/{_part(question)}/ask", kind, {"fields": fields})

    # -- saying
    def say(self, source: str, external_id: str, items: list[dict[str, Any]]) -> Accepted:
        return self._post("events", Accepted, {"source": source, "external_id": external_id, "items": items})

    def import_paths(self, paths: Sequence[str | Path], **options: Any) -> list[ImportReport]:
        """As Desk.import_paths, by upload: a folder stands for its files. `progress` is not told."""
        options.pop("progress", None)
        if (mapping := options.pop("mapping", None)) is not None:
            named = isinstance(mapping, str | Path) and Path(mapping).is_file()
            options["mapping"] = msgspec.json.encode(read_mapping(Path(mapping)) if named else mapping).decode()
        fields = {
            name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in options.items()
        }
        with ExitStack() as opened:
            files = [("files", (path.name, opened.enter_context(path.open("rb")))) for path in _files(paths)]
            given = {name: value for name, value in fields.items() if value}
            return self._decode(self._client.post("import", files=files, data=given, timeout=None), list[ImportReport])

    # -- the simulated town
    def town(self) -> TownStatus:
        return self._get("town", TownStatus)

    def town_do(
        self,
        do: Order,
        speed: float | None = None,
        fault: dict[str, Any] | None = None,
        number: int | None = None,
        to: Stop | None = None,
    ) -> TownStatus:
        asked = {"do": do, "speed": speed, "fault": fault, "number": number, "to": to}
        return self._post("town", TownStatus, asked)

    # -- replaying
    def replay(
        self, request: ReplayRequest, progress: Callable[[int, int], None] = lambda done, of: None
    ) -> ReplayReport:
        return self._post("replay", ReplayReport, request, timeout=None)

    def reexecute(self, decision_id: str) -> Reexecution:
        return self._post(f"decisions/{_part(decision_id)}/reexecute", Reexecution, {})

    # -- the wire
    def _get(self, path: str, returns: type[R], /, **params: Any) -> R:
        return self._decode(self._send("GET", path, params=params), returns)

    def _post(self, path: str, kind: type[R], body: Any, **options: Any) -> R:
        headers = {"content-type": "application/json", "idempotency-key": uuid.uuid4().hex}
        return self._decode(
            self._send("POST", path, content=msgspec.json.encode(body), headers=headers, **options), kind
        )

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        for attempt in range(1, TRIES + 1):
            try:
                return self._client.request(method, path, **options)
            except httpx.TransportError as error:
                if attempt == TRIES:
                    raise self._unreachable(error) from error
                time.sleep(0.1 * 2**attempt)
        raise AssertionError("unreachable")

    def _decode(self, response: httpx.Response, kind: type[R]) -> R:
        if response.is_success:
            return msgspec.json.decode(response.content, type=kind)
        if response.headers.get("content-type", "").startswith(MEDIA_TYPE):
            raise error_of(msgspec.json.decode(response.content, type=Problem))
        raise self._unreachable(f"HTTP {response.status_code}")

    def _unreachable(self, problem: object) -> LinkloopError:
        return LinkloopError(
            "remote.unreachable",
            Text(en=f"no shop answers there: {problem}", zh=f"该地址没有店铺应答：{problem}"),
            Text(en="Start it with `linkloop up`, and check the URL.", zh="请用 `linkloop up` 启动，并检查网址。"),
            where=self.url,
        )


def _part(name: str) -> str:
    """One segment of a path. What holds a slash is nobody's id; it is sent so that the server says so."""
    return quote(name, safe="")


def _files(paths: Sequence[str | Path]) -> Iterator[Path]:
    for path in map(Path, paths):
        yield from sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else (path,)
