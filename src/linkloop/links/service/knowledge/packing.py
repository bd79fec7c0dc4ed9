"""Packing: the index as bytes and back, so that a start need not read every article anew."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from linkloop.commerce.knowledge import Article, ArticleVectors, FindingGate
from linkloop.links.service.knowledge.index import Document, Grown, Index
from linkloop.links.service.knowledge.postings import Array, Field, Segment

GROWN = {
    "since": np.int64, "until": np.int64, "valid_from": np.int64, "valid_until": np.int64, "rank": np.int64,
    "told": np.int32, "kinds": np.int8, "languages": np.int64,
}  # fmt: skip
_SEGMENT = (("codes", np.int64), ("starts", np.int64), ("docs", np.int32), ("times", np.uint8), ("lengths", np.int32))


class PackedField(msgspec.Struct, frozen=True):
    """One field: the codes of all documents one after another, how many each has, and its segments."""

    lengths: bytes
    forward: bytes
    segments: list[tuple[int, list[bytes]]]


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """An index, with the vectors and gates that belong to it, by offset."""

    articles: list[Article]
    which: bytes  # of each document: its article, its place in it
    parts: list[str]
    titles: list[str]
    texts: list[str]
    asked: list[str]
    current: dict[str, list[int]]
    changes: list[int]
    grown: dict[str, bytes]
    fields: dict[str, PackedField]
    vectors: list[tuple[int, ArticleVectors]]
    gates: list[tuple[int, FindingGate]]


def pack(
    index: Index, vectors: Sequence[tuple[int, ArticleVectors]], gates: Sequence[tuple[int, FindingGate]]
) -> bytes:
    """An index as bytes."""
    number: dict[int, int] = {}
    articles: list[Article] = []
    which = np.empty((len(index.documents), 2), np.int64)
    for n, document in enumerate(index.documents):
        if id(document.article) not in number:
            number[id(document.article)] = len(articles)
            articles.append(document.article)
        which[n] = number[id(document.article)], document.number
    return msgspec.msgpack.encode(
        Packed(
            articles=articles, which=which.tobytes(), parts=[document.text for document in index.documents],
            titles=index.titles, texts=index.texts, asked=index.asked, current=index.current, changes=index.changes,
            grown={name: getattr(index, name).all.tobytes() for name in GROWN},
            fields={name: _packed(field) for name, field in index.fields.items()},
            vectors=list(vectors), gates=list(gates),
        )
    )  # fmt: skip


def unpack(packed: bytes, index: Index) -> tuple[list[tuple[int, ArticleVectors]], list[tuple[int, FindingGate]]]:
    """Fill an empty index, and give the vectors and gates. Raises ValueError for what is no packed index of ours."""
    found = msgspec.msgpack.decode(packed, type=Packed)
    which = np.frombuffer(found.which, np.int64).reshape(-1, 2).tolist()
    documents = [Document(found.articles[n], place, part) for (n, place), part in zip(which, found.parts, strict=True)]
    if found.fields.keys() != index.fields.keys() or found.grown.keys() != GROWN.keys():
        raise ValueError("other fields")
    index.documents, index.titles, index.texts, index.asked = documents, found.titles, found.texts, found.asked
    index.current, index.changes = found.current, found.changes
    for name, kind in GROWN.items():
        grown = Grown(kind)
        grown.add(np.frombuffer(found.grown[name], kind))
        if grown.size != len(documents):
            raise ValueError(f"{name} is not of every document")
        setattr(index, name, grown)
    for name, field in found.fields.items():
        _unpacked(field, index.fields[name])
    return found.vectors, found.gates


def _packed(field: Field) -> PackedField:
    forward = np.concatenate([*field.forward, np.empty(0, np.uint32)]).astype(np.uint32)
    counts = np.array([len(codes) for codes in field.forward], np.int32)
    segments = [(one.first, [getattr(one, name).tobytes() for name, _ in _SEGMENT]) for one in field.segments]
    return PackedField(counts.tobytes(), forward.tobytes(), segments)


def _unpacked(packed: PackedField, field: Field) -> None:
    field.lengths = np.frombuffer(packed.lengths, np.int32)
    forward: Array = np.frombuffer(packed.forward, np.uint32)
    ends = np.cumsum(field.lengths).tolist()
    field.forward = [forward[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    for first, parts in packed.segments:
        arrays: list[Array] = [np.frombuffer(raw, kind) for raw, (_, kind) in zip(parts, _SEGMENT, strict=True)]
        field.segments.append(Segment(first, *arrays))
