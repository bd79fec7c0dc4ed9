"""An LLM behind typed Questions, through any OpenAI-compatible URL: in the time that is left, or not at all.

It proposes; nothing that it says authorises anything. What it answered is kept with the decision, so that a replay does
not ask it (ADR 0010).
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from math import inf, isfinite
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from linkloop.core.errors import NotFound
from linkloop.core.live import LiveCounts, silent
from linkloop.core.question import Given, ModelCard, Question, answer_type
from linkloop.core.text import Text
from linkloop.models.drivers.asking_for import form_of, messages
from linkloop.models.drivers.breaker import Breaker
from linkloop.models.drivers.reading import Unusable, Usage, read_answer, read_completion

_ANSWER_BYTES = 1 << 20
_REMEMBERS = 200
_KEPT_S, _WARM_S = 300.0, 20.0
_AT_ONCE = 4
_PLACES = {"json_schema": "json_object", "json_object": "none"}


class LlmSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands behind the `?` of a URL.

    `key` names the variable with the API key; `answers` the Questions, by name; `form`: how the server is held to one
    (`none`: by the prompt alone); `strict` as OpenAI's own servers want it. `timeout_s` is the most that it may take
    where no deadline is nearer, `reserve_s` what is kept of a deadline for the rest, `share` how much of the time the
    loop may spend on waiting for it. `dimensions`: how many an encoder is asked for (0: as it has). Prices are for a
    million tokens, in `currency`. `plain_http`: the network between is trusted.
    """

    model: str
    key: str = "OPENAI_API_KEY"
    answers: str = "Wording"
    form: str = "json_schema"
    strict: bool = False
    timeout_s: float = 20.0
    reserve_s: float = 0.08
    share: float = 0.5
    max_tokens: int = 400
    price_in: float = 0.0
    price_out: float = 0.0
    currency: str = "CNY"
    languages: str = "en,zh"
    dimensions: int = 0
    plain_http: bool = False


class OpenAICompatible:
    """A LiveModel for one kind of question. Thread-safe; `counts` and `breaker` tell how it fares."""

    PATH = "/chat/completions"

    def __init__(
        self,
        name: str,
        url: str,
        settings: LlmSettings,
        question: type[Question[Any]],
        api_key: str = "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.settings = settings
        self.counts = LiveCounts()
        self.breaker = Breaker(monotonic)
        self._url = url
        self._question = question
        self._kind = answer_type(question)
        self._schema = form_of(question, strict=settings.strict)
        self._form = settings.form
        self._headers = {"authorization": f"Bearer {api_key}"} if api_key else {}
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._took: deque[float] = deque(maxlen=_REMEMBERS)
        self._rest_until = 0.0
        self._warm_until = 0.0
        limits = httpx.Limits(max_connections=2 * _AT_ONCE, keepalive_expiry=_KEPT_S)
        self._http = httpx.Client(follow_redirects=False, trust_env=False, limits=limits)
        self._pool = ThreadPoolExecutor(_AT_ONCE + 1, thread_name_prefix=f"model-{name}")
        self._busy = threading.BoundedSemaphore(_AT_ONCE)

    @property
    def card(self) -> ModelCard:
        """What is known of it: latencies and cost of its last answers; before the first, what it may take at most."""
        with self._guard:
            took = sorted(self._took)
            asked, cost = self.counts.answered, self.counts.cost_micros
        most = self.settings.timeout_s
        return ModelCard(
            name=self.name,
            version=f"{self.settings.model}@{urlsplit(self._url).hostname}",
            question=self._question.__name__,
            driver="openai",
            latency_ms_p50=round(1000 * (took[len(took) // 2] if took else most), 1),
            latency_ms_p99=round(1000 * (took[min(len(took) - 1, len(took) * 99 // 100)] if took else most), 1),
            cost_micros=cost // asked if asked else 0,
            currency=self.settings.currency,
            languages=tuple(filter(None, self.settings.languages.split(","))),
            licence="as its provider says",
        )

    def answer(self, question: Question[Any]) -> Given[Any]:
        """Without a deadline, within `timeout_s`. Raises NotFound `model.silent`."""
        return self.answer_within(question, inf)

    def answer_within(self, question: Question[Any], left_s: float) -> Given[Any]:
        """The answer, in at most `left_s` less the reserve; what comes later is dropped. Raises NotFound
        `model.silent`."""
        hurried = isfinite(left_s)
        most = min(self.settings.timeout_s, left_s - self.settings.reserve_s)
        if most <= 0 or (hurried and not self._may_try(most)) or not self.breaker.lets():
            self._count("skipped")
            raise self._silent("there is no time, or it is being left alone", "时间不够，或暂不询问")
        if not self._busy.acquire(blocking=False):
            self.breaker.nothing()
            self._count("skipped")
            raise self._silent("it is busy with other questions", "正忙于其他问题")
        started = self._monotonic()
        self._count("asked")
        dropped = threading.Event()
        try:
            return self._waited(self._pool.submit(self._ask, question, started + most, dropped), most)
        except NotFound:
            dropped.set()
            self._keep_warm()
            raise
        finally:
            if hurried:
                now = self._monotonic()
                self._rest_until = now + (now - started) * (1 / self.settings.share - 1)

    def close(self) -> None:
        """Let go of connections; answers that are under way are dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._http.close()

    def _keep_warm(self) -> None:
        """After a failure, open a connection before the next customer waits for it: with TLS that takes longer than
        many a deadline, and cutting an answer off closes the one that there was."""
        if self._monotonic() < self._warm_until:
            return
        self._warm_until = self._monotonic() + _WARM_S

        def warm() -> None:
            with contextlib.suppress(httpx.HTTPError, RuntimeError):
                models = self._url.removesuffix(self.PATH) + "/models"
                self._http.get(models, headers=self._headers, timeout=_WARM_S / 4)

        with contextlib.suppress(RuntimeError):  # the shop is closing
            self._pool.submit(warm)

    def _may_try(self, most: float) -> bool:
        """Whether an answer can be there in time, and the loop has not waited for this model too much of late."""
        with self._guard:
            took = sorted(self._took)
        quick = took[len(took) // 10] if took else 0.0
        return quick <= most and self._monotonic() >= self._rest_until

    def _waited(self, future: Future[tuple[Any, Usage, float]], most: float) -> Given[Any]:
        try:
            value, usage, took = future.result(timeout=most)
        except (TimeoutError, httpx.TimeoutException):
            self._count("late")
            self._fails(f"no answer in {most:.2f} s")
            raise self._silent("it was not there in time", "未能及时回答") from None
        except Unusable as error:
            self._count("unusable")
            self._fails(str(error))
            raise self._silent("what it said cannot be used", "其回答不可用") from None
        except (httpx.HTTPError, _Refused, OSError, RuntimeError) as error:
            self._count("failed")
            named = "" if isinstance(error, _Refused) else f"{type(error).__name__}: "
            self._fails(f"{named}{str(error)[:200]}", getattr(error, "wait_s", 0.0))
            raise self._silent("it cannot be reached", "无法连接") from None
        self.breaker.worked()
        with self._guard:
            self._took.append(took)
            self.counts.answered += 1
            self.counts.tokens_in += usage.prompt_tokens
            self.counts.tokens_out += usage.completion_tokens
            cost = usage.prompt_tokens * self.settings.price_in + usage.completion_tokens * self.settings.price_out
            self.counts.cost_micros += round(cost)
        # An LLM's own word about how sure it is means nothing: half, for every answer.
        return Given(value=value, confidence=0.5)

    def _ask(self, question: Question[Any], until: float, dropped: threading.Event) -> tuple[Any, Usage, float]:
        started = self._monotonic()
        try:
            value, usage = self._read(self._post(question, until, dropped), question)
            return value, usage, self._monotonic() - started
        finally:
            self._busy.release()

    def _read(self, raw: bytes, question: Question[Any]) -> tuple[Any, Usage]:
        """The answer in what the server said. Raises Unusable."""
        completion = read_completion(raw)
        return read_answer(completion, self._kind), completion.usage or Usage()

    def _post(self, question: Question[Any], until: float, dropped: threading.Event) -> bytes:
        while True:
            form = self._form
            status, body, wait_s = self._send(self._body(question, form), until, dropped)
            if status == 200:
                return body
            told = body[:2000].decode("utf-8", "replace").lower()
            if status in (400, 422) and form in _PLACES and ("response_format" in told or "schema" in told):
                self._form = _PLACES[form]  # this server cannot be held to it in this way
                continue
            if status in (401, 403, 404):
                wait_s = max(wait_s, 60.0)
            raise _Refused(f"HTTP {status}", wait_s)

    def _send(self, body: bytes, until: float, dropped: threading.Event) -> tuple[int, bytes, float]:
        left = until - self._monotonic()
        if left <= 0 or dropped.is_set():
            raise TimeoutError
        headers = {"content-type": "application/json", "accept": "application/json", **self._headers}
        with self._http.stream("POST", self._url, content=body, headers=headers, timeout=left) as answer:
            found = bytearray()
            for chunk in answer.iter_bytes():
                found += chunk
                if len(found) > _ANSWER_BYTES:
                    raise Unusable("the answer is too long")
                if dropped.is_set() or self._monotonic() > until:
                    raise TimeoutError
            after = answer.headers.get("retry-after", "")
            return answer.status_code, bytes(found), min(float(after), 600.0) if after.isdigit() else 0.0

    def _body(self, question: Question[Any], form: str) -> bytes:
        asked: dict[str, Any] = {
            "model": self.settings.model,
            "messages": messages(question, self._schema, spelled_out=form != "json_schema"),
            "temperature": 0,
            "seed": 7,
            "stream": False,
            "max_tokens": self.settings.max_tokens,
        }
        if form == "json_schema":
            named = {"name": self._kind.__name__, "schema": self._schema, "strict": self.settings.strict}
            asked["response_format"] = {"type": "json_schema", "json_schema": named}
        elif form == "json_object":
            asked["response_format"] = {"type": "json_object"}
        return msgspec.json.encode(asked)

    def _count(self, field: str) -> None:
        with self._guard:
            setattr(self.counts, field, getattr(self.counts, field) + 1)

    def _fails(self, problem: str, wait_s: float = 0.0) -> None:
        self.counts.last_problem = problem
        self.breaker.failed(problem, wait_s)

    def _silent(self, en: str, zh: str) -> NotFound:
        return silent(self.name, Text(en=en, zh=zh))


class _Refused(Exception):
    """The server said no; `wait_s` is how long it asked to be left alone."""

    def __init__(self, problem: str, wait_s: float) -> None:
        super().__init__(problem)
        self.wait_s = wait_s
