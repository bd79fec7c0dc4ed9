"""200 scripted retail conversations over tau_retail's shop, each in four wordings: what is done, and what is not.

    python -m bench retail [--held-out | --scripts FILE] [--show NAME]

A trial is one shop with all 200 conversations in one wording; a conversation passes when exactly the effects that
its script wants were done, a person was asked for where one must be, and what must be told was told. An effect is
outside policy when the policy as it is told to people does not allow it for that customer's order, whatever was
written. pass^4 (τ-bench, arXiv:2406.12045) is the share that passes in all four trials; the trials differ in wording,
the decision may not. The scripts were written for this repository beside the policy tables, not taken from τ-bench, so
its figures (frontier models about 60 on τ² retail) are not of the same set. The wordings were used in development;
`--held-out` takes those of retail_heldout.json, by an author who had not seen the bot (all of it has been
looked at since, so that it is a development set now). retail_voices.json has four more voices (two a language), by
whoever widened the grammar, used in
development; retail_voices_kept.json two that were written with them and kept back. retail_seen.json and
retail_first_sight.json are by an author who saw neither the bot nor these wordings: the first was run once before its
misses were mended (pass^4 89.5), the second once after that (92.5). The misses of the second have been looked at and
mended since, so both are development sets now, whatever their names say; so is retail_wide.json, 16 wordings in 16
voices (dialects, texting, dictation, letters) by whoever mended them. retail_unseen.json,
retail_sealed.json, retail_sealed_2.json and retail_sealed_3.json are by four more authors who saw nothing, each run
once at first sight and then mended: pass^4 93.5, 88.5, 94.0 and 96.5, with 0, 0, 0 and 1 effects outside policy (a
coupon for goods called sold out that nobody had looked up). The first of them wrote exchange-too-late as faulty goods,
which the policy exchanges: that kind was written anew afterwards. All are development sets now: a figure at first sight
needs a file by an author who has seen none of this, with a brief that states each situation. `--scripts` takes any
such file:
`openings` by kind of conversation and `answers` by kind of question, each a list with one entry a wording.
LINKLOOP_DATA names the folder of the data.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bench._retail_scripts import WORDINGS, Effect, Script, Words, allowed, reworded, scripts, words_of
from bench._retail_shop import RetailShop, RetailWorld
from linkloop.app.settings import Settings
from linkloop.app.shop import Shop, installed_links
from linkloop.commerce.conversations import MessageReceived
from linkloop.core.action import Action
from linkloop.core.world import Delivery
from linkloop.engine.gate import DEFAULT
from linkloop.faces.desk.desk import Desk

ROUNDS = 7
# What is asked for, by words of the question; the first that stands in it counts.
ASKED = {
    "confirm": r"yes or no|“是”或“不”",
    "address": r"full new address|完整的新地址",
    "title": r"invoice .*(title|name|written to)|抬头",
    "claim": r"what is wrong|reason|原因|什么问题",
    "product": r"which (item|product|of)|哪(件|个|一)",
}


def told_facts(shop: Shop, retail: RetailShop) -> None:
    """Everything that the shop knows, in batches."""
    rows = list(retail.rows())
    for n in range(0, len(rows), 2000):
        shop.loop.accept([Delivery(source="retail", external_id=f"facts:{n}", said=tuple(rows[n : n + 2000]))])


def trial(
    wording: int, folder: Path, data: Path, words: Words | None = None
) -> dict[str, tuple[bool, list[str], list[Effect]]]:
    """One shop, all conversations in one wording: by name whether it passed, its lines, and effects outside policy."""
    retail = RetailShop(data, datetime.now(UTC))
    todo = reworded(retail, scripts(retail), words) if words else scripts(retail)
    world = RetailWorld(retail)
    gate = DEFAULT.__class__(currency="USD", limits=(), holds=DEFAULT.holds)
    shop = Shop(Settings(folder=str(folder), currency="USD", gate=gate), links=installed_links(), worlds=[world])
    shop.start()
    try:
        told_facts(shop, retail)
        lines: dict[str, list[str]] = {script.name: [] for script in todo}
        heard = dict.fromkeys(lines, 0)
        for turn in range(ROUNDS):
            said = [(script, text) for script in todo if (text := _next(script, wording, turn, world, lines, heard))]
            if not said:
                break
            deliveries = [_message(script, text, turn, shop) for script, text in said]
            shop.loop.accept(deliveries + [d for d, (s, _) in zip(deliveries, said, strict=True) if s.twice])
            for script, text in said:
                lines[script.name].append(f"> {text}")
            settle(shop)
            for script in todo:
                new = world.replies.get(script.name, [])[heard[script.name] :]
                lines[script.name] += new
                heard[script.name] += len(new)
        return _judged(todo, world, lines, Desk(shop))
    finally:
        shop.stop()


def _next(
    script: Script, wording: int, turn: int, world: RetailWorld, lines: dict[str, list[str]], heard: dict[str, int]
) -> str:
    """What the customer writes: the opening, answers to what was asked, then the rest of the opening."""
    opening = script.openings[wording]
    said = [line for line in lines[script.name] if line.startswith("> ")]
    rest = [text for text in opening if f"> {text}" not in said]
    last = lines[script.name][-1] if lines[script.name] else ""
    if not said or (script.insists and rest):
        return rest[0]
    if last.startswith("> "):
        return ""
    for kind, words in ASKED.items():
        if re.search(words, last, re.IGNORECASE | re.DOTALL) and kind in script.answers:
            return script.answers[kind][wording]
    return rest[0] if rest else ""


def _message(script: Script, text: str, turn: int, shop: Shop) -> Delivery:
    message = f"{script.name}:{turn}"
    return Delivery(
        source="retail-chat", external_id=message,
        said=(MessageReceived(at=shop.clock.now(), message_id=message, conversation_id=script.name, channel="retail",
                              text=text, customer_id=script.customer_id if script.session else ""),),
    )  # fmt: skip


def settle(shop: Shop, patience_s: float = 60.0) -> None:
    """Return when nothing waits in the loop, no effect is in flight, and what came of them was heard."""
    until, still = time.monotonic() + patience_s, 0
    while still < 4 and time.monotonic() < until:
        still = still + 1 if not shop.loop.queued() and shop.effects.idle() else 0
        time.sleep(0.05)


def _judged(
    todo: list[Script], world: RetailWorld, lines: dict[str, list[str]], desk: Desk
) -> dict[str, tuple[bool, list[str], list[Effect]]]:
    done: dict[str, list[Effect]] = {}
    owner = {order.order_id: order.customer_id for order in world.shop.orders.values()}
    by_customer = {script.customer_id: script.name for script in todo if script.customer_id}
    outside: dict[str, list[Effect]] = {}
    for action in world.done:
        effect = effect_of(action)
        name = by_customer.get(str(getattr(action, "customer_id", "")) or owner.get(effect[1], ""), "nobody")
        done.setdefault(name, []).append(effect)
        if not allowed(world.shop, action):
            outside.setdefault(name, []).append(effect)
    found: dict[str, tuple[bool, list[str], list[Effect]]] = {}
    for script in todo:
        mine = done.get(script.name, [])
        row = desk.row("conversations", script.name) if desk_has(desk, script.name) else {}
        told = " ".join(line for line in lines[script.name] if not line.startswith("> "))
        fine = (
            Counter(mine) == Counter(script.effects)
            and (not script.person or row.get("status") in ("waiting", "with_person"))
            and (not script.tells or any(word in told for word in script.tells))
            and bool(told or script.name.startswith("thanks"))
        )
        found[script.name] = (fine, lines[script.name], outside.get(script.name, []))
    for effect in done.get("nobody", []):
        found["nobody"] = (False, [], [*found.get("nobody", (False, [], []))[2], effect])
    return found


def desk_has(desk: Desk, conversation: str) -> bool:
    """Whether a conversation row was kept."""
    query = "SELECT count(*) AS n FROM conversations WHERE conversation_id = $id"
    return bool(desk.sql(query, {"id": conversation}).dicts()[0]["n"])


def effect_of(action: Action) -> Effect:
    """An effect as scripts name it."""
    product = getattr(action, "product_id", "")
    return type(action).__name__, str(getattr(action, "order_id", "")), str(product)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench retail")
    parser.add_argument("--show", default="", help="print the lines of conversations whose name begins so")
    parser.add_argument("--held-out", action="store_true", help="the wordings of retail_heldout.json")
    parser.add_argument("--failed", action="store_true", help="print the lines of the first failure of each kind")
    parser.add_argument("--scripts", type=Path, help="wordings of a file such as retail_voices.json")
    given = parser.parse_args()
    source = given.scripts or (Path(__file__).parent / "retail_heldout.json" if given.held_out else None)
    words = words_of(source) if source else None
    data = Path(os.environ.get("LINKLOOP_DATA", "../shared/data")) / "service" / "tau_retail"
    if not (data / "orders.json").is_file():
        sys.exit(f"{data} is missing: set LINKLOOP_DATA")
    passed: list[dict[str, bool]] = []
    outside: list[Effect] = []
    trials = words.count if words else WORDINGS
    for wording in range(trials):
        began = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            found = trial(wording, Path(folder), data, words)
        passed.append({name: fine for name, (fine, _, _) in found.items()})
        outside += [effect for _, _, effects in found.values() for effect in effects]
        wrong = sorted(name for name, (fine, _, _) in found.items() if not fine)
        rate = 1 - len(wrong) / len(found)
        print(f"wording {wording + 1}: {rate:.1%} of {len(found)} pass, {time.process_time() - began:.0f} CPU-s")
        kinds = Counter(name.rsplit("-", 1)[0] for name in wrong)
        print(f"  failed: {', '.join(f'{kind} {count}' for kind, count in kinds.most_common())}", flush=True)
        first = {name.rsplit("-", 1)[0]: name for name in reversed(wrong)} if given.failed else {}
        for name, (fine, lines, effects) in found.items():
            if (given.show and name.startswith(given.show)) or name in first.values():
                print(f"  {name}: {'passed' if fine else 'FAILED'} {effects or ''}")
                print("    " + "\n    ".join(lines))
    names = set.intersection(*(set(one) for one in passed))
    every = sum(all(one[name] for one in passed) for name in names)
    print(f"pass^{trials}: {every / len(names):.1%} of {len(names)} (goal ≥ 95%)")
    print(f"effects outside policy: {len(outside)} (goal 0) {outside[:5] or ''}")


if __name__ == "__main__":
    main()
