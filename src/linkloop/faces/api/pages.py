"""Pages: the built console at `/`; every path that is a page's gets index.html with a nonce of its own."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from linkloop.core.errors import NotFound
from linkloop.core.text import Text
from linkloop.faces.api.access import may
from linkloop.faces.console import CONTENT_SECURITY_POLICY

_NONCE = "__NONCE__"
_FOREVER = "public, max-age=31536000, immutable"  # names under assets/ carry a hash of their content
_CODINGS = (("br", ".br"), ("gzip", ".gz"))
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_NOT_PAGES = ("api/", "hooks/", "chat", "assets/", "widget")


class Pages:
    """The files of one build, found once; what is not among them is a page of the console."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = (folder / "index.html").read_text(encoding="utf-8")
        self.files = {
            path.relative_to(folder).as_posix(): path
            for path in folder.rglob("*")
            if path.is_file() and path.suffix in _TYPES and path.name != "index.html"
        }

    def answer(self, path: str, accepts: str) -> Response[bytes]:
        """The file or page at `path`. Raises NotFound `page.unknown` for what can be neither."""
        name = path.lstrip("/")
        if (file := self.files.get(name)) is not None:
            return self._file(name, file, accepts)
        last = name.rpartition("/")[2]
        if name.startswith(_NOT_PAGES) or Path(last).suffix in _TYPES:
            raise _unknown(path)
        return self._page()

    def _page(self) -> Response[bytes]:
        nonce = secrets.token_urlsafe(16)
        policy = CONTENT_SECURITY_POLICY.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'", 1)
        headers = {"content-security-policy": policy, "cache-control": "no-store"}
        return Response(self.index.replace(_NONCE, nonce).encode(), media_type=_TYPES[".html"], headers=headers)

    def _file(self, name: str, file: Path, accepts: str) -> Response[bytes]:
        headers = {"cache-control": _FOREVER if name.startswith("assets/") else "no-cache", "vary": "accept-encoding"}
        body = file
        for coding, suffix in _CODINGS:
            packed = file.with_name(file.name + suffix)
            if coding in accepts and packed.is_file():
                headers["content-encoding"] = coding
                body = packed
                break
        try:
            return Response(body.read_bytes(), media_type=_TYPES[file.suffix], headers=headers)
        except FileNotFoundError as error:  # another version was installed over this one while it runs
            raise _unknown(name) from error


def _unknown(path: str) -> NotFound:
    return NotFound(
        "page.unknown",
        Text(en="there is no such page", zh="没有这个页面"),
        Text(en="Load the page anew; restart Linkloop after an upgrade.", zh="请重新加载页面；升级后请重启 Linkloop。"),
        where=path[:200],
    )


def pages(folder: Path) -> list[HTTPRouteHandler]:
    """The routes of a build; without one, a page that says how to make it."""
    if not (folder / "index.html").is_file():
        return [_missing]
    built = Pages(folder)

    @get("/", include_in_schema=False, opt=may("anyone"), sync_to_thread=False)
    def home() -> Response[bytes]:
        return built.answer("", "")

    @get("/{path:path}", include_in_schema=False, opt=may("anyone"), sync_to_thread=False)
    def page(request: Request[Any, Any, Any], path: FromPath[str]) -> Response[bytes]:
        return built.answer(path, request.headers.get("accept-encoding", ""))

    return [home, page]


@get("/", include_in_schema=False, opt=may("anyone"), sync_to_thread=False)
def _missing() -> Response[str]:
    """The API works without its pages; who wants them is told how."""
    text = (
        "The console has not been built. Run `make run` in a checkout, or install a wheel.\n"
        "控制台尚未构建。请在代码目录运行 `make run`，或安装 wheel 包。\n"
    )
    return Response(text, media_type=MediaType.TEXT, status_code=503)
