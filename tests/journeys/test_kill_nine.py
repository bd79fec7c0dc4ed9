"""A shop that is killed with SIGKILL at random moments loses no event and doubles no effect."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from linkloop.commerce.parcels import ParcelDelayed
from linkloop.store.ledger import verify
from linkloop.store.schema import inbox, log
from tests.engine.small_shop import decisions, open_small, settle
from tests.journeys.shop_process import ABOVE_FIFTY

KILLS = int(os.environ.get("LINKLOOP_KILLS", "50"))
ROOT = Path(__file__).parents[2]


class Running:
    """One life of the shop: a process, what it was told, and what it said it has durably."""

    def __init__(self, folder: Path) -> None:
        self.acknowledged: set[int] = set()
        self.ready = threading.Event()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.shop_process", str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            if line.startswith("ok "):
                self.acknowledged.add(int(line.split()[1]))
            elif line.startswith("ready"):
                self.ready.set()

    def tell(self, line: str) -> bool:
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return False
        return True

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.reader.join()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_fifty_kills_lose_nothing_and_double_nothing(tmp_path):
    dice = random.Random(20261124)
    told, acknowledged, following = {}, set(), 0
    for kill in range(KILLS):
        life = Running(tmp_path)
        if kill % 7 == 6:  # some die while they start
            time.sleep(dice.uniform(0.05, 1.5))
            life.kill()
            continue
        assert life.ready.wait(60)
        until = time.monotonic() + dice.uniform(0.02, 0.5)
        again = [n for n in told if n not in acknowledged]
        again += dice.sample(sorted(acknowledged), min(5, len(acknowledged)))
        for n in again:  # a sender that got no answer, or lost it, sends the same thing again
            life.tell(f"{n} {told[n]}")
        while time.monotonic() < until:
            told[following] = dice.choice((100, 300, 900))  # ¥90 compensation waits for a person
            if not life.tell(f"{following} {told[following]}"):
                break
            following += 1
            if following % 8 == 0:
                time.sleep(dice.uniform(0, 0.02))
        life.kill()
        acknowledged |= life.acknowledged

    shop, recorder = open_small(tmp_path, gate=ABOVE_FIFTY)
    shop.effects.recover()
    shop.loop.on_errand = shop.effects.take
    shop.loop.verdicts.performs = shop.effects.performs
    settle(shop, 60)
    while shop.lander.land(10_000):
        pass
    with shop.store.read() as connection:
        boxed = connection.execute(sa.select(inbox.c.external_id).where(inbox.c.source == "town")).scalars().all()
        heard = connection.execute(sa.select(log.c.key).where(log.c.kind == "parcel_delayed")).scalars().all()
        head = connection.execute(sa.select(sa.func.count(), sa.func.max(log.c.offset)).select_from(log)).one()
        assert verify(connection).bad_seq == 0
    taken_in = {int(external_id.split(":")[1]) for external_id in boxed}
    assert acknowledged <= taken_in <= set(told)
    assert len(acknowledged) > KILLS
    assert sorted(heard) == sorted(f"o{n}" for n in taken_in)  # each once
    assert head[0] == head[1]
    made = decisions(shop)
    assert sorted(d.action["order_id"] for d in made) == sorted(f"o{n}" for n in taken_in)
    expected = {d.effect_key for d in made if told[int(d.action["order_id"][1:])] < 900}
    assert {d.status for d in made if d.effect_key in expected} == {"done"}
    assert {d.status for d in made if d.effect_key not in expected} == {"held"}
    assert sorted(recorder.done()) == sorted(expected)
    for kind, count in (("parcel_delayed", len(taken_in)), ("orders", len(taken_in))):
        assert shop.door.query(f"SELECT count(*) AS n FROM {kind}").dicts() == [{"n": count}]
    cold = shop.lake.dataset(ParcelDelayed)
    assert cold is not None
    assert cold.count_rows() == len(taken_in)
    shop.close()
    print(f"{KILLS} kills: {len(told)} told, {len(acknowledged)} acknowledged, {len(expected)} effects")
