"""Asking the graph: what a SPARQL query may be, and how the values that are given are put into it."""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode

from linkloop.core.errors import Refused
from linkloop.core.text import Text
from linkloop.links.service.knowledge.triples import SCHEMA, node

LONGEST = 4000  # signs of a query
PREFIXES = {"schema": SCHEMA, "": "urn:linkloop:term:"}
NOUNS = ("product", "order", "customer", "parcel", "category", "supplier", "article")
# Strings, IRIs and comments say nothing about what a query does.
_QUIET = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>"{}|^`\s]*>|#[^\n]*',
    re.DOTALL,
)
_PLACES = re.compile(_QUIET.pattern + r"|\$(?P<name>\w+)", re.DOTALL)
_WORD = re.compile(r"[?$]?[A-Za-z_][\w-]*(?!\w*:)")
_FORBIDDEN = {"SERVICE", "FROM", "GRAPH", "CONSTRUCT", "DESCRIBE", "INSERT", "DELETE", "LOAD"}
_ALL = re.compile(r"SELECT\s+(?:DISTINCT\s+|REDUCED\s+)?\*|COUNT\s*\(\s*\*", re.IGNORECASE)
# A path without end, `schema:isSimilarTo+` or `(a/b)*`, may walk the whole graph from every node.
_ENDLESS = re.compile(r"(?:[\w>:)-])\s*[+*](?=\s*[?$<\w\"'/|)_:-])")


# Both spellings of the namespace are in use; the graph holds one.
_SECURE = "https://schema.org/"
_OWN = re.compile(
    r"(?:schema:|schema\.org/)(?:Order|OrderItem|ParcelDelivery|Person|order[A-Z]\w*|partOfOrder|deliveryStatus)\b"
)
_VARIABLE = re.compile(r"[?$](\w+)")
# What may stand between two patterns that share nothing; a filter compares, it does not join.
_BETWEEN = re.compile(r"[{}]|\.(?=\s|$|[?$_{}])|\b(?:UNION|OPTIONAL|MINUS|VALUES|BIND|WHERE)\b", re.IGNORECASE)
_FILTER = re.compile(r"\bFILTER\b[^()]*", re.IGNORECASE)


def checked(query: str) -> bool:
    """Whether a query orders its rows. Raises Refused `graph.query` for what is not one plain, bounded SELECT."""
    if len(query) > LONGEST:
        raise _refused(f"longer than {LONGEST} characters", f"超过 {LONGEST} 个字符")
    bare = _QUIET.sub(" _ ", query)
    words = [word.upper() for word in _WORD.findall(bare)]
    if bad := sorted(_FORBIDDEN & set(words)):
        raise _refused(f"it uses {', '.join(bad)}", f"使用了 {'、'.join(bad)}")
    if "SELECT" not in words:
        raise _refused("it is not a SELECT", "不是 SELECT 查询")
    if _ENDLESS.search(_ALL.sub(" ", bare)):
        raise _refused("it follows a path without end", "包含无限长度的路径")
    if _apart(bare):
        raise _refused("it pairs things that share no variable", "查询中的模式之间没有共同变量")
    ordered = "ORDER" in words
    if "LIMIT" in words and not ordered:
        raise _refused("LIMIT without ORDER BY gives other rows each time", "LIMIT 必须与 ORDER BY 一起使用")
    return ordered


def own(query: str) -> bool:
    """Whether a query speaks of orders, their lines, parcels or customers."""
    return _OWN.search(query) is not None


def of_whom() -> Refused:
    """Orders and parcels are looked up for somebody, never for all."""
    return _refused(
        "orders and parcels are looked up for one customer or order; give customer_id or order_id",
        "订单与包裹须指定客户或订单；请提供 customer_id 或 order_id",
    )


def _apart(bare: str) -> bool:
    """Whether patterns share no variable, directly or by others: every one would be paired with every other."""
    body = _unfiltered(bare.partition("{")[2].rpartition("}")[0])
    together: list[set[str]] = []
    for piece in _BETWEEN.split(body):
        names = set(_VARIABLE.findall(piece))
        if not names or re.match(r"\s*SELECT\b", piece, re.IGNORECASE):
            continue
        touched = [group for group in together if group & names]
        together = [group for group in together if not group & names]
        together.append(names.union(*touched))
    return len(together) > 1


def _unfiltered(text: str) -> str:
    """A query's body without its filters, each up to the bracket that closes it."""
    kept, at = [], 0
    while found := _FILTER.search(text, at):
        kept.append(text[at : found.start()])
        at, depth = found.end(), 0
        while at < len(text):
            depth += (text[at] in "({") - (text[at] in ")}")
            at += 1
            if depth <= 0:
                break
    return " . ".join((*kept, text[at:]))


def filled(query: str, given: dict[str, str]) -> str:
    """The query with every `$name` outside of strings, IRIs and comments replaced by its value as a term, escaped.

    Raises Refused `graph.query` for a name that is not given: as a variable it would stand for anything.
    """

    def put(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return match[0]
        if name not in given:
            raise _refused(f"${name} is not given", f"没有给出 ${name}")
        return str(as_term(name, given[name]))

    return _PLACES.sub(put, query.replace(_SECURE, SCHEMA))


def as_term(name: str, value: str) -> NamedNode | Literal:
    """A value as a term: one named after a thing (`product`, `order_id`) is its IRI, any other a literal."""
    noun = name.removesuffix("_id")
    value = value.encode("utf-8", "replace").decode()
    return node(noun, value) if noun in NOUNS else Literal(value)


def _refused(en: str, zh: str) -> Refused:
    return Refused(
        "graph.query",
        Text(en=f"this query is not answered: {en}", zh=f"不执行该查询：{zh}"),
        Text(en="Write one SELECT over schema.org terms.", zh="请使用 schema.org 词汇写一个 SELECT 查询。"),
    )


def broken(problem: str) -> Refused:
    """The query cannot be read."""
    return _refused(problem, problem)
