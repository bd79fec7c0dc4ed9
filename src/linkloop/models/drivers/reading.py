"""Reading what an LLM said: tolerant of fences, thoughts and talk around it; strict about what it may hold."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import msgspec

_THOUGHT = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.S)
_LONGEST = 4000
_SAID = 65536
_TRIES = 20


class Usage(msgspec.Struct, frozen=True):
    """Tokens as the server counts them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Message(msgspec.Struct, frozen=True):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: _Message = _Message()
    finish_reason: str | None = None


class Completion(msgspec.Struct, frozen=True):
    """A chat completion, as far as we read it."""

    choices: list[_Choice] = []
    usage: Usage | None = None


class Unusable(Exception):
    """What came is no answer; the text says why."""


def read_completion(raw: bytes) -> Completion:
    """Raises Unusable for what is no chat completion."""
    try:
        return msgspec.json.decode(raw, type=Completion)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unusable(f"no chat completion: {error}") from error


def read_answer(completion: Completion, kind: type[msgspec.Struct]) -> Any:
    """The answer inside. Raises Unusable where there is none, it was cut off or refused, or does not have the form."""
    if not completion.choices:
        raise Unusable("no choice")
    choice = completion.choices[0]
    if choice.message.refusal:
        raise Unusable("the model refused")
    if choice.finish_reason not in ("stop", None):
        raise Unusable(f"it ended with {str(choice.finish_reason)[:40]!r}")
    given = _object(choice.message.content or "")
    try:
        answer = msgspec.convert(given, kind, strict=False)
    except (msgspec.ValidationError, OverflowError, RecursionError) as error:
        raise Unusable(f"not the form that was asked for: {error}") from error
    _storable(msgspec.to_builtins(answer))
    return answer


def _object(said: str) -> dict[str, Any]:
    """The first whole JSON object of a text, among its first braces."""
    if len(said) > _SAID:
        raise Unusable(f"it said {len(said)} characters")
    said = _THOUGHT.sub("", said)
    decoder = msgspec.json.Decoder()
    start = said.find("{")
    for _ in range(_TRIES):
        if start < 0:
            break
        end = _end(said, start)
        if end:
            try:
                found = decoder.decode(said[start:end].encode("utf-8", "replace"))
            except (msgspec.DecodeError, RecursionError):
                found = None
            if isinstance(found, dict):
                return found
        start = said.find("{", start + 1)
    raise Unusable("no JSON object")


def _end(said: str, start: int) -> int:
    """Where the object that begins at `start` ends, or 0."""
    depth, inside, escaped = 0, False, False
    for place in range(start, len(said)):
        char = said[place]
        if inside:
            escaped, inside = char == "\\" and not escaped, inside and (char != '"' or escaped)
            continue
        inside = char == '"'
        depth += (char == "{") - (char == "}")
        if depth == 0:
            return place + 1
    return 0


def _storable(value: Any) -> None:
    """Raises Unusable for what no store or screen should get."""
    if isinstance(value, str):
        if len(value) > _LONGEST:
            raise Unusable(f"a text of {len(value)} characters")
        if any(unicodedata.category(char) in ("Cc", "Cs", "Co") and char not in "\n\t" for char in value):
            raise Unusable("a text with control characters")
    elif isinstance(value, dict):
        for one in value.values():
            _storable(one)
    elif isinstance(value, list | tuple):
        for one in value:
            _storable(one)
    elif isinstance(value, int | float) and not abs(value) < 2**63:
        raise Unusable("a number that fits nowhere")
