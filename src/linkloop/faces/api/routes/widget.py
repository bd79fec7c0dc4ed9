"""Widget: the script that a shop's pages embed, and a page that shows it."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Response, get

from linkloop.faces.api.access import may
from linkloop.faces.api.problems import language
from linkloop.faces.widget import demo, script, sheet

# A page of any site may load the script; which of them may open the chat is said by channels.webchat.origins.
_HEADERS = {
    "cache-control": "public, max-age=600, stale-while-revalidate=86400",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "vary": "accept-encoding",
}


@get("/widget.js", include_in_schema=False, opt=may("anyone"), sync_to_thread=False)
def widget_script(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The widget, cached by its content."""
    plain, packed, etag = script()
    headers = {**_HEADERS, "etag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type="text/javascript; charset=utf-8")
    if "gzip" in request.headers.get("accept-encoding", ""):
        plain, headers = packed, {**headers, "content-encoding": "gzip"}
    return Response(plain, headers=headers, media_type="text/javascript; charset=utf-8")


@get("/widget/demo", include_in_schema=False, opt=may("anyone"), sync_to_thread=False)
def widget_demo(request: Request[Any, Any, Any]) -> Response[str]:
    """A page with the widget on it; ?lang=zh or en, ?theme=light or dark."""
    lang = request.query_params.get("lang") or language(request.headers.get("accept-language", ""))
    origin = str(request.base_url).rstrip("/")
    page = demo("zh" if lang.startswith("zh") else "en", origin, request.query_params.get("theme", ""))
    return Response(page, media_type=MediaType.HTML, headers={"cache-control": "no-store"})


@get("/widget/demo.css", include_in_schema=False, opt=may("anyone"), sync_to_thread=False)
def widget_style() -> Response[bytes]:
    """The style of that page."""
    return Response(sheet(), media_type="text/css; charset=utf-8", headers={"cache-control": "no-cache"})


ROUTES = [widget_script, widget_demo, widget_style]
