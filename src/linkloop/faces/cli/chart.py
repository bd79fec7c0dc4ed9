"""Chart: the map of who hears what as Mermaid, Graphviz DOT and SVG."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from linkloop.faces.cli.words import say

if TYPE_CHECKING:
    from linkloop.engine.wiring import Edge

ROW, TOP = 26, 56
SPEAKERS, WORDS, HEARERS = 20, 300, 600  # x of the three columns
BOX = {SPEAKERS: 120, WORDS: 200, HEARERS: 120}


class Word(NamedTuple):
    """An event or action, with everyone who says it and everyone who hears it."""

    name: str
    how: str
    speakers: tuple[str, ...]
    hearers: tuple[str, ...]


def by_word(edges: Sequence[Edge]) -> list[Word]:
    """The map, one entry per word, in the order of the words' names."""
    found: dict[str, tuple[str, set[str], set[str]]] = {}
    for edge in edges:
        _, speakers, hearers = found.setdefault(edge.word, (edge.how, set(), set()))
        speakers.add(speaker_of(edge))
        hearers.add(edge.hearer)
    return [
        Word(name, how, tuple(sorted(speakers - {""})), tuple(sorted(hearers - {""})))
        for name, (how, speakers, hearers) in sorted(found.items())
    ]


def speaker_of(edge: Edge) -> str:
    """Who says a word; an action that no link decides is what a person takes another back by."""
    return edge.speaker or (say("map.person") if edge.how == "action" else "")


def mermaid(edges: Sequence[Edge]) -> str:
    """A flowchart: a box per speaker and hearer, an arrow per pair with all that passes along it; actions dotted."""
    pairs: dict[tuple[str, str, bool], list[str]] = {}
    for edge in edges:
        pairs.setdefault((speaker_of(edge), edge.hearer, edge.how == "action"), []).append(edge.word)
    names = sorted({name for speaker, hearer, _ in pairs for name in (speaker, hearer)})
    lines = ["flowchart LR"]
    lines += [f'  {_id(name)}["{_label(name)}"]' for name in names]
    for (speaker, hearer, action), words in sorted(pairs.items()):
        arrow = "-.->" if action else "-->"
        lines.append(f'  {_id(speaker)} {arrow}|"{"<br/>".join(sorted(set(words)))}"| {_id(hearer)}')
    return "\n".join(lines)


def dot(edges: Sequence[Edge]) -> str:
    """A directed graph in Graphviz's language."""
    lines = ["digraph linkloop {", "  rankdir=LR;", '  node [shape=box, style=rounded, fontname="sans-serif"];']
    names = sorted({name for edge in edges for name in (speaker_of(edge), edge.hearer)})
    lines += [f'  {_id(name)} [label="{_label(name)}"];' for name in names]
    for edge in sorted(edges, key=lambda e: (speaker_of(e), e.word, e.hearer)):
        style = ", style=dashed" if edge.how == "action" else ""
        lines.append(f'  {_id(speaker_of(edge))} -> {_id(edge.hearer)} [label="{edge.word}"{style}];')
    return "\n".join([*lines, "}"])


def svg(edges: Sequence[Edge]) -> str:
    """Three columns, speakers, words, hearers, joined by curves; readable on light and dark pages."""
    words = by_word(edges)
    rows = {word.name: TOP + n * ROW for n, word in enumerate(words)}
    height = TOP + len(words) * ROW + 10
    places = {
        SPEAKERS: _spread([name for word in words for name in word.speakers or ("",)], height),
        HEARERS: _spread([name for word in words for name in word.hearers or ("",)], height),
    }
    curves, boxes = [], []
    for word in words:
        for column, names in ((SPEAKERS, word.speakers or ("",)), (HEARERS, word.hearers or ("",))):
            for name in names:
                curves.append(_curve(column, places[column][name], rows[word.name], word.how))
        boxes.append(_box(WORDS, rows[word.name], word.name, word.how))
    for column, names in places.items():
        boxes += [_box(column, y, _label(name), "who") for name, y in names.items()]
    titles = [
        f'<text class="title" x="{x + BOX[x] / 2}" y="24">{escape(say(f"map.{name}"))}</text>'
        for x, name in ((SPEAKERS, "speakers"), (WORDS, "word"), (HEARERS, "hearers"))
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 740 {height}" role="img" '
            f'aria-label="{escape(say("map.title"))}">',
            _STYLE,
            *titles,
            *curves,
            *boxes,
            "</svg>",
        ]
    )


_STYLE = """<style>
text { font: 12px system-ui, "Noto Sans CJK SC", sans-serif; fill: #1f2937 }
text { text-anchor: middle; dominant-baseline: central }
text.title { font-weight: 600 }
rect { fill: #f8fafc; stroke: #94a3b8; rx: 6px }
rect.action { fill: #fff7ed; stroke: #ea580c; stroke-dasharray: 4 2 }
rect.event { fill: #eff6ff; stroke: #2563eb }
path { fill: none; stroke: #2563eb; stroke-opacity: .45; stroke-width: 1.2 }
path.action { stroke: #ea580c; stroke-dasharray: 4 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #e5e7eb } rect { fill: #1f2937 } rect.action { fill: #431407 } rect.event { fill: #172554 }
}
</style>"""


def _spread(names: list[str], height: int) -> dict[str, float]:
    """Names down a column, in the order of their first word, evenly."""
    unique = list(dict.fromkeys(names))
    step = (height - TOP) / max(1, len(unique))
    return {name: TOP + step * n + (step - ROW) / 2 for n, name in enumerate(unique)}


def _curve(column: int, y: float, word_y: float, how: str) -> str:
    left, right = (SPEAKERS + BOX[SPEAKERS], WORDS) if column == SPEAKERS else (WORDS + BOX[WORDS], HEARERS)
    one, other = (y, word_y) if column == SPEAKERS else (word_y, y)
    middle = (left + right) / 2
    ends = f"{one + 10:.1f}", f"{other + 10:.1f}"
    return f'<path class="{how}" d="M{left} {ends[0]} C{middle} {ends[0]} {middle} {ends[1]} {right} {ends[1]}"/>'


def _box(x: int, y: float, label: str, how: str) -> str:
    return (
        f'<rect class="{how}" x="{x}" y="{y:.1f}" width="{BOX[x]}" height="20"/>'
        f'<text x="{x + BOX[x] / 2}" y="{y + 10:.1f}">{escape(label)}</text>'
    )


def _id(name: str) -> str:
    return "n_" + re.sub(r"\W", "_", name) if name else "n_nobody"


def _label(name: str) -> str:
    return name or say("map.nobody")
