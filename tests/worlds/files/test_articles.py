"""Articles come in from files of any kind and from hostile ones nothing comes but a named error."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkloop.commerce.knowledge import Article
from linkloop.core.errors import LinkloopError, NotFound
from linkloop.worlds.files.articles import Bad, decoded, from_bytes, from_markdown, read_path
from linkloop.worlds.files.html_text import cleaned, words_of


def test_markdown_with_fields_is_an_article():
    front = "---\ntitle: Returns\nid: r1\ntopic: returns\nkind: policy\nvalid_until: 2026-12-31\n---\n"
    text = f"{front}# Not this\n\n7 days."
    one = from_markdown("a.md", text)
    assert (one.article_id, one.title, one.topic, one.kind) == ("r1", "Returns", "returns", "policy")
    assert one.valid_until is not None
    assert one.valid_until.isoformat() == "2026-12-31T00:00:00+00:00"
    assert one.body == "# Not this\n\n7 days."


def test_other_questions_come_with_the_article_each_once():
    one = from_markdown("a.md", "---\ntitle: 退货\nasked: 能退吗 | 不想要了|能退吗\n---\n七天内。")
    assert one.asked == ("能退吗", "不想要了")
    (row,) = from_bytes("faq.csv", '问题,答案,相似问\n怎么退,七天内,"能退吗\n可以退吗"\n'.encode())
    assert isinstance(row, Article)
    assert row.asked == ("能退吗", "可以退吗")
    (bad,) = from_bytes("faq.csv", f"question,answer,asked\nq,a,{'x' * 201}\n".encode())
    assert isinstance(bad, Bad)
    assert bad.where == "faq.csv:2"


def test_without_fields_the_first_heading_is_the_title_else_the_name_of_the_file():
    assert from_markdown("x.md", "# 退货\n\n7 天").title == "退货"
    assert from_markdown("x.md", "# 退货\n\n7 天").language == "zh"
    assert from_markdown("sub/how-to-return.txt", "Within 7 days.").title == "how to return"


def test_the_same_file_gives_the_same_id():
    assert from_markdown("x.md", "# A\n\n1").article_id == from_markdown("x.md", "# A\n\n2").article_id
    assert from_markdown("x.md", "# A\n\n1").article_id != from_markdown("y.md", "# A\n\n1").article_id


def test_a_page_becomes_markdown_without_what_is_not_for_reading():
    page = """<html lang="zh-CN"><head><title>退货 规则</title><style>p{}</style></head><body><nav>首页</nav>
      <h2>七天</h2><p>签收后 <b>7 天</b>内。<script>alert(1)</script></p><ul><li>甲<li>乙</ul>
      <iframe src=x>no</iframe><img src=x onerror=alert(1)></body></html>"""
    assert words_of(page) == ("退货 规则", "## 七天\n\n签收后 7 天内。\n\n- 甲\n- 乙", "zh")


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("a <script>alert(1)</script> b", "a alert(1) b"),
        ('<img src=x onerror="alert(1)">x', "x"),
        ("[go](javascript:alert(1))", "[go](#))"),
        ("[go]( JaVaScRiPt:x)", "[go](#)"),
        ("[go](data:text/html;base64,xx)", "[go](#)"),
        ("[go](https://shop.example/a)", "[go](https://shop.example/a)"),
        ("a\x00b\u202ec\u200bd", "abcd"),
        ("5 < 7 and 9 > 8", "5 < 7 and 9 > 8"),
        ("a\n\n\n\n\nb", "a\n\nb"),
    ],
)
def test_markup_that_a_page_could_run_is_taken_out(given_text, kept):
    assert cleaned(given_text) == kept


@given(st.binary(max_size=400), st.sampled_from(["a.md", "b.csv", "c.html", "d.txt"]))
def test_any_bytes_are_articles_or_a_named_error(body, name):
    try:
        found = list(from_bytes(name, body))
    except LinkloopError as error:
        found = [Bad(error.where, error.text, error.todo)]
    bad = [one for one in found if isinstance(one, Bad)]
    articles = [one for one in found if not isinstance(one, Bad)]
    assert all(one.where.startswith(name) for one in bad)
    assert all(one.title and one.body and "\x00" not in one.body for one in articles)


@given(st.text(max_size=300))
def test_nothing_of_a_page_is_markup_afterwards(text):
    _, words, _ = words_of(f"<p>{text}</p>")
    assert cleaned(words) == words
    assert "<script" not in words.lower()


@pytest.mark.parametrize("depth", [10, 20_000])
def test_tags_inside_each_other_without_end_do_no_harm(depth):
    assert words_of("<div>" * depth + "x" + "<nav>" * depth)[1] == "x"


def test_encodings_are_told_apart():
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert decoded("a.txt", "七天无理由退货".encode(encoding)) == "七天无理由退货"
    with pytest.raises(LinkloopError, match=r"articles\.encoding"):
        decoded("a.txt", b"\x89PNG\x00\x00")


def test_a_folder_is_read_and_each_bad_file_named(tmp_path):
    (tmp_path / "good.md").write_text("# A\n\nText", encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "page.html").write_text("<h1>B</h1><p>Text</p>", encoding="utf-8")
    (tmp_path / "kind.md").write_text("---\nkind: poem\n---\n# C\n\nText", encoding="utf-8")
    (tmp_path / "date.md").write_text("---\nvalid_until: soon\n---\n# D\n\nText", encoding="utf-8")
    (tmp_path / "url.md").write_text("---\nurl: javascript:alert(1)\n---\n# E\n\nText", encoding="utf-8")
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "large.txt").write_bytes(b"x" * 2_000_001)
    (tmp_path / "out.md").symlink_to("/etc/passwd")
    (tmp_path / "image.png").write_bytes(b"\x89PNG")
    found = read_path(tmp_path)
    assert sorted(one.title for one in found.articles) == ["A", "B"]
    assert sorted(bad.where.rpartition("/")[2] for bad in found.bad) == [
        "bad.csv", "date.md", "kind.md", "large.txt", "out.md", "url.md",
    ]  # fmt: skip
    with pytest.raises(NotFound, match=r"articles\.none"):
        read_path(tmp_path / "none")


@pytest.mark.parametrize(
    ("name", "begin", "piece", "end"),
    [("a.md", "---", "\n", "x"), ("a.md", "# a", " ", "b"), ("a.md", "# a", " #", "b"), ("a.md", "", "<a ", ""),
     ("a.html", "<p>", "<a ", ""), ("a.html", "<title>", "a<", "")],
)  # fmt: skip
def test_a_hostile_file_is_read_in_time_that_grows_with_its_length_alone(name, begin, piece, end):
    def spent(many):
        started = time.process_time()
        with contextlib.suppress(LinkloopError):
            list(from_bytes(name, f"{begin}{piece * many}{end}".encode()))
        return time.process_time() - started

    assert spent(40_000) < 10 * spent(10_000) + 0.1  # 16 times if it grew with the square


@pytest.mark.parametrize(
    ("text", "title"), [("# C# 入门\n\nx", "C# 入门"), ("# C#\n\nx", "C#"), ("# 退货 ##\nx", "退货"), ("#退货\nx", "x")]
)
def test_a_heading_is_what_markdown_says_it_is(text, title):
    assert from_markdown("x.md", text).title == title
