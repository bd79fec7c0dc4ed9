"""Effects: errands go to their worlds, in order per key; an unclear outcome is looked up before it is resent."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from zlib import crc32

import msgspec

from linkloop.core.action import Action, Errand, Receipt
from linkloop.core.clock import micros
from linkloop.core.errors import Conflict, NotFound
from linkloop.core.ids import child_id
from linkloop.core.text import Text
from linkloop.core.vocabulary import actions
from linkloop.core.world import World
from linkloop.engine.loop import Loop
from linkloop.engine.turn import Turn
from linkloop.engine.verdicts import LEASE_S, find_decision
from linkloop.engine.withdrawing import cancel
from linkloop.store.outbox import WITHDRAWN, Effect, due, find, orphans, put

LANES = 4
MAX_ATTEMPTS = 8
BACKOFF_S = 0.5
SWEEP_S = 0.25  # between two looks for effects that are due
CALM = 20  # so many times as long as a look took, it is quiet after it: what nobody here performs piles up
logger = logging.getLogger("linkloop.effects")


class Effects:
    """Sends what the loop decided. One lane per key, so that two effects about one thing keep their order."""

    def __init__(self, loop: Loop, worlds: list[World]) -> None:
        self.loop = loop
        self.worlds = worlds
        self._lanes = [ThreadPoolExecutor(1, thread_name_prefix=f"effects-{n}") for n in range(LANES)]
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._flying: dict[str, str] = {}  # effect key → the decision that it is carried out for
        self._begun: set[str] = set()  # of those that fly: what has gone to its world and cannot be called back
        self._called_back: set[tuple[str, str]] = set()
        self._guard = threading.Lock()

    def start(self) -> None:
        """Take over what a sender that died was holding, then send whatever is decided or due."""
        self.recover()
        self.loop.on_errand = self.take
        self.loop.verdicts.performs = self.performs
        self.loop.verdicts.call_back = self.call_back
        self._thread = threading.Thread(target=self._run, name="effects", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let what is in flight finish; the rest stays in the outbox."""
        self._stop.set()
        for lane in self._lanes:
            lane.shutdown(wait=True, cancel_futures=True)
        if self._thread:
            self._thread.join(timeout=10)

    def recover(self) -> int:
        """Mark what a dead sender was sending as unclear, so that it is reconciled before anything is sent again."""

        def work(turn: Turn) -> int:
            found = orphans(turn.w.connection, self.loop.holder)
            for effect in found:
                turn.verdicts.unclear(turn.w, effect.effect_key, "the sender stopped before an answer came", 0)
            return len(found)

        return self.loop.do(work)

    def take(self, errand: Errand) -> None:
        """Queue an errand whose lease this process holds."""
        with self._guard:
            if errand.key in self._flying or self._stop.is_set():
                return
            self._flying[errand.key] = errand.decision_id
        about = getattr(errand.action, errand.action.__about__, "") if errand.action.__about__ else errand.key
        self._lanes[crc32(str(about).encode()) % LANES].submit(self._carry, errand)

    def call_back(self, key: str) -> bool:
        """Whether an errand that waits in its lane was stopped before anything of it went out."""
        with self._guard:
            if key not in self._flying or key in self._begun:
                return False
            self._called_back.add((key, self._flying.pop(key)))
            return True

    def sweep(self) -> int:
        """Claim and handle everything that is due now: waiting effects are sent, unclear ones reconciled."""
        now = int(time.time() * 1e6)
        kinds = {kind for world in self.worlds for kind in world.performs}
        with self.loop.store.read() as connection:
            waiting = due(connection, now, kinds)
        found = [e for e in waiting if e.effect_key not in self._flying and self.performs(_action(e))]
        for effect in found:
            self._claim(effect)
        return len(found)

    def idle(self) -> bool:
        """Nothing is in flight."""
        with self._guard:
            return not self._flying

    def performs(self, action: Action) -> bool:
        """Whether a world here carries this action out."""
        return self._world(action) is not None

    def _world(self, action: Action) -> World | None:
        kind = type(action).__name__
        return next((w for w in self.worlds if kind in w.performs and w.takes(action)), None)

    def _world_for(self, errand: Errand) -> World:
        world = self._world(errand.action)
        if world is None:
            raise LookupError(f"no world takes this {type(errand.action).__name__}")
        return world

    def _run(self) -> None:
        pause = SWEEP_S
        while not self._stop.wait(pause):
            started = time.perf_counter()
            try:
                self.sweep()
            except Exception:
                logger.exception("looking for due effects failed; trying again")
                time.sleep(1)
            pause = max(SWEEP_S, CALM * (time.perf_counter() - started))

    def _claim(self, effect: Effect) -> None:
        reconcile = effect.status != "waiting"

        def work(turn: Turn) -> Errand | None:
            now = find(turn.w, effect.effect_key)
            if now is None or now.status != effect.status or now.attempt != effect.attempt:
                return None
            lease = int((time.time() + LEASE_S) * 1e6)
            status = "unclear" if reconcile else "sending"
            attempt = now.attempt if reconcile else now.attempt + 1
            holder = now.holder if now.holder == WITHDRAWN else self.loop.holder
            put(turn.w, now._replace(status=status, attempt=attempt, lease=lease, holder=holder))
            action = msgspec.json.decode(now.body, type=actions()[now.action_kind])
            return Errand(
                key=now.effect_key,
                action=action,
                decision_id=now.decision_id,
                case_id=now.case_id,
                attempt=attempt,
            )

        errand = self.loop.do(work)
        if errand is None:
            return
        if not reconcile:
            self.take(errand)
            return
        with self._guard:
            self._flying[errand.key] = errand.decision_id
        self._lanes[crc32(effect.about.encode()) % LANES].submit(self._reconcile, errand)

    def _carry(self, errand: Errand) -> None:
        with self._guard:
            if (called := (errand.key, errand.decision_id)) in self._called_back:
                self._called_back.discard(called)
                return
            self._begun.add(errand.key)
        try:
            receipt = self._world_for(errand).perform(errand)
        except Exception as error:
            receipt = Receipt(status="unknown", detail=f"{type(error).__name__}: {error}")
        self._book(errand, receipt)

    def _reconcile(self, errand: Errand) -> None:
        try:
            receipt = self._world_for(errand).settled(errand.key)
        except Exception as error:
            receipt = Receipt(status="unknown", detail=f"looking it up: {type(error).__name__}: {error}")
        if receipt is not None:
            self._book(errand, receipt)
        elif errand.attempt >= MAX_ATTEMPTS:
            self._book(errand, Receipt(status="unknown", detail=f"not done after {errand.attempt} attempts"))
        else:
            self.loop.do(lambda turn: self._resend(turn, errand.key))
            with self._guard:
                self._flying.pop(errand.key, None)

    def _resend(self, turn: Turn, key: str) -> None:
        effect = find(turn.w, key)
        if effect and effect.status == "unclear" and effect.holder == WITHDRAWN:
            cancel(turn, effect)
        elif effect and effect.status == "unclear":
            put(turn.w, effect._replace(status="waiting", lease=0, due=0))

    def _book(self, errand: Errand, receipt: Receipt) -> None:
        def work(turn: Turn) -> None:
            if receipt.status == "unknown":
                wait = BACKOFF_S * 2 ** min(errand.attempt, 8)
                dead = receipt.gives_up or errand.attempt >= MAX_ATTEMPTS
                turn.verdicts.unclear(turn.w, errand.key, receipt.detail, int((time.time() + wait) * 1e6), dead=dead)
                if dead:
                    self._bury(turn, errand, receipt)
                return
            event = turn.verdicts.settle(turn.w, errand.key, receipt)
            if event is not None:
                event_id = child_id(event.at, errand.key, errand.decision_id, "settled")
                turn.say(msgspec.structs.replace(event, id=event_id, source="loop", hop=1), time.monotonic())

        future = self.loop.command(work, later=True)

        def landed(_: object) -> None:
            with self._guard:
                self._flying.pop(errand.key, None)
                self._begun.discard(errand.key)
            if error := future.exception():
                logger.error("could not book %s: %s; it will be reconciled", errand.key, error)

        future.add_done_callback(landed)

    def _bury(self, turn: Turn, errand: Errand, receipt: Receipt) -> None:
        at = turn.clock.now()
        letter = child_id(at, errand.key, "dead")
        body = msgspec.json.encode(msgspec.to_builtins(errand.action))
        kind = type(errand.action).__name__
        turn.w.dead.append((letter, micros(at), "effect", kind, errand.key, receipt.detail, body, "waiting"))


def _action(effect: Effect) -> Action:
    return msgspec.json.decode(effect.body, type=actions()[effect.action_kind])


def retry(turn: Turn, key: str, by: str) -> None:
    """A person wants a dead effect tried again; it is reconciled first."""
    effect = find(turn.w, key)
    if effect is None:
        raise NotFound("effect.unknown", Text(en="there is no such effect", zh="没有这个动作"), where=key)
    if effect.status != "dead":
        raise Conflict(
            "effect.alive",
            Text(en=f"it is {effect.status}, not dead", zh=f"状态为 {effect.status}，并未失败"),
            where=key,
        )
    put(turn.w, effect._replace(status="unclear", due=0, lease=0, attempt=0))
    decision = find_decision(turn.w, effect.decision_id)
    turn.w.decision(
        msgspec.structs.replace(decision, status="unclear", by=by, note="retried"),
        "retried",
        micros(turn.clock.now()),
        f"person:{by}",
    )
