"""Speech: what a page says, without what is only data, so that a text in the wrong language stands out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from playwright.sync_api import Error, Page, Response

from tests.console.browser import Lang

# Visible texts and what a screen reader hears; what stands in <code>, a query or an editor is typed, not spoken.
_SAID = """
() => {
  const typed = 'code, pre, kbd, samp, textarea, .cm-editor, script, style, noscript, [translate="no"]';
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const text = node.data.replace(/\\s+/g, ' ').trim();
    const home = node.parentElement;
    if (text && home && !home.closest(typed) && home.checkVisibility()) found.push(text);
  }
  for (const one of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
    if (one.closest(typed)) continue;
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
      const text = (one.getAttribute(name) ?? '').replace(/\\s+/g, ' ').trim();
      if (text) found.push(text);
    }
  }
  found.push(document.title);
  return [...new Set(found)];
}
"""
_HAN = re.compile(r"[㐀-䶿一-鿿]")
_SENTENCE = re.compile(r"\b[A-Za-z]*[a-z]{2,}(?: [a-z]{2,}){2,}\b")  # three words in a row, most of them small
_IN_BOTH = ("环环", "中文", "English")


def foreign(page: Page, lang: Lang, answers: Iterable[Response]) -> list[str]:
    """What the page says in the other language and no answer of the API gave it to say so."""
    data = sorted(_data(answers, lang), key=len, reverse=True)
    found = []
    for text in page.evaluate(_SAID):
        rest = text
        for known in (*data, *_IN_BOTH):
            if known in rest:
                rest = rest.replace(known, " ")
        if _HAN.search(rest) if lang == "en" else _SENTENCE.search(rest):
            found.append(text)
    return found


def _data(answers: Iterable[Response], lang: Lang) -> set[str]:
    """Every string that the API answered, but not the other language's half of a sentence in both."""
    other = "zh" if lang == "en" else "en"
    found: set[str] = set()
    for answer in answers:
        try:
            body = answer.json()
        except (Error, ValueError):
            continue  # a stream, a picture, or a page that was left
        found.update(" ".join(text.split()) for text in _strings(body, other))
    return {text for text in found if len(text) > 1}


def _strings(body: Any, other: str) -> Iterator[str]:
    match body:
        case str():
            yield body
            # A reason may be a sentence with a name in it, shown in two parts.
            yield from (part for part in re.split(r"[,;:，；：。·|\n]", body) if len(part) > 3)
        case dict():
            for key, value in body.items():
                if key not in (other, f"text_{other}", f"todo_{other}") or not {"en", "zh"} & body.keys():
                    yield from _strings(value, other)
                if _HAN.search(key):
                    yield key
        case list():
            for value in body:
                yield from _strings(value, other)
