"""Limits on what a request may bring: size, JSON depth, page size, length of names."""

from __future__ import annotations

import re
from typing import Annotated, Any

from litestar import Request
from litestar.exceptions import HTTPException
from litestar.params import HeaderParameter, PathParameter, QueryParameter

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text

BODY_BYTES = 2 * 1024**2
UPLOAD_BYTES = 1024**3
DEPTH = 64
PAGE = 1000
ITEMS = 1000  # rows and events in one delivery
_BIG = 2**63 - 1

Limit = Annotated[int, QueryParameter(ge=1, le=PAGE, description="Most items of this page")]
Cursor = Annotated[str, QueryParameter(max_length=500, description="`next` of the page before; empty: the first")]
Offset = Annotated[int, QueryParameter(ge=-_BIG, le=_BIG, description="Log offset; negative: that many from the end")]
Name = Annotated[str, QueryParameter(max_length=200)]
PathName = Annotated[str, PathParameter(max_length=200)]
Key = Annotated[str, QueryParameter(max_length=2000)]
IdempotencyKey = Annotated[
    str, HeaderParameter(name="Idempotency-Key", max_length=255, description="A retry with it gets the first answer")
]

_MARKS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def depth(body: bytes, limit: int) -> int:
    """How deeply arrays and objects of a JSON text nest, counted no further than `limit` + 1."""
    if body.count(b"[") + body.count(b"{") <= limit:
        return 0  # cannot be deeper than it has brackets
    now = deepest = 0
    for mark in _MARKS.finditer(body):
        sign = mark.group()
        if sign in b"[{":
            now += 1
            deepest = max(deepest, now)
            if deepest > limit:
                return deepest
        elif sign in b"]}":
            now -= 1
    return deepest


async def check_body(request: Request[Any, Any, Any]) -> None:
    """Refuse what is not JSON (a form of another site's page, say), and JSON that nests too deep, before decoding it.

    Raises HTTPException 415, or LinkloopError `input.deep`.
    """
    if request.scope["method"] not in ("POST", "PUT", "PATCH") or not request.scope["path"].startswith("/api/"):
        return
    kind = request.content_type[0]
    if kind == "multipart/form-data" or (not kind and request.headers.get("content-length", "0") == "0"):
        return
    if kind != "application/json":
        raise HTTPException(status_code=415)
    if depth(await request.body(), DEPTH) > DEPTH:
        raise LinkloopError(
            "input.deep",
            Text(en=f"the JSON nests deeper than {DEPTH} levels", zh=f"JSON 嵌套超过 {DEPTH} 层"),
            Text(en="Flatten it.", zh="请减少嵌套。"),
        )
