"""Markup of strangers is read as the standard library reads it, and in time that grows with its length alone."""

from __future__ import annotations

import time
from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkloop.core import markup


class Heard:
    """Everything that a reader was told, neighbouring texts in one."""

    def __init__(self) -> None:
        self.all: list[tuple[str, object]] = []

    def start(self, tag: str, given: markup.Attributes) -> None:
        self.all.append((f"<{tag}>", given))

    def end(self, tag: str) -> None:
        self.all.append((f"</{tag}>", None))

    def text(self, data: str) -> None:
        before = self.all.pop()[1] if self.all and self.all[-1][0] == "text" else ""
        self.all.append(("text", f"{before}{data}"))


class Oracle(HTMLParser):
    """The standard library's reader, telling the same."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.heard = Heard()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.heard.start(tag, {name: value or "" for name, value in reversed(attrs)})

    def handle_endtag(self, tag: str) -> None:
        self.heard.end(tag)

    def handle_data(self, data: str) -> None:
        self.heard.text(data)


def heard(page: str) -> list[tuple[str, object]]:
    reader = Heard()
    markup.read(page, reader)
    return reader.all


_words = st.text(st.sampled_from("ab <>&\"'=/中é;#1\n"), max_size=12)
_attribute = st.builds(
    lambda name, value, quote: f" {name}" if value is None else f" {name}={quote}{escape(value)}{quote}",
    st.sampled_from(["id", "CLASS", "data-x", "hidden"]), st.none() | _words, st.sampled_from("\"'"),
)  # fmt: skip
_piece = st.one_of(
    _words.map(escape),
    st.builds(lambda tag, given: f"<{tag}{''.join(given)}>", st.sampled_from(["p", "DIV", "br", "h1"]),
              st.lists(_attribute, max_size=2)),
    st.sampled_from(["</p>", "</div >", "<br/>", "<!-- a > b -->", "<!DOCTYPE html>", "<?xml version='1.0'?>", "&nbsp;",
                     "<script>if (a < b) { '</p>' }</script>", "<style>p > a {}</STYLE>"]),
)  # fmt: skip


@given(st.lists(_piece, max_size=12))
def test_markup_that_is_whole_is_read_as_the_standard_library_reads_it(pieces: list[str]) -> None:
    page = "".join(pieces)
    oracle = Oracle()
    oracle.feed(page)
    oracle.close()
    assert heard(page) == oracle.heard.all


@given(st.text(st.sampled_from("ab<>/!-?&=\"' \nscript"), max_size=60))
def test_nothing_that_a_stranger_writes_is_an_error(page: str) -> None:
    markup.read(page, Heard())


@pytest.mark.parametrize("page", ["a<b", 'a<b c="', "a<b c='>d", "a<!-- b", "a<!b", "a<?b", "a</b"])
def test_what_has_no_end_reaches_to_the_end_of_the_text(page: str) -> None:
    assert heard(page) == [("text", "a")]


def test_signs_that_begin_no_tag_are_text_and_a_number_of_no_character_stays_as_written() -> None:
    assert heard("1 < 2 <3 &lt;b&gt;") == [("text", "1 < 2 <3 <b>")]
    huge = f"&#{'9' * 5_000};"
    assert heard(huge) == [("text", huge)]


HOSTILE = [
    "<!--",
    "<a ",
    "<a x='",
    '<a x="',
    "</a ",
    "<![CDATA[",
    "<!a ",
    "<?",
    "<script></",
    "<",
    "<a><",
    "&#9",
    "<div>",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_reading_takes_time_that_grows_with_the_length_alone(piece: str) -> None:
    def spent(many: int) -> float:
        started = time.process_time()
        markup.read(piece * many, Heard())
        return time.process_time() - started

    assert spent(40_000) < 10 * spent(10_000) + 0.1  # 16 times if it grew with the square
