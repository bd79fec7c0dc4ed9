"""JDDC: what to do next and what to say, of real conversations: the act, and a reply from past answers that claims
nothing that it cannot know, beside the nearest neighbour's.

python -m bench jddc

Every fifth context is told. The reply is chosen among the past replies of contexts that are found (the service link's
index), by what most of them say (consensus: minimum Bayes risk, Kumar and Byrne 2004), weighed by the act that the
service link's learner expects, and only among those whose every specific (numbers, dates, amounts, orders, names,
places, times, and durations) stands in the conversation. How sharply is chosen on a fifth of the learned part.
"""

from __future__ import annotations

import math
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np

from bench._understanding_sets import ACTS, FOLDER
from bench.understanding import RECIPES, share, vectorizer
from linkloop.commerce.knowledge import Article
from linkloop.links.service.knowledge.fusion import load
from linkloop.links.service.knowledge.index import EVER, Index
from linkloop.links.service.knowledge.views import look
from linkloop.links.service.learner import train

AT = datetime(2026, 1, 1, tzinfo=UTC)
END = 240  # signs of a context that are read
ASKED = 160  # of its end, that are looked for
_SPECIFIC = re.compile(
    r"\[[^\]\s]{1,40}\]|\d+(?:[.:\-/]\d+)*|[一二两三四五六七八九十半几]+(?:个)?(?:工作日|天|小时|分钟|周|星期|月|年|元|折|倍|点)"
    r"|今天|明天|后天|今晚|明早|下午|上午|周[一二三四五六日末]"
)
_FACES = re.compile(r"#E-s(?:\[数字x\])?|\s+")


class Turn(NamedTuple):
    """A context, the agent's reply, and the reply's act."""

    context: str
    reply: str
    act: str


class Settings(NamedTuple):
    """How sharply contexts weigh by their score, and by the chance of their reply's act."""

    sharp: float
    act: float


def turns() -> tuple[list[Turn], list[Turn]]:
    """(learned, told). Raises FileNotFoundError."""
    before = (FOLDER / "jddc_train.enc.txt").read_text(encoding="utf-8").splitlines()
    after = (FOLDER / "jddc_train.dec.txt").read_text(encoding="utf-8").splitlines()
    acts = [(act, re.compile(form)) for act, form in ACTS.items()]
    every = [
        Turn(context[-END:], reply, next((act for act, form in acts if form.search(reply)), "other"))
        for context, reply in zip(before, after, strict=True)
    ]
    return [one for n, one in enumerate(every) if n % 5], [one for n, one in enumerate(every) if n % 5 == 0]


def specifics(text: str) -> set[str]:
    """What a text states that one must know: masked values, numbers, dates, durations, times."""
    return set(_SPECIFIC.findall(_FACES.sub(" ", text)))


def grounded(reply: str, context: str) -> bool:
    """Whether every specific of a reply stands in its conversation."""
    return specifics(reply) <= specifics(context)


def grams(text: str) -> Counter[str]:
    plain = _FACES.sub("", text)
    return Counter(plain) + Counter("".join(pair) for pair in pairwise(plain))


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """F1 of characters and pairs of them, with repeats."""
    both = sum((one & other).values())
    return 2 * both / max(1, one.total() + other.total())


def bleu(told: Sequence[str], truth: Sequence[str]) -> float:
    """BLEU-4 over characters of a whole set (Papineni et al. 2002)."""
    hits, total, ours, theirs = [0] * 4, [0] * 4, 0, 0
    for mine, right in zip(told, truth, strict=True):
        a, b = _FACES.sub("", mine), _FACES.sub("", right)
        ours, theirs = ours + len(a), theirs + len(b)
        for n in range(4):
            found = Counter(a[k : k + n + 1] for k in range(len(a) - n))
            known = Counter(b[k : k + n + 1] for k in range(len(b) - n))
            hits[n] += sum((found & known).values())
            total[n] += found.total()
    if not min(hits):
        return 0.0
    short = min(0.0, 1 - theirs / max(1, ours))
    return 100 * math.exp(short + sum(math.log(h / t) for h, t in zip(hits, total, strict=True)) / 4)


class Past:
    """Past contexts with their replies, as the service link's index finds them."""

    def __init__(self, known: Sequence[Turn]) -> None:
        self.known = known
        self.grams = [grams(one.reply) for one in known]
        index = Index()
        index.feed([(n + 1, Article(article_id=f"{n:06}", title=one.context[-40:], body=one.context, kind="answer"))
                    for n, one in enumerate(known)])  # fmt: skip
        self.index, self.moment = index, index.at(EVER - 1)
        self.there, self.fusion = index.wanted(self.moment, AT), load()
        self.owner = [int(document.article.article_id) for document in index.documents]

    def found(self, context: str) -> dict[int, float]:
        """Past turns and the scores of their contexts."""
        seen = look(self.index, self.moment, self.there, context[-ASKED:])
        best: dict[int, float] = {}
        for n, score in zip(seen.chosen.tolist(), self.fusion.scores(seen.rows).tolist(), strict=True):
            best[self.owner[n]] = max(score, best.get(self.owner[n], -math.inf))
        return best

    def choose(self, context: str, found: dict[int, float], acts: dict[str, float], settings: Settings) -> int | None:
        """The reply that most of what was found says, among those that claim nothing unknown; None: there is none."""
        numbers = list(found)
        if not numbers:
            return None
        weights = np.exp(settings.sharp * (np.array([found[n] for n in numbers]) - max(found.values())))
        weights *= np.array([acts.get(self.known[n].act, 1e-3) ** settings.act for n in numbers])
        worth = [
            sum(w * likeness(self.grams[n], self.grams[m]) for m, w in zip(numbers, weights, strict=True))
            if grounded(self.known[n].reply, context)
            else -1.0
            for n in numbers
        ]
        best = int(np.argmax(worth))
        return numbers[best] if worth[best] >= 0 else None


def learned(known: Sequence[Turn]) -> Callable[[str], dict[str, float]]:
    """The chance of each act, of a context."""
    model = train([one.context for one in known], [one.act for one in known], recipe=RECIPES["jddc"])
    return lambda text: dict(zip(model.labels, model.probabilities(text)[0].tolist(), strict=True))


def tuned(known: Sequence[Turn]) -> Settings:
    """The settings whose replies are most like the agents', on every fifth of the learned contexts."""
    mine, held = [one for n, one in enumerate(known) if n % 5], [one for n, one in enumerate(known) if n % 5 == 0][:600]
    past, chances = Past(mine), learned(mine)
    looked = [(one, past.found(one.context), chances(one.context), grams(one.reply)) for one in held]

    def worth(settings: Settings) -> float:
        told = [(past.choose(one.context, found, acts, settings), right) for one, found, acts, right in looked]
        return float(np.mean([likeness(past.grams[n], right) if n is not None else 0.0 for n, right in told]))

    return max((Settings(*pair) for pair in product((0.0, 0.5, 1.0, 2.0), (0.0, 0.5, 1.0))), key=worth)


def line(name: str, told: Sequence[str], truth: Sequence[Turn]) -> None:
    acts = [(act, re.compile(form)) for act, form in ACTS.items()]
    same = [next((act for act, form in acts if form.search(text)), "other") for text in told]
    like = [likeness(grams(text), grams(one.reply)) for text, one in zip(told, truth, strict=True)]
    rests = [grounded(text, one.context) for text, one in zip(told, truth, strict=True)]
    right = share([act == one.act for act, one in zip(same, truth, strict=True)])
    spread = 100 * np.std(like) / len(like) ** 0.5
    print(
        f"  {name:46} grounded {share(rests)}  F1 {100 * np.mean(like):.2f} ± {spread:.2f}  "
        f"BLEU-4 {bleu(told, [one.reply for one in truth]):.2f}  act as the agent's {right}",
        flush=True,
    )


def main() -> None:
    try:
        known, told = turns()
    except FileNotFoundError as error:
        print(f"jddc: skipped, {error.filename} is missing (set LINKLOOP_DATA)")
        return
    print(f"jddc: {len(known)} contexts learned from, {len(told)} told; grounded: every specific of the reply stands "
          "in the conversation (masked values are told apart by their kind alone); F1 and BLEU over characters against "
          "the agent's reply")  # fmt: skip
    words = vectorizer([one.context for one in known])
    rows = words.fit_transform([one.context for one in known])
    near = [int(row.argmax()) for row in (words.transform([one.context for one in told]) @ rows.T).toarray()]
    line("the agents themselves", [one.reply for one in told], told)
    line("nearest known context (TF-IDF): its reply", [known[n].reply for n in near], told)
    often = Counter(one.reply for one in known).most_common(1)[0][0]
    line("always the most frequent reply", [often] * len(told), told)
    settings = tuned(known)
    past, chances = Past(known), learned(known)
    started = time.process_time()
    chosen = [past.choose(one.context, past.found(one.context), chances(one.context), settings) for one in told]
    spent = (time.process_time() - started) / len(told) * 1e3
    replies = [known[n].reply if n is not None else "稍等，正在为您查询。" for n in chosen]
    line(f"ours ({settings.sharp:g}, {settings.act:g}; {spent:.1f} ms CPU each)", replies, told)
    expected = [max(acts, key=lambda act: acts[act]) for acts in (chances(one.context) for one in told)]
    print(f"  next act by the learner {share([a == one.act for a, one in zip(expected, told, strict=True)])}, by the "
          f"nearest context {share([known[n].act == one.act for n, one in zip(near, told, strict=True)])}; "
          f"{sum(n is None for n in chosen)} contexts had no reply that claims nothing unknown")  # fmt: skip


if __name__ == "__main__":
    main()
