"""The widget: a script of ours that a shop's own pages embed with one line, and a page that shows it."""

from __future__ import annotations

import gzip
from functools import cache
from hashlib import blake2b
from html import escape
from pathlib import Path

from linkloop.core.text import Text

_HERE = Path(__file__).parent
_TITLE = Text(en="The chat widget on a page of yours", zh="在您的网页上放置客服窗口")
_WORDS = Text(
    en="One line before the end of the page's body is enough. Open the chat at the corner and try it.",
    zh="在网页 body 结尾前加一行即可。点右下角试试看。",
)
_ALLOW = Text(
    en="Pages of another site may carry it once their origin stands in linkloop.toml:",
    zh="其他网站的页面要放置它，需先在 linkloop.toml 中写明来源：",
)


@cache
def script() -> tuple[bytes, bytes, str]:
    """(widget.js, the same gzipped, its ETag)."""
    body = (_HERE / "widget.js").read_bytes()
    return body, gzip.compress(body, 9, mtime=0), f'"{blake2b(body, digest_size=12).hexdigest()}"'


@cache
def sheet() -> bytes:
    """The style of the demo page."""
    return (_HERE / "demo.css").read_bytes()


def demo(lang: str, origin: str, theme: str = "") -> str:
    """The demo page in a language; `theme` is light or dark."""
    options = f' data-lang="{lang}"' + (f' data-theme="{theme}"' if theme in ("light", "dark") else "")
    page = (_HERE / "demo.html").read_text(encoding="utf-8")
    for name, value in (("LANG", "zh-CN" if lang == "zh" else "en"), ("TITLE", _TITLE.say(lang)),
                        ("WORDS", _WORDS.say(lang)), ("ALLOW", _ALLOW.say(lang)), ("ORIGIN", origin)):  # fmt: skip
        page = page.replace(f"__{name}__", escape(value))
    return page.replace("__OPTIONS__", options)
