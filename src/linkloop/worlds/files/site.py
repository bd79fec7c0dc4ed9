"""Articles from a site map: pages are fetched politely, within limits, and never from inside one's own network."""

from __future__ import annotations

import gzip
import io
import ipaddress
import re
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpx

from linkloop.commerce.knowledge import Article
from linkloop.core.errors import LinkloopError, Refused
from linkloop.core.markup import plain
from linkloop.core.text import Text
from linkloop.worlds.files.articles import Bad, Found, made
from linkloop.worlds.files.html_text import words_of

AGENT = "linkloop-knowledge"
MOST_PAGES, MOST_BYTES, MOST_MAP = 500, 2_000_000, 5_000_000
EACH_S, ALL_S = 10.0, 300.0
HOPS = 3
LONGEST_URL = 2_048  # of sitemaps.org
_CHARSET = re.compile(rb"""<meta[^<>]{0,200}charset\s{0,9}=\s{0,9}["']?([\w-]{1,40})""", re.IGNORECASE)
# Pictures, videos and news of a page have places of their own in a map; they are no pages.
_LOC = re.compile(r"<(?:(?!image:|video:|news:)\w{1,40}:)?loc(?:\s[^<>]{0,200})?>")


class Site:
    """One import from one host. `private` allows this very host to be in one's own network, and no other: a help centre
    that lives there must not lead to what else does."""

    def __init__(self, url: str, *, private: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self.url = url
        self.private = private
        self._until = clock() + ALL_S
        self._clock = clock
        self._robots: RobotFileParser | None = None
        self._client = httpx.Client(timeout=EACH_S, trust_env=False, headers={"User-Agent": AGENT})

    def read(self) -> Found:
        """The articles of all pages that the site map names, or of the one page that the URL is.

        Raises LinkloopError `site.…` when the URL itself cannot be read.
        """
        with self._client:
            self._robots = self._rules()
            first, kind = self._get(self.url, MOST_MAP)
            articles: dict[str, Article] = {}
            bad: list[Bad] = []
            pages = self._pages(first, bad, depth=1) if _is_map(first) else [self.url]
            for page in pages[:MOST_PAGES]:
                try:
                    body, kind = (first, kind) if page == self.url else self._get(page, MOST_BYTES)
                    if kind not in ("text/html", "application/xhtml+xml", "text/plain", ""):
                        raise _refused("kind", f"it is {kind}, not a page", f"类型为 {kind}，不是网页", page)
                    title, words, language = words_of(body)
                    one = made(page, {"title": title, "body": words, "language": language, "url": page})
                    articles[one.article_id] = one
                except LinkloopError as error:
                    bad.append(Bad(page, error.text, error.todo))
            if len(pages) > MOST_PAGES:
                told = _refused("many", f"only the first {MOST_PAGES} pages", f"只读取前 {MOST_PAGES} 页", self.url)
                bad.append(Bad(self.url, told.text, told.todo))
            return Found(tuple(articles.values()), tuple(bad))

    def _pages(self, text: str, bad: list[Bad], depth: int) -> list[str]:
        """The pages of a site map, and of the maps that it names; only of its own host. A map that cannot be read
        stops no other."""
        host = urlsplit(self.url).hostname
        found: list[str] = []
        for raw in locations(text):
            if len(found) > MOST_PAGES or len(bad) > MOST_PAGES:
                break
            try:
                link = urljoin(self.url, plain(raw))
                if urlsplit(link).hostname != host:
                    continue
            except ValueError:  # such as a bracket that is left open
                told = _refused("scheme", "it is no URL", "不是有效网址", raw[:200])
                bad.append(Bad(told.where, told.text, told.todo))
                continue
            if "<sitemapindex" in text[:2000] and depth:
                try:
                    found += self._pages(self._get(link, MOST_MAP)[0], bad, depth - 1)
                except LinkloopError as error:
                    bad.append(Bad(link, error.text, error.todo))
            else:
                found.append(link)
        return list(dict.fromkeys(found))

    def _rules(self) -> RobotFileParser:
        self._address(self.url)
        parts = urlsplit(self.url)
        rules = RobotFileParser()
        try:
            rules.parse(self._get(f"{parts.scheme}://{parts.netloc}/robots.txt", 500_000, ruled=False)[0].splitlines())
        except LinkloopError as error:
            if error.code in ("site.private", "site.scheme", "site.unknown"):
                raise
            rules.parse([])  # a site without rules allows everything
        return rules

    def _get(self, url: str, most: int, *, ruled: bool = True) -> tuple[str, str]:
        """(text, media type) of a URL. Raises LinkloopError `site.…`."""
        for _ in range(HOPS + 1):
            if self._clock() > self._until:
                raise _refused("slow", f"the import took longer than {ALL_S:.0f} s", f"导入超过 {ALL_S:.0f} 秒", url)
            if ruled and self._robots is not None and not self._robots.can_fetch(AGENT, url):
                raise _refused("robots", "robots.txt does not allow it", "robots.txt 不允许抓取", url)
            target, host = self._address(url)
            try:
                secure = {"sni_hostname": urlsplit(url).hostname or ""}  # the certificate is that of the name
                with self._client.stream("GET", target, headers={"Host": host}, extensions=secure) as answer:
                    if answer.is_redirect:
                        url = urljoin(url, answer.headers.get("location", ""))
                        continue
                    if not answer.is_success:
                        raise _refused("status", f"it answers {answer.status_code}", f"返回 {answer.status_code}", url)
                    return self._text(answer, most, url), answer.headers.get("content-type", "").split(";")[0].strip()
            except (httpx.HTTPError, httpx.InvalidURL, zlib.error, ValueError) as error:
                raise _refused("unreachable", f"it cannot be reached: {error}", f"无法访问：{error}", url) from error
        raise _refused("hops", f"more than {HOPS} redirects", f"跳转超过 {HOPS} 次", url)

    def _text(self, answer: httpx.Response, most: int, url: str) -> str:
        body = bytearray()
        for part in answer.iter_bytes(65_536):  # as unpacked: a small answer may be large inside
            body += part
            if len(body) > most:
                raise _refused("large", f"more than {most:,} bytes", f"超过 {most:,} 字节", url)
            if self._clock() > self._until:
                raise _refused("slow", f"the import took longer than {ALL_S:.0f} s", f"导入超过 {ALL_S:.0f} 秒", url)
        data = bytes(body)
        if data[:2] == b"\x1f\x8b":
            try:
                with gzip.open(io.BytesIO(data)) as packed:
                    data = packed.read(most + 1)
            except (OSError, EOFError, zlib.error) as error:
                raise _refused("packed", f"it cannot be unpacked: {error}", f"无法解压：{error}", url) from error
            if len(data) > most:
                raise _refused("large", f"more than {most:,} bytes", f"超过 {most:,} 字节", url)
        named = _CHARSET.search(data[:2048])
        try:
            return data.decode(answer.charset_encoding or (named[1].decode() if named else "utf-8"), "replace")
        except LookupError:
            return data.decode("utf-8", "replace")

    def _address(self, url: str) -> tuple[str, str]:
        """The URL with the address in place of the name, checked and then used: a name cannot change in between."""
        try:
            parts = urlsplit(url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as error:
            raise _refused("scheme", "it is no URL", "不是有效网址", url) from error
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
            raise _refused("scheme", "only http and https, without a password", "只支持不含密码的 http 与 https", url)
        try:
            found = {info[4][0] for info in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)}
        except OSError as error:
            raise _refused("unknown", f"{parts.hostname} is not known", f"找不到 {parts.hostname}", url) from error
        addresses = sorted((ipaddress.ip_address(str(one).split("%")[0]) for one in found), key=lambda one: one.version)
        named = parts.hostname == urlsplit(self.url).hostname
        if not (self.private and named) and any(not _outside(one) for one in addresses):
            raise Refused(
                "site.private",
                Text(en=f"{parts.hostname} is inside your own network", zh=f"{parts.hostname} 属于内部网络"),
                Text(en="Allow it with --private if this is meant.", zh="确需访问请加 --private。")
                if named
                else Text(
                    en="A site may not lead there; name that address itself.",
                    zh="网站不得指向该地址；如需请直接导入该地址。",
                ),
                where=url,
            )
        one = addresses[0]
        name = f"[{one}]" if one.version == 6 else str(one)
        query = f"?{parts.query}" if parts.query else ""
        return f"{parts.scheme}://{name}:{port}{parts.path or '/'}{query}", parts.netloc


def _outside(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is on the public internet, also what is wrapped inside of it."""
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)


def locations(text: str) -> Iterator[str]:
    """What a site map names, in time that grows with its length alone; nothing without an end or too long."""
    at = 0
    while opened := _LOC.search(text, at):
        at = text.find("</", opened.end())
        if at < 0:
            return
        if at - opened.end() <= 2 * LONGEST_URL:
            found = text[opened.end() : at].strip().removeprefix("<![CDATA[").removesuffix("]]>").strip()
            if 0 < len(found) <= LONGEST_URL:
                yield found


def _is_map(text: str) -> bool:
    return "<urlset" in text[:2000] or "<sitemapindex" in text[:2000]


def _refused(code: str, en: str, zh: str, where: str) -> LinkloopError:
    todo = Text(en="Correct it and import again; the others came in.", zh="请更正后重新导入；其余内容已导入。")
    return LinkloopError(f"site.{code}", Text(en=en, zh=zh), todo, where=where)
