"""A site map is read over a real socket: politely, within limits, and never inside one's own network unless allowed."""

import gzip
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from linkloop.core.errors import LinkloopError, Refused
from linkloop.worlds.files import site as site_module
from linkloop.worlds.files.site import Site, _outside, locations

PAGE = "<html><head><title>{0}</title></head><body><p>Text of {0}.</p></body></html>"


@pytest.fixture
def web():
    pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            status, headers, body = pages.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    server.pages, server.asked = pages, asked
    server.home = f"http://127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()


def put(web, path, body, status=200, **headers):
    body = body.encode() if isinstance(body, str) else body
    web.pages[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def urls(web, *paths):
    locs = "".join(f"<url><loc>{web.home}{path}</loc></url>" for path in paths)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locs}</urlset>'


def test_pages_of_a_map_are_articles_and_each_bad_page_is_named(web):
    put(web, "/map.xml", urls(web, "/a", "/b", "/gone", "/image"), Content_Type="application/xml")
    put(web, "/a", PAGE.format("A"))
    put(web, "/b", PAGE.format("B"))
    put(web, "/image", b"\x89PNG", Content_Type="image/png")
    found = Site(f"{web.home}/map.xml", private=True).read()
    assert [(one.title, one.body, one.url) for one in found.articles] == [
        ("A", "Text of A.", f"{web.home}/a"), ("B", "Text of B.", f"{web.home}/b"),
    ]  # fmt: skip
    assert [(bad.where, bad.says.en) for bad in found.bad] == [
        (f"{web.home}/gone", "it answers 404"), (f"{web.home}/image", "it is image/png, not a page"),
    ]  # fmt: skip


def test_a_map_of_maps_and_a_packed_map_are_followed(web):
    index = f"<sitemapindex><sitemap><loc>{web.home}/one.xml.gz</loc></sitemap></sitemapindex>"
    put(web, "/map.xml", index, Content_Type="text/xml")
    put(web, "/one.xml.gz", gzip.compress(urls(web, "/a").encode()), Content_Type="application/gzip")
    put(web, "/a", PAGE.format("A"))
    assert [one.title for one in Site(f"{web.home}/map.xml", private=True).read().articles] == ["A"]


def test_one_page_without_a_map_is_one_article(web):
    put(web, "/a", PAGE.format("A"))
    assert [one.title for one in Site(f"{web.home}/a", private=True).read().articles] == ["A"]


def test_robots_txt_is_obeyed(web):
    put(web, "/robots.txt", "User-agent: *\nDisallow: /secret", Content_Type="text/plain")
    put(web, "/map.xml", urls(web, "/a", "/secret/b"))
    put(web, "/a", PAGE.format("A"))
    put(web, "/secret/b", PAGE.format("B"))
    found = Site(f"{web.home}/map.xml", private=True).read()
    assert [one.title for one in found.articles] == ["A"]
    assert [bad.says.en for bad in found.bad] == ["robots.txt does not allow it"]
    assert "/secret/b" not in web.asked


def test_what_is_inside_ones_own_network_is_not_asked(web):
    put(web, "/a", PAGE.format("A"))
    named = web.home.replace("127.0.0.1", "localhost")
    hidden = ("[::1]:1", "0.0.0.0", "169.254.169.254/latest/meta-data", "10.0.0.1", "[::ffff:127.0.0.1]")
    for url in (f"{web.home}/a", f"{named}/a", *(f"http://{one}" for one in hidden)):
        with pytest.raises(Refused, match=r"site\.private"):
            Site(url).read()
    assert web.asked == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/", "http://u:p@x.org/", "http://", "http://[", ""])
def test_only_http_without_a_password_is_read(url):
    with pytest.raises(LinkloopError, match=r"site\.scheme"):
        Site(url).read()


def test_a_redirect_is_checked_like_any_address(web, monkeypatch):
    put(web, "/a", "", 302, Location="http://169.254.169.254/latest")
    public = site_module._outside
    monkeypatch.setattr(site_module, "_outside", lambda one: str(one) == "127.0.0.1" or public(one))
    with pytest.raises(Refused, match=r"site\.private"):
        Site(f"{web.home}/a").read()


def test_redirects_without_end_and_what_is_too_large_are_refused(web, monkeypatch):
    put(web, "/round", "", 302, Location="/round")
    with pytest.raises(LinkloopError, match=r"site\.hops"):
        Site(f"{web.home}/round", private=True).read()
    monkeypatch.setattr(site_module, "MOST_MAP", 10_000)
    put(web, "/bomb", gzip.compress(b"x" * 5_000_000), Content_Encoding="gzip")
    with pytest.raises(LinkloopError, match=r"site\.large"):
        Site(f"{web.home}/bomb", private=True).read()
    put(web, "/packed", gzip.compress(b"x" * 5_000_000), Content_Type="application/gzip")
    with pytest.raises(LinkloopError, match=r"site\.large"):
        Site(f"{web.home}/packed", private=True).read()


def test_an_import_that_takes_too_long_ends(web):
    put(web, "/map.xml", urls(web, "/a", "/b"))
    put(web, "/a", PAGE.format("A"))
    ticks = iter([0.0, 1.0, 2.0, 2.0, 3.0, *[1e9] * 50])
    found = Site(f"{web.home}/map.xml", private=True, clock=lambda: next(ticks)).read()
    assert {bad.says.en for bad in found.bad} == {"the import took longer than 300 s"}


def test_pages_of_other_hosts_in_a_map_are_left_alone(web):
    put(web, "/map.xml", "<urlset><url><loc>http://169.254.169.254/x</loc></url></urlset>")
    found = Site(f"{web.home}/map.xml", private=True).read()
    assert (found.articles, found.bad) == ((), ())


def test_addresses_that_are_outside():
    from ipaddress import ip_address

    inside = ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "::1", "fe80::1", "fc00::1",
              "::ffff:10.0.0.1", "2002:7f00:1::", "224.0.0.1", "0.0.0.0"]  # fmt: skip
    assert [one for one in inside if _outside(ip_address(one))] == []
    assert _outside(ip_address("8.8.8.8"))
    assert _outside(ip_address("2606:4700:4700::1111"))


def spent(of, text):
    started = time.process_time()
    of(text)
    return time.process_time() - started


@pytest.mark.parametrize("piece", ["<loc>", "<loc> \n", "<loc><![CDATA[ ", "<a:loc>", "<loc", "</loc>"])
def test_a_hostile_map_is_read_in_time_that_grows_with_its_length_alone(piece):
    def of(text):
        return list(locations(f"<urlset>{text}"))

    assert spent(of, piece * 40_000) < 10 * spent(of, piece * 10_000) + 0.1  # 16 times if it grew with the square


def test_places_in_a_map_are_taken_as_written_and_pictures_are_no_pages():
    text = (
        "<urlset><url><loc>\n https://a.example/1?x=1&amp;y=2 </loc><image:image><image:loc>https://a.example/i.png"
        "</image:loc></image:image></url><s:url><s:loc><![CDATA[ https://a.example/2 ]]></s:loc></s:url><loc></loc>"
        f"<loc>https://a.example/{'x' * 3000}</loc><loc>https://a.example/3</loc><loc>never closed"
    )
    assert list(locations(text)) == ["https://a.example/1?x=1&amp;y=2", "https://a.example/2", "https://a.example/3"]


def test_a_map_that_cannot_be_read_stops_no_other(web):
    maps = "".join(f"<sitemap><loc>{one}</loc></sitemap>" for one in (f"{web.home}/gone.xml", "http://[", "/one.xml"))
    put(web, "/map.xml", f"<sitemapindex>{maps}</sitemapindex>", Content_Type="text/xml")
    put(web, "/one.xml", urls(web, "/a"), Content_Type="text/xml")
    put(web, "/a", PAGE.format("A"))
    found = Site(f"{web.home}/map.xml", private=True).read()
    assert [one.title for one in found.articles] == ["A"]
    assert [(bad.where, bad.says.en) for bad in found.bad] == [
        (f"{web.home}/gone.xml", "it answers 404"), ("http://[", "it is no URL"),
    ]  # fmt: skip


def test_what_may_be_inside_is_the_named_host_alone(web):
    put(web, "/a", "", 302, Location="http://169.254.169.254/latest")
    with pytest.raises(Refused, match=r"site\.private"):
        Site(f"{web.home}/a", private=True).read()


def test_an_entity_of_a_map_is_never_fetched_nor_unfolded(web):
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE u [<!ENTITY e0 SYSTEM "file:///etc/passwd">{bomb}]><urlset><url><loc>{web.home}/&e11;</loc></url></urlset>'
    put(web, "/map.xml", text)
    found = Site(f"{web.home}/map.xml", private=True).read()
    assert [(bad.where, bad.says.en) for bad in found.bad] == [(f"{web.home}/&e11", "it answers 404")]


def test_a_page_says_its_characters_where_its_server_does_not(web):
    page = '<html><head><meta charset="gb2312"><title>退货</title></head><body>七天内可退</body></html>'
    put(web, "/a", page.encode("gb18030"), Content_Type="text/html")
    assert [(one.title, one.body) for one in Site(f"{web.home}/a", private=True).read().articles] == [
        ("退货", "七天内可退")
    ]
