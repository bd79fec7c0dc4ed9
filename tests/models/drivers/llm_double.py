"""A server that speaks OpenAI's chat completions as its documents describe them, and checks what it is asked."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.worlds.channels.doubles.serving import Answer, Double, Request

MODEL = "qwen-small"
KEY = "sk-test-0123456789"


class LlmDouble(Double):
    """`says` is the content of its next answers; `knows_schema` whether it takes response_format json_schema."""

    def __init__(self) -> None:
        super().__init__()
        self.says: Any = {"text": "好的"}
        self.knows_schema = True
        self.finish = "stop"
        self.refusal: str | None = None

    @property
    def url(self) -> str:
        return f"openai+{self._url}/v1?model={MODEL}&key=TEST_KEY"

    @url.setter
    def url(self, value: str) -> None:
        self._url = value

    def asked(self) -> list[dict[str, Any]]:
        return [request.json() for request in self.questions()]

    def questions(self) -> list[Request]:
        """What was asked, without the connections that were only kept warm."""
        return [request for request in self.requests if request.method == "POST"]

    def handle(self, request: Request) -> Answer:
        if (request.method, request.path) == ("GET", "/v1/models"):
            return Answer({"object": "list", "data": [{"id": MODEL, "object": "model"}]})
        if (request.method, request.path) != ("POST", "/v1/chat/completions"):
            return Answer({"error": {"message": "not found"}}, 404)
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return wrong(401, "Incorrect API key provided")
        asked = request.json()
        if asked["model"] != MODEL:
            return wrong(404, "model_not_found")
        if asked.get("stream") is not False or not 0 <= asked["temperature"] <= 2 or asked["max_tokens"] < 1:
            return wrong(400, "bad parameters")
        if [one["role"] for one in asked["messages"]] != ["system", "user"]:
            return wrong(400, "messages: roles")
        form = asked.get("response_format", {}).get("type", "none")
        if form == "json_schema":
            if not self.knows_schema:
                return wrong(400, "response_format type json_schema is not supported")
            named = asked["response_format"]["json_schema"]
            if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", named["name"]):
                return wrong(400, "invalid schema name")
            _check_schema(named["schema"], named["schema"].get("$defs", {}), strict=named["strict"])
        said = self.says if isinstance(self.says, str) else json.dumps(self.says, ensure_ascii=False)
        message = {"role": "assistant", "content": None if self.refusal else said, "refusal": self.refusal}
        return Answer(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 1772424000,
                "model": MODEL,
                "choices": [{"index": 0, "message": message, "finish_reason": self.finish}],
                "usage": {"prompt_tokens": 200, "completion_tokens": 30, "total_tokens": 230},
            }
        )


def wrong(status: int, message: str, **headers: str) -> Answer:
    return Answer({"error": {"message": message, "type": "invalid_request_error"}}, status, headers)


def _check_schema(schema: dict[str, Any], defs: dict[str, Any], *, strict: bool) -> None:
    """What OpenAI's structured outputs demand of a schema; a failure shows as a broken answer."""
    if "$ref" in schema:
        assert schema["$ref"].removeprefix("#/$defs/") in defs, schema["$ref"]
        return
    assert set(schema) & {"type", "anyOf"}, schema
    if schema.get("type") == "object":
        assert schema["additionalProperties"] is False
        assert not strict or sorted(schema["required"]) == sorted(schema["properties"])
        for one in schema["properties"].values():
            _check_schema(one, defs, strict=strict)
    if schema.get("type") == "array":
        _check_schema(schema["items"], defs, strict=strict)
    for one in defs.values() if "$defs" in schema else ():
        _check_schema(one, defs, strict=strict)
