"""What if: a draft on a past period, in a thread that gives way to the running shop, with progress and an end."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.core.clock import from_micros
from linkloop.core.decision import Decision
from linkloop.core.errors import Conflict, LinkloopError, NotFound
from linkloop.core.question import RuleHit
from linkloop.core.text import Text
from linkloop.engine.replay import WORLDLY
from linkloop.engine.rules import RuleModel, load
from linkloop.engine.whatif import Change, ReplayReport, offsets, what_if
from linkloop.faces.desk.rules.sheet import body_of
from linkloop.faces.desk.rules.views import RuleSheet
from linkloop.faces.desk.rules.whatif_views import (
    RuleChanged,
    RuleOutcome,
    RulePeriod,
    RuleTally,
    RuleWhatIf,
    RuleWhatIfResult,
    State,
)
from linkloop.store.schema import log

KEPT = 20  # finished what-ifs that are remembered
SHOWN = 500  # changed decisions that are shown one by one
WAITING = 4
_WORKS, _RESTS = 0.02, 0.006  # seconds: the replay leaves the shop its share of the processor
_GUESS = 400.0  # events a second, until one has been measured


class _Cancelled(Exception):
    """The person gave it up."""


class _Job:
    """One what-if on its way."""

    def __init__(self, name: str, version: str, by: str, start: datetime | None, end: datetime | None) -> None:
        self.id = uuid.uuid4().hex[:12]
        self.name, self.version, self.by, self.start, self.end = name, version, by, start, end
        self.at = time.time()
        self.state: State = "waiting"
        self.events = 0
        self.share = 0.0
        self.began = self.ended = 0.0
        self.problem: Text | None = None
        self.result: RuleWhatIfResult | None = None
        self.stop = threading.Event()

    def view(self, *, whole: bool = True) -> RuleWhatIf:
        """As the page shows it; without its result where only the list is shown."""
        took = (self.ended or time.time()) - self.began if self.began else 0.0
        left = took / self.share - took if self.state == "running" and self.share > 0.02 else None
        return RuleWhatIf(
            id=self.id,
            name=self.name,
            version=self.version,
            by=self.by,
            at=from_micros(int(self.at * 1e6)),
            start=self.start,
            end=self.end,
            state=self.state,
            events=self.events,
            done=round(self.share * self.events),
            took_s=round(took, 2),
            left_s=None if left is None else round(left, 1),
            problem=self.problem,
            result=self.result if whole else None,
        )


class WhatIfs:
    """The what-ifs of a shop: one runs at a time, a few wait, the latest are remembered until the shop stops."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()
        self._one = threading.Lock()
        self.rate = _GUESS

    def start(self, name: str, sheet: RuleSheet, start: datetime | None, end: datetime | None, by: str) -> RuleWhatIf:
        """Begin. Raises LinkloopError as of `load` when the draft may not go live, Conflict `rules.busy`."""
        self._shop.rules.known(name)
        table = load(body_of(self._shop.rules.bodies[name], sheet), name)
        job = _Job(name, table.version, by, start, end)
        job.events = period(self._shop, start, end).events
        with self._lock:
            open_ = [j for j in self._jobs.values() if j.state in ("waiting", "running")]
            if len(open_) >= WAITING:
                raise Conflict(
                    "rules.busy",
                    Text(en=f"{len(open_)} what-ifs are on their way already", zh=f"已有 {len(open_)} 个推演在进行"),
                    Text(en="Wait for one, or cancel it.", zh="请等待其完成，或取消一个。"),
                )
            closed = [j.id for j in self._jobs.values() if j not in open_]
            for old in closed[: max(0, len(closed) - KEPT)]:
                del self._jobs[old]
            self._jobs[job.id] = job
        machine = self._shop.machine(matrix=self._shop.matrix.with_model(RuleModel(table)))

        def replay() -> ReplayReport:
            return what_if(machine, start, end, limit=SHOWN, progress=self._pace(job))

        threading.Thread(target=self._run, args=(job, replay), name=f"what-if-{job.id}", daemon=True).start()
        return job.view()

    def all(self, name: str) -> list[RuleWhatIf]:
        """Those of one table, latest first, without their results."""
        return [job.view(whole=False) for job in reversed([*self._jobs.values()]) if job.name == name]

    def one(self, name: str, job_id: str) -> RuleWhatIf:
        """One with its result. Raises NotFound `rules.what_if`."""
        return self._job(name, job_id).view()

    def cancel(self, name: str, job_id: str) -> RuleWhatIf:
        """Give one up; one that has ended stays as it is."""
        job = self._job(name, job_id)
        job.stop.set()
        return job.view(whole=False)

    def found(self, name: str, version: str) -> dict[str, Any]:
        """What the latest finished one of a version has shown, for the audit; empty when there is none."""
        for job in reversed([*self._jobs.values()]):
            if job.name == name and job.version == version and job.result is not None:
                return {
                    "decisions": job.result.decisions,
                    "changed": job.result.changed,
                    "cases_changed": job.result.cases_changed,
                    "money_before": job.result.money_before,
                    "money_after": job.result.money_after,
                    "start": job.start.isoformat() if job.start else "",
                    "end": job.end.isoformat() if job.end else "",
                }
        return {}

    def _job(self, name: str, job_id: str) -> _Job:
        job = self._jobs.get(job_id)
        if job is None or job.name != name:
            raise NotFound(
                "rules.what_if",
                Text(en="this what-if is not known any more", zh="没有这次推演的记录"),
                Text(en="Run it again.", zh="请重新推演。"),
                where=job_id,
            )
        return job

    def _pace(self, job: _Job) -> Callable[[int, int], None]:
        mark = time.monotonic()

        def progress(done: int, of: int) -> None:
            nonlocal mark
            job.share = done / of if of else 1.0
            if job.stop.is_set():
                raise _Cancelled
            if time.monotonic() - mark > _WORKS:
                time.sleep(_RESTS)
                mark = time.monotonic()

        return progress

    def _run(self, job: _Job, replay: Callable[[], ReplayReport]) -> None:
        while not self._one.acquire(timeout=0.2):
            if job.stop.is_set():
                job.state = "cancelled"
                return
        try:
            job.began, job.state = time.time(), "running"
            report = replay()
            job.result = _result(report, job.name)
            job.share, job.ended, job.state = 1.0, time.time(), "done"
            if job.events > 100:
                self.rate = job.events / max(0.01, job.ended - job.began)
        except _Cancelled:
            job.ended, job.state = time.time(), "cancelled"
        except Exception as error:  # told to the person who asked; the shop itself is not touched by a replay
            told = error.text if isinstance(error, LinkloopError) else Text(en=repr(error)[:300], zh=repr(error)[:300])
            job.problem, job.ended, job.state = told, time.time(), "failed"
        finally:
            self._one.release()


_OF: WeakKeyDictionary[Shop, WhatIfs] = WeakKeyDictionary()
_OF_LOCK = threading.Lock()


def what_ifs(shop: Shop) -> WhatIfs:
    """The what-ifs of a shop."""
    with _OF_LOCK:
        if shop not in _OF:
            _OF[shop] = WhatIfs(shop)
        return _OF[shop]


def period(shop: Shop, start: datetime | None, end: datetime | None) -> RulePeriod:
    """How many events a replay of the period would hear, and about how long it would take."""
    ends = sa.select(sa.func.min(log.c.at), sa.func.max(log.c.at)).where(log.c.is_event == 1)
    with shop.store.read() as connection:
        since, until = offsets(connection, start, end)
        within = (log.c.offset > since) & (log.c.offset <= until) & (log.c.is_event == 1) & WORLDLY
        events = connection.execute(sa.select(sa.func.count()).select_from(log).where(within)).scalar() or 0
        first, last = connection.execute(ends).one()
    return RulePeriod(
        events=events,
        seconds=round(events / what_ifs(shop).rate, 1),
        first=None if first is None else from_micros(first),
        last=None if last is None else from_micros(last),
    )


def _result(report: ReplayReport, name: str) -> RuleWhatIfResult:
    before = {tally.action_kind: tally for tally in report.before}
    after = {tally.action_kind: tally for tally in report.after}
    kinds = sorted(before.keys() | after.keys())
    return RuleWhatIfResult(
        decisions=sum(tally.decisions for tally in report.before),
        changed=report.changed,
        cases_changed=report.cases_changed,
        money_before=report.money_before,
        money_after=report.money_after,
        tallies=[RuleTally(action_kind=kind, before=before.get(kind), after=after.get(kind)) for kind in kinds],
        changes=[_changed(change, name) for change in report.changes],
    )


def _changed(change: Change, name: str) -> RuleChanged:
    return RuleChanged(
        decision_id=change.decision_id,
        case_id=change.case_id,
        at=change.at,
        link=change.link,
        before=_side(change.before, name),
        after=_side(change.after, name),
    )


def _side(decision: Decision | None, name: str) -> RuleOutcome | None:
    if decision is None:
        return None
    hit = next((asked.hits[0] for asked in reversed(decision.asked) if asked.model == name and asked.hits), RuleHit(""))
    return RuleOutcome(
        action_kind=decision.action_kind,
        status=decision.status,
        money=decision.at_risk,
        reason=decision.reason,
        confidence=decision.confidence,
        about=decision.about,
        rule=hit.rule,
        rule_note=hit.text,
    )
