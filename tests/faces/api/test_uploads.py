"""Uploads: onto disk under safe names, and gone again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkloop.core.errors import LinkloopError
from linkloop.faces.api import uploads
from linkloop.faces.api.uploads import FIELD_BYTES, Upload, receive, safe_name
from linkloop.faces.api.work import Lane


@given(st.text() | st.from_regex(r"(\.\./|/|\\|C:)*[\w .:\x00]*\.(csv|xlsx|)", fullmatch=True))
def test_a_safe_name_is_one_plain_part(name: str) -> None:
    safe = safe_name(name)
    assert safe == Path(safe).name
    assert safe not in ("", ".", "..")
    assert not safe.startswith(".")
    assert not set(safe) & set('/\\:\x00\n\r*?"<>|')
    assert len(safe.encode()) <= 255


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\销售\\订单 2026.xlsx", "订单 2026.xlsx"),
        (".bashrc", "bashrc"),
        ("", "file"),
        ("a;rm -rf *.csv", "a_rm -rf _.csv"),
        ("…", "_"),
    ],
)
def test_names_keep_what_is_harmless(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


def form(*parts: tuple[str, bytes], end: bytes = b"--x--\r\n") -> bytes:
    return (
        b"".join(b"--x\r\nContent-Disposition: form-data; " + h.encode() + b"\r\n\r\n" + b + b"\r\n" for h, b in parts)
        + end
    )


def read(body: bytes, home: Path, step: int = 7) -> Upload:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), step):
            yield body[start : start + step]

    lane = Lane("test", 1, 10)
    try:
        return asyncio.run(receive(chunks(), "x", home, lane))
    finally:
        lane.close()


@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_files_and_fields_arrive_whole_in_any_slices(tmp_path: Path, step: int) -> None:
    data = bytes(range(256)) * 9
    body = form(('name="files"; filename="a.csv"', data), ('name="dry_run"', b"true"),
                ('name="files"; filename="../a.csv"', b"second"), ('name="files"; filename="e.csv"', b""))  # fmt: skip
    upload = read(body, tmp_path, step)
    assert [(f.name, f.read_bytes()) for f in upload.files] == [("a.csv", data), ("a_.csv", b"second"), ("e.csv", b"")]
    assert upload.fields == {"dry_run": "true"}
    assert {f.parent for f in upload.files} == {upload.folder}
    upload.clear()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (form(('name="files"; filename="a.csv"', b"half"), end=b""), "upload.form"),
        (b"no form at all", "upload.form"),
        (form(*[('name="files"; filename="a.csv"', b"")] * 101), "upload.count"),
        (form(('name="mapping"', b"x" * (FIELD_BYTES + 1))), "upload.field"),
    ],
)
def test_a_bad_form_leaves_nothing_on_disk(tmp_path: Path, body: bytes, code: str) -> None:
    with pytest.raises(LinkloopError) as refused:
        read(body, tmp_path, 5000)
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_too_much_is_refused_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "UPLOAD_BYTES", 1000)
    with pytest.raises(LinkloopError) as refused:
        read(form(('name="files"; filename="a.csv"', b"x" * 5000)), tmp_path, 100)
    assert refused.value.code == "upload.size"
    assert list(tmp_path.iterdir()) == []


def test_a_table_is_taken_in_and_every_row_accounted_for(shared: httpx.Client) -> None:
    text = "订单号,下单时间,客户号,金额\nA1,2026-01-02 10:00,c1,12.50\nA2,不是日期,c2,3\n"
    files = [("files", ("订单.csv", text.encode("gbk")))]
    [report] = shared.post("/api/v1/import", files=files, data={"currency": "CNY"}).json()
    assert report["rows_in"] == 2
    assert report["rows_kept"] + report["rows_quarantined"] == 2


def test_an_upload_without_files_is_refused(shared: httpx.Client) -> None:
    for answer in (
        shared.post("/api/v1/import", files=[("currency", (None, "CNY"))]),
        shared.post("/api/v1/import", content=b"x", headers={"content-type": "multipart/form-data"}),
        shared.post("/api/v1/import", json={}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "upload.form")


@pytest.mark.parametrize("mapping", ['"/etc/passwd"', '"../linkloop.toml"', '"a.toml"', "7", "{"])
def test_a_client_does_not_choose_which_file_is_read(shared: httpx.Client, mapping: str) -> None:
    answer = shared.post("/api/v1/import", files=[("files", ("a.csv", b"a\n1\n"))], data={"mapping": mapping})
    assert (answer.status_code, answer.json()["code"], answer.json()["where"]) == (400, "upload.form", "mapping")
