"""Knowledge: articles and policies that answers rest on, and how they are found."""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from linkloop.core.event import Event
from linkloop.core.question import Question
from linkloop.core.table import Table
from linkloop.core.text import Text

ArticleKind = Literal["help", "policy", "answer", "product"]


class Article(Table, frozen=True, kw_only=True, gc=False):
    """One article, policy or kept answer. `topic` groups what must not contradict itself; text is Markdown; `asked` are
    questions in customers' own words that it answers."""

    __table__: ClassVar[str] = "articles"
    __key__: ClassVar[tuple[str, ...]] = ("article_id",)
    __index__: ClassVar[tuple[str, ...]] = ("topic",)

    article_id: str
    kind: ArticleKind = "help"
    title: str
    body: str
    language: str = ""
    topic: str = ""
    asked: tuple[str, ...] = ()
    url: str = ""
    source: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    updated_at: datetime | None = None
    withdrawn: bool = False


class ArticleVectors(Table, frozen=True, kw_only=True, gc=False):
    """Where one version of an article lies in an encoder's space: `values` are its passages' and then its questions',
    one after another, each of `size` signed bytes; `digest` is that of the title, text and questions."""

    __table__: ClassVar[str] = "article_vectors"
    __key__: ClassVar[tuple[str, ...]] = ("article_id", "encoder")

    article_id: str
    encoder: str
    digest: str
    size: int
    values: bytes


class FindingGate(Table, frozen=True, kw_only=True, gc=False):
    """Whether what a shop learned from questions whose article is known takes part in finding articles: how often the
    right one came first of those held out, without it and with it, and the weights that did it. With an `encoder` that
    is its vectors beside the words, compared as seen from `centre` (signed bytes, one a dimension); without, how much
    the known questions count."""

    __table__: ClassVar[str] = "finding_gates"
    __key__: ClassVar[tuple[str, ...]] = ("encoder",)

    encoder: str
    open: bool
    questions: int
    first_without: float
    first_with: float
    order: tuple[float, ...] = ()
    answers: tuple[float, ...] = ()
    at: datetime
    centre: bytes = b""


class ArticleChanged(Event, frozen=True, kw_only=True, gc=False):
    """An article came, changed or was withdrawn."""

    __about__: ClassVar[str] = "article_id"

    article_id: str
    by: str = ""


class ArticleProblem(Table, frozen=True, kw_only=True, gc=False):
    """What is wrong with an article: out of date, contradicted by another, or never found by those who asked."""

    __table__: ClassVar[str] = "article_problems"
    __key__: ClassVar[tuple[str, ...]] = ("article_id", "kind", "other_id")
    __index__: ClassVar[tuple[str, ...]] = ("article_id",)

    article_id: str
    kind: Literal["stale", "contradicts", "unused"]
    other_id: str = ""
    says: Text
    found_at: datetime
    over: bool = False


class ArticleUse(Table, frozen=True, kw_only=True, gc=False):
    """When an answer or a draft first rested on an article, and when last, to the day."""

    __table__: ClassVar[str] = "article_uses"
    __key__: ClassVar[tuple[str, ...]] = ("article_id",)

    article_id: str
    first_at: datetime
    last_at: datetime


class Passage(msgspec.Struct, frozen=True, gc=False):
    """A part of an article that was found, with its score as a calibrated probability (0 to 1) that it answers."""

    article_id: str
    title: str
    text: str
    score: float
    kind: ArticleKind = "help"
    url: str = ""


class Passages(msgspec.Struct, frozen=True):
    """What was found, best first."""

    passages: tuple[Passage, ...] = ()


class Embedding(msgspec.Struct, frozen=True, gc=False):
    """The direction of a text in an encoder's space, a signed byte a dimension; no encoder: there is none."""

    encoder: str = ""
    values: bytes = b""


class Embed(Question[Embedding], frozen=True, kw_only=True):
    """Which direction does this text have in the space of an encoder?"""

    text: str


class Retrieve(Question[Passages], frozen=True, kw_only=True):
    """Which passages answer this text? Only articles that are valid at `at` count; `near` is the text's direction,
    where an encoder gave one."""

    text: str
    at: datetime
    language: str = ""
    kinds: tuple[ArticleKind, ...] = ()
    limit: int = 5
    near: Embedding = Embedding()


class GraphRows(msgspec.Struct, frozen=True):
    """Rows of a SPARQL SELECT, as text by variable."""

    rows: tuple[dict[str, str], ...] = ()


class AskGraph(Question[GraphRows], frozen=True, kw_only=True):
    """Rows of a SPARQL SELECT over products, parts, compatibility, orders, parcels and policies (schema.org terms).

    `$name` in the query is replaced by the literal or IRI of that name in `given`, escaped.
    """

    sparql: str
    given: dict[str, str] = {}


class KnowledgeGap(Table, frozen=True, kw_only=True, gc=False):
    """A question that no article answered, kept by its kind, for whoever writes the articles."""

    __table__: ClassVar[str] = "knowledge_gaps"
    __key__: ClassVar[tuple[str, ...]] = ("gap_id",)

    gap_id: str
    intent: str = ""
    example: str
    asked: int = 1
    last_at: datetime
    closed: bool = False
