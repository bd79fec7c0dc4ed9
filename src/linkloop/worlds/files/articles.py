"""Articles from files: Markdown, text, HTML and CSV; a file that cannot be one is named, and stops no other."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import get_args

import msgspec

from linkloop.commerce.knowledge import Article, ArticleKind
from linkloop.core.errors import LinkloopError, NotFound
from linkloop.core.text import Text
from linkloop.worlds.files.html_text import cleaned, words_of

MOST_BYTES = 2_000_000
MOST_FILES = 20_000
LONGEST_TITLE, LONGEST_BODY = 300, 100_000
MOST_ASKED, LONGEST_ASKED = 200, 200
KINDS: tuple[str, ...] = get_args(ArticleKind)
SUFFIXES = (".md", ".markdown", ".txt", ".html", ".htm", ".csv")
_COLUMNS: dict[str, tuple[str, ...]] = {
    "article_id": ("article_id", "id", "编号"),
    "title": ("title", "question", "标题", "问题", "name"),
    "body": ("body", "answer", "text", "content", "正文", "答案", "内容", "回答"),
    "kind": ("kind", "type", "类型"),
    "language": ("language", "lang", "语言"),
    "topic": ("topic", "category", "主题", "分类"),
    "asked": ("asked", "questions", "similar_questions", "相似问", "相似问法", "问法", "其他问法"),
    "url": ("url", "link", "链接", "网址"),
    "valid_from": ("valid_from", "生效日期"),
    "valid_until": ("valid_until", "expires", "失效日期", "有效期至"),
}
_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)


class Bad(msgspec.Struct, frozen=True):
    """What could not be taken: the file, with its line where it has lines, and why."""

    where: str
    says: Text
    todo: Text


class Found(msgspec.Struct, frozen=True):
    """Articles that were read, and what could not be."""

    articles: tuple[Article, ...]
    bad: tuple[Bad, ...]


def read_path(path: Path) -> Found:
    """The articles of a file, or of all files below a folder. Raises NotFound `articles.none`."""
    if not path.exists():
        raise NotFound(
            "articles.none",
            Text(en=f"{path} is not there", zh=f"{path} 不存在"),
            Text(en="Name a file, a folder or a URL.", zh="请给出文件、文件夹或网址。"),
            where=str(path),
        )
    files = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
    root = path if path.is_dir() else path.parent
    articles: dict[str, Article] = {}
    bad: list[Bad] = []
    for file in files[:MOST_FILES]:
        try:
            if file.is_symlink() and not file.resolve().is_relative_to(root.resolve()):
                raise _bad("outside", "it points outside of the folder", "它指向文件夹之外", str(file))
            if file.stat().st_size > MOST_BYTES:
                raise _bad("large", f"more than {MOST_BYTES:,} bytes", f"超过 {MOST_BYTES:,} 字节", str(file))
            for one in from_bytes(file.relative_to(root).as_posix(), file.read_bytes()):
                if isinstance(one, Bad):
                    bad.append(one)
                elif one.article_id in articles and articles[one.article_id] != one:
                    key = one.article_id
                    told = _bad("twice", f"the id {key} came before", f"编号 {key} 重复", str(file))
                    bad.append(Bad(told.where, told.text, told.todo))
                else:
                    articles[one.article_id] = one
        except LinkloopError as error:
            bad.append(Bad(error.where, error.text, error.todo))
        except OSError as error:
            told = _bad("unread", str(error), f"无法读取：{error}", str(file))
            bad.append(Bad(told.where, told.text, told.todo))
    if len(files) > MOST_FILES:
        told = _bad("many", f"only the first {MOST_FILES:,} files", f"只读取前 {MOST_FILES:,} 个文件", str(path))
        bad.append(Bad(told.where, told.text, told.todo))
    return Found(tuple(articles.values()), tuple(bad))


def from_bytes(name: str, body: bytes) -> Iterator[Article | Bad]:
    """The articles of one file by its name. Raises LinkloopError `articles.…` that names the file."""
    text = decoded(name, body)
    suffix = Path(name).suffix.lower()
    if suffix == ".csv":
        yield from from_csv(name, text)
    elif suffix in (".html", ".htm"):
        title, words, language = words_of(text)
        yield made(name, {"title": title, "body": words, "language": language})
    else:
        yield from_markdown(name, text)


def decoded(name: str, body: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, or GB 18030. Raises LinkloopError `articles.encoding`."""
    if b"\x00" in body[:4096] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _bad("encoding", "it is not text", "不是文本文件", name)
    for encoding in ("utf-16",) if body.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _bad("encoding", "its characters cannot be read", "无法识别字符编码", name)


def from_markdown(name: str, text: str) -> Article:
    """One article: fields between two `---` lines, the title from them, the first heading, or the file's name."""
    fields: dict[str, str] = {}
    if front := _FRONT.match(text):
        for line in front[1].splitlines():
            key, found, value = line.partition(":")
            if found:
                fields[key.strip().lower()] = value.strip().strip("\"'")
        text = text[front.end() :]
    text = text.replace("\r\n", "\n").lstrip("\n")
    first, _, rest = text.partition("\n")
    if "title" not in fields and (heading := _heading(first)):
        fields["title"], text = heading, rest
    return made(name, {"title": Path(name).stem.replace("-", " ").replace("_", " "), **fields, "body": text})


def _heading(line: str) -> str:
    """The words of a Markdown line that is a heading of the first level, else nothing."""
    words = line[1:].strip() if line[:1] == "#" and line[1:2].isspace() else ""
    bare = words.rstrip("#")
    return bare.strip() if bare[-1:].isspace() or not bare else words


def from_csv(name: str, text: str) -> Iterator[Article | Bad]:
    """One article a row. Raises LinkloopError `articles.columns` when the title or the body has no column."""
    sample = text[:4096]
    separator = max(",;\t", key=sample.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=separator)
    try:
        headers = [(header or "").strip().casefold() for header in reader.fieldnames or ()]
        names = {field: next((n for n in names if n in headers), "") for field, names in _COLUMNS.items()}
        if not names["title"] or not names["body"]:
            raise _bad("columns", "no column for the title and the body (title, body; question, answer)",
                       "缺少标题列和正文列（title、body；问题、答案）", name)  # fmt: skip
        for row in reader:
            given = {(key or "").strip().casefold(): value for key, value in row.items() if isinstance(value, str)}
            where = f"{name}:{reader.line_num}"
            try:
                yield made(where, {field: given.get(column, "") for field, column in names.items() if column})
            except LinkloopError as error:
                yield Bad(error.where, error.text, error.todo)
    except csv.Error as error:
        raise _bad("csv", f"line {reader.line_num}: {error}", f"第 {reader.line_num} 行：{error}", name) from error


def made(where: str, fields: dict[str, str]) -> Article:
    """An article of checked fields. Raises LinkloopError `articles.…` that names where it came from."""
    title, body = " ".join(cleaned(fields.get("title", "")).split()), cleaned(fields.get("body", ""))
    if not title or not body:
        raise _bad("empty", "it has no title or no text", "没有标题或正文", where)
    if len(title) > LONGEST_TITLE or len(body) > LONGEST_BODY:
        raise _bad("long", f"title over {LONGEST_TITLE} or text over {LONGEST_BODY:,} characters",
                   f"标题超过 {LONGEST_TITLE} 字或正文超过 {LONGEST_BODY:,} 字", where)  # fmt: skip
    kind = fields.get("kind", "").strip().lower() or "help"
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise _bad("kind", f"kind {kind!r} is none of {known}", f"类型 {kind!r} 应为 {known} 之一", where)
    url = fields.get("url", "").strip()
    if url and not re.match(r"https?://[^\s<>\"']+\Z", url):
        raise _bad("url", "its url is not http or https", "链接不是 http 或 https", where)
    asked = questions(fields.get("asked", ""))
    if len(asked) > MOST_ASKED or any(len(one) > LONGEST_ASKED for one in asked):
        raise _bad("asked", f"more than {MOST_ASKED} questions, or one over {LONGEST_ASKED} characters",
                   f"问法超过 {MOST_ASKED} 条，或有一条超过 {LONGEST_ASKED} 字", where)  # fmt: skip
    language = fields.get("language", "").strip().lower()
    checked: ArticleKind = kind  # type: ignore[assignment]
    return Article(
        article_id=fields.get("article_id") or fields.get("id") or key_of_place(re.sub(r":\d+\Z", "", where), title),
        kind=checked, title=title, body=body, topic=fields.get("topic", "").strip(), url=url, source=where,
        asked=asked, language=language or ("zh" if re.search(r"[\u4e00-\u9fff]", title + body[:500]) else "en"),
        valid_from=moment(fields.get("valid_from", ""), where),
        valid_until=moment(fields.get("valid_until", ""), where),
    )  # fmt: skip


def questions(text: str) -> tuple[str, ...]:
    """The questions of a field, one a line or between `|`, each once."""
    found = (" ".join(cleaned(one).split()) for one in re.split(r"[|｜\r\n]+", text))
    return tuple(dict.fromkeys(one for one in found if one))


def key_of_place(where: str, title: str) -> str:
    """The id of an article that names none: from its file and its title, the same at every import."""
    place = f"{where}\x1f{title}".encode("utf-8", "replace")
    return f"doc-{blake2b(place, digest_size=8).hexdigest()}"


def moment(value: str, where: str) -> datetime | None:
    """A day or a moment in ISO 8601; a day begins at midnight UTC. Raises LinkloopError `articles.date`."""
    if not value.strip():
        return None
    try:
        found = datetime.fromisoformat(value.strip().replace("/", "-"))
    except ValueError as error:
        raise _bad("date", f"{value!r} is no date (2026-12-31)", f"{value!r} 不是日期（2026-12-31）", where) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _bad(code: str, en: str, zh: str, where: str) -> LinkloopError:
    return LinkloopError(
        f"articles.{code}",
        Text(en=en, zh=zh),
        Text(en="Correct this one and import again; the others came in.", zh="请更正后重新导入；其余内容已导入。"),
        where=where,
    )
