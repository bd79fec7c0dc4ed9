"""Pages: the console's files over HTTP: a nonce for each page, files packed and kept for ever, nothing beside them."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from linkloop.faces.api.server import serving
from linkloop.faces.console import CONTENT_SECURITY_POLICY
from linkloop.faces.desk.desk import Desk
from tests.faces.api.conftest import running

SCRIPT = b"console.log('one');\n" * 100
INDEX = '<!doctype html><html lang="en"><meta name="csp-nonce" content="__NONCE__"><p>the page</p></html>'


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as scripts/console.sh leaves it, with a secret beside it."""
    folder = tmp_path_factory.mktemp("console") / "built"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX, encoding="utf-8")
    (folder / "assets" / "one-abc.js").write_bytes(SCRIPT)
    (folder / "assets" / "one-abc.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "icon.svg").write_text("<svg/>", encoding="utf-8")
    (folder / ".built-from").write_text("hash", encoding="utf-8")
    (folder.parent / "secret.js").write_text("secret", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def client(build: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        running(tmp_path_factory.mktemp("shop")) as shop,
        serving(Desk(shop), pages=build) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=30) as client,
    ):
        yield client


def test_every_address_of_a_page_gets_the_page_with_a_nonce_of_its_own(client: httpx.Client) -> None:
    nonces = set()
    for path in ("/", "/decisions", "/case/01a20d78-12b3", "/data/table/orders", "/rules/rules:RemedyPolicy"):
        page = client.get(path)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert page.headers["cache-control"] == "no-store"
        [nonce] = re.findall(r'csp-nonce" content="([\w-]{20,})"', page.text)
        assert page.text == INDEX.replace("__NONCE__", nonce)
        expected = CONTENT_SECURITY_POLICY.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'", 1)
        assert page.headers.get_list("content-security-policy") == [expected]
        nonces.add(nonce)
    assert len(nonces) == 5


def test_the_policy_lets_in_no_script_from_elsewhere_and_none_in_the_page() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split(";"))
    assert (rules["default-src"], rules["script-src"], rules["connect-src"]) == ("'none'", "'self'", "'self'")
    assert rules["frame-ancestors"] == "'none'"
    assert "unsafe-eval" not in CONTENT_SECURITY_POLICY


def test_files_are_sent_packed_to_whoever_takes_that_and_plain_to_others(client: httpx.Client) -> None:
    packed = client.get("/assets/one-abc.js", headers={"accept-encoding": "gzip, br"})
    assert (packed.headers["content-encoding"], packed.content) == ("gzip", SCRIPT)
    assert int(packed.headers["content-length"]) < len(SCRIPT) / 5
    plain = client.get("/assets/one-abc.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == SCRIPT
    for answer in (packed, plain):
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["vary"] == "accept-encoding"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get("/icon.svg").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["/assets/gone-def.js", "/secret.js", "/%2e%2e/secret.js", "/..%2fsecret.js", "/assets/../../secret.js",
     "/.built-from", "/assets/one-abc.js.gz", "/api/v1/nothing", "/missing.svg"],
)  # fmt: skip
def test_there_is_nothing_beside_the_files_of_the_build(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert "secret" not in answer.text.replace("secret.js", "")
    assert "hash" not in answer.text
    if answer.status_code == 200:  # an address like any other: the page, which says that it knows no such page
        assert "the page" in answer.text
    else:
        assert answer.status_code in (400, 404)


def test_a_server_without_a_build_says_how_to_make_one(tmp_path: Path) -> None:
    with (
        running(tmp_path / "shop") as shop,
        serving(Desk(shop), pages=tmp_path / "nowhere") as url,
        httpx.Client(base_url=url, trust_env=False, timeout=30) as client,
    ):
        answer = client.get("/")
        assert answer.status_code == 503
        assert "make run" in answer.text
        assert "控制台尚未构建" in answer.text
        assert client.get("/api/v1/status").status_code == 200
