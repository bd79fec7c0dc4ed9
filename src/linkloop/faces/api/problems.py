"""Problems: every error as RFC 9457 application/problem+json, in the reader's language."""

from __future__ import annotations

import logging
import uuid
from math import ceil
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from linkloop.core.errors import Conflict, LinkloopError, NotFound, Refused
from linkloop.core.text import Text

logger = logging.getLogger("linkloop.api")
MEDIA_TYPE = "application/problem+json"
_NOTHING = Text(en="", zh="")


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9457 members, and ours: `code`, `todo`, `where`; `text_en` … `todo_zh` carry both languages."""

    type: str
    title: str
    status: int
    detail: str
    instance: str = ""
    code: str = ""
    todo: str = ""
    where: str = ""
    text_en: str = ""
    text_zh: str = ""
    todo_en: str = ""
    todo_zh: str = ""


class Unauthorised(LinkloopError):
    """It is not known who asks."""


class TooBusy(LinkloopError):
    """The server has more to do than it takes on."""


class TooMany(LinkloopError):
    """Whoever asks has asked too often; `wait_s` is when it may be tried again."""

    wait_s: float = 1.0


def too_many(code: str, wait_s: float, text: Text) -> TooMany:
    """Raise it: the answer says in how many seconds to come back."""
    seconds = max(1, ceil(wait_s))
    error = TooMany(code, text, Text(en=f"Try again in {seconds} s.", zh=f"请 {seconds} 秒后再试。"))
    error.wait_s = seconds
    return error


_STATUS: tuple[tuple[type[LinkloopError], int], ...] = (
    (NotFound, 404),
    (Conflict, 409),
    (Refused, 403),
    (Unauthorised, 401),
    (TooBusy, 503),
    (TooMany, 429),
    (LinkloopError, 400),
)
_TITLES = {
    400: Text(en="The request is not valid", zh="请求无效"),
    401: Text(en="Signing in is needed", zh="需要登录"),
    403: Text(en="Not allowed", zh="不允许"),
    404: Text(en="Not found", zh="未找到"),
    405: Text(en="This method does not work here", zh="此处不支持该方法"),
    409: Text(en="It contradicts what has already happened", zh="与已发生的事实冲突"),
    413: Text(en="Too large", zh="内容过大"),
    415: Text(en="This content type is not taken", zh="不接受该内容类型"),
    421: Text(en="This server is not known by that name", zh="服务器不使用该主机名"),
    429: Text(en="Too often", zh="过于频繁"),
    500: Text(en="Something went wrong here", zh="服务器内部出错"),
    503: Text(en="Too busy", zh="服务器繁忙"),
}
_WRONG = Text(en="Something went wrong", zh="出错了")


def language(accept: str) -> str:
    """ "zh" or "en", whichever an Accept-Language header (RFC 9110) weighs higher; English when it names neither."""
    best, chosen = 0.0, "en"
    for part in accept.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        name = tag.strip().lower()[:2]
        if name in ("zh", "en") and quality > best:
            best, chosen = quality, name
    return chosen


def status_of(error: LinkloopError) -> int:
    """The HTTP status of an error."""
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def problem(error: LinkloopError, lang: str, *, status: int = 0, instance: str = "") -> Problem:
    """The problem document of an error."""
    status = status or status_of(error)
    return Problem(
        type=f"urn:linkloop:problem:{error.code}",
        title=_TITLES.get(status, _WRONG).say(lang),
        status=status,
        detail=error.text.say(lang),
        instance=instance,
        code=error.code,
        todo=error.todo.say(lang),
        where=error.where,
        text_en=error.text.en,
        text_zh=error.text.zh,
        todo_en=error.todo.en,
        todo_zh=error.todo.zh,
    )


def error_of(found: Problem) -> LinkloopError:
    """The error that a problem document tells of: the inverse of `problem`, for the SDK."""
    kind = next((kind for kind, status in _STATUS if status == found.status), LinkloopError)
    return kind(
        found.code or f"http.{found.status}",
        Text(en=found.text_en or found.detail or found.title, zh=found.text_zh or found.detail or found.title),
        Text(en=found.todo_en, zh=found.todo_zh),
        found.where,
    )


def headers_of(error: LinkloopError, status: int) -> dict[str, str]:
    """What goes with an error beside its body."""
    if isinstance(error, TooMany):
        return {"retry-after": str(ceil(error.wait_s))}
    return {503: {"retry-after": "1"}, 401: {"www-authenticate": "Bearer"}}.get(status, {})


def _answer(request: Request[Any, Any, Any], found: Problem, headers: dict[str, str] | None = None) -> Response[Any]:
    body = msgspec.json.encode(found)
    return Response(body, status_code=found.status, media_type=MEDIA_TYPE, headers=headers)


def on_error(request: Request[Any, Any, Any], error: LinkloopError) -> Response[Any]:
    """A LinkloopError from anywhere below."""
    found = problem(error, language(request.headers.get("accept-language", "")))
    return _answer(request, found, headers_of(error, found.status))


def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the framework refuses: unknown paths, wrong methods, bodies that do not validate."""
    status = error.status_code
    title = _TITLES.get(status, _WRONG)
    detail = _reasons(error) if isinstance(error, ValidationException) else ""
    said = LinkloopError(
        "input.invalid" if status == 400 else f"http.{status}",
        Text(en=detail or title.en, zh=f"{title.zh}：{detail}" if detail else title.zh),
        Text(en="See /api/v1/openapi.json.", zh="参见 /api/v1/openapi.json。") if status < 500 else _NOTHING,
        where=request.url.path[:200],
    )
    found = problem(said, language(request.headers.get("accept-language", "")), status=status)
    return _answer(
        request, found, {k: v for k, v in (error.headers or {}).items() if k.lower() in ("allow", "retry-after")}
    )


def _reasons(error: ValidationException) -> str:
    extra = error.extra if isinstance(error.extra, list) else []
    reasons = [f"{e.get('key', '')}: {e.get('message', '')}".strip(": ") for e in extra if isinstance(e, dict)]
    return "; ".join(reasons)[:500] or error.detail[:500]


def on_crash(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A fault of ours: logged under a number that the reader is told, and nothing else is given away."""
    number = uuid.uuid4().hex[:12]
    logger.exception("request %s %s failed (%s)", request.method, request.url.path, number, exc_info=error)
    said = LinkloopError(
        "server.fault",
        Text(en=f"the server failed; its log has this under {number}", zh=f"服务器出错；日志编号 {number}"),
        Text(
            en="Try again; if it stays, send the log lines with this number.",
            zh="请重试；若仍出错，请附上该编号的日志。",
        ),
        where=number,
    )
    return _answer(request, problem(said, language(request.headers.get("accept-language", "")), status=500))


HANDLERS: dict[Any, Any] = {LinkloopError: on_error, HTTPException: on_http, Exception: on_crash}
