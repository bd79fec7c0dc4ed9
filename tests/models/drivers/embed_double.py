"""A server that speaks OpenAI's embeddings as its documents describe them: directions by what a text is about."""

from __future__ import annotations

from typing import Any

from tests.models.drivers.llm_double import KEY, wrong
from tests.worlds.channels.doubles.serving import Answer, Double, Request

MODEL = "embed-small"
SIZE = 16
THINGS = {"parcel": 0, "package": 0, "包裹": 0, "money": 1, "refund": 1, "cash": 1, "invoice": 2, "receipt": 2}


def direction(text: str, size: int = SIZE) -> list[float]:
    """Near 1 along every thing that is named, and a little along a dimension of the text's length."""
    found = [0.0] * size
    for word, place in THINGS.items():
        if word in text.lower():
            found[place] = 1.0
    found[3 + len(text) % 5] = 0.1
    return found


class EmbedDouble(Double):
    """`says` replaces its next answers, when it is set."""

    def __init__(self) -> None:
        super().__init__()
        self.says: Any = None

    @property
    def url(self) -> str:
        return f"openai+{self._url}/v1?model={MODEL}&key=TEST_KEY&answers=Embed"

    @url.setter
    def url(self, value: str) -> None:
        self._url = value

    def asked(self) -> list[dict[str, Any]]:
        return [request.json() for request in self.requests if request.method == "POST"]

    def handle(self, request: Request) -> Answer:
        if (request.method, request.path) == ("GET", "/v1/models"):
            return Answer({"object": "list", "data": [{"id": MODEL, "object": "model"}]})
        if (request.method, request.path) != ("POST", "/v1/embeddings"):
            return wrong(404, "not found")
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return wrong(401, "Incorrect API key provided")
        asked = request.json()
        if asked["model"] != MODEL or asked["encoding_format"] != "float":
            return wrong(400, "bad parameters")
        texts = asked["input"]
        if not isinstance(texts, list) or not 1 <= len(texts) <= 2048 or not all(texts):
            return wrong(400, "input")
        if self.says is not None:
            return Answer(self.says)
        size = asked.get("dimensions", SIZE)
        rows = [{"object": "embedding", "index": n, "embedding": direction(t, size)} for n, t in enumerate(texts)]
        rows.reverse()  # the index says which is which, not the order
        usage = {"prompt_tokens": 5 * len(texts), "total_tokens": 5 * len(texts)}
        return Answer({"object": "list", "data": rows, "model": MODEL, "usage": usage})
