"""Imports over HTTP: uploaded once, looked into, mapped by hand, run as jobs that stop, resume and outlive a kill."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import polars as pl
import pytest
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.orders import Order, OrderLine
from linkloop.core.errors import Refused
from linkloop.core.table import Table, table_name
from linkloop.faces.desk import import_runner, import_store
from linkloop.faces.desk.import_runner import ImportRunner, Stopped
from linkloop.faces.desk.import_views import SheetChoice
from linkloop.faces.desk.imports import Imports
from linkloop.store import audit, bulk
from linkloop.store.schema import state
from tests.faces.api.conftest import running

HEAD = "订单号,下单时间,商品编码,数量,单价,会员\n"
ROWS = [f"D{n // 3},2026-03-01 10:00:00,A{n % 40},{n % 5 + 1},9.{n % 90 + 10},c{n % 70}\n" for n in range(900)]
FILE = (HEAD + "".join(ROWS)).encode("gbk")
ENDED = ("done", "stopped", "failed", "refused")


def upload(client: httpx.Client, content: bytes = FILE, name: str = "订单.csv") -> dict[str, Any]:
    answer = client.post("/api/v1/imports", files=[("files", (name, content))])
    assert answer.status_code == 201, answer.text
    [made] = answer.json()
    return made


def look(client: httpx.Client, made: dict[str, Any]) -> dict[str, Any]:
    return client.get(f"/api/v1/imports/{made['id']}/look").json()


def mapping(client: httpx.Client, made: dict[str, Any]) -> dict[str, Any]:
    return look(client, made)["sheets"][0]["mapping"]


def run(client: httpx.Client, made: dict[str, Any], *sheets: dict[str, Any]) -> httpx.Response:
    chosen = sheets or ({"sheet": "", "mapping": mapping(client, made)},)
    return client.post(f"/api/v1/imports/{made['id']}/run", json={"sheets": chosen})


def ended(client: httpx.Client, made: dict[str, Any], timeout_s: float = 120) -> dict[str, Any]:
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        now = client.get(f"/api/v1/imports/{made['id']}").json()
        if now["status"] in ENDED:
            return now
        time.sleep(0.02)
    raise TimeoutError(now)


def rows(shop: Shop, kind: type[Table]) -> list[tuple[str, bytes]]:
    query = sa.select(state.c.key, state.c.body).where(state.c.kind == table_name(kind)).order_by(state.c.key)
    with shop.store.read() as connection:
        return [(row.key, row.body) for row in connection.execute(query)]


def cold(shop: Shop, kind: type[Table]) -> pl.DataFrame:
    dataset = shop.lake.dataset(kind)
    assert dataset is not None
    return pl.DataFrame(pl.from_arrow(dataset.to_table())).drop("_offset", "_part").sort(list(kind.__key__))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop into which the file came in one go."""
    with running(tmp_path_factory.mktemp("whole")) as shop:
        runner = ImportRunner(shop)
        imports = Imports(runner)
        made = waiting(imports, shop)
        runner.start()
        imports.run(made, "a", choices(imports, made))
        finish(imports, made)
        runner.close()
        yield shop


def waiting(imports: Imports, shop: Shop) -> str:
    path = shop.folder / "up.csv"
    path.write_bytes(FILE)
    [made] = imports.create([path], "a", "", "", "")
    return made.id


def choices(imports: Imports, made: str) -> Any:
    return (SheetChoice(sheet="", mapping=imports.look(made).sheets[0].mapping),)


def finish(imports: Imports, made: str) -> str:
    for _ in range(6000):
        if (now := imports.get(made)).status in ENDED:
            return now.status
        time.sleep(0.01)
    raise TimeoutError


def test_from_upload_to_the_tables_and_the_file_is_gone(client: httpx.Client, shop: Shop) -> None:
    made = upload(client)
    assert (made["status"], made["by"], made["file"]) == ("waiting", "local", "订单.csv")
    kept = shop.folder / "imports" / made["id"] / "in" / "订单.csv"
    assert kept.read_bytes() == FILE
    assert rows(shop, OrderLine) == []
    sheet = look(client, made)["sheets"][0]
    assert (sheet["encoding"], sheet["told"]) == ("gb18030", "guess")
    assert run(client, made).status_code == 200
    done = ended(client, made)
    assert (done["status"], done["rows_in"], done["rows_kept"], done["rows_quarantined"]) == ("done", 900, 900, 0)
    assert (len(rows(shop, OrderLine)), len(rows(shop, Order))) == (900, 300)
    assert not kept.exists()
    with shop.store.read() as connection:
        [entry] = audit.read(connection, what="imports.run")
    assert (entry.by, entry.about, entry.after["sheets"][0]["fields"]["orders.order_id"]) == (
        "local", "订单.csv", ["订单号"])  # fmt: skip


def test_the_same_file_again_is_known_and_changes_nothing(client: httpx.Client, shop: Shop) -> None:
    first = upload(client)
    chosen = {"sheet": "", "mapping": mapping(client, first)}
    run(client, first, chosen)
    ended(client, first)
    before = rows(shop, OrderLine)
    again = upload(client)
    [seen] = look(client, again)["before"]
    assert (seen["rows_in"], seen["rows_kept"]) == (900, 900)
    run(client, again, chosen)
    assert ended(client, again)["reports"][0]["repeated"] is True
    assert rows(shop, OrderLine) == before


def test_a_corrected_mapping_is_what_counts_and_is_kept_by_name(client: httpx.Client, shop: Shop) -> None:
    made = upload(client)
    draft = client.post(
        f"/api/v1/imports/{made['id']}/assign",
        json={
            "mapping": mapping(client, made),
            "table": "orders",
            "field": "channel",
            "column": "会员",
            "instead": True,
        },
    ).json()
    assert draft["problems"] == []
    tried = client.post(f"/api/v1/imports/{made['id']}/try", json={"mapping": draft["mapping"], "whole": True}).json()
    assert (tried["whole"], tried["rows"], tried["kept"]) == (True, 900, 900)
    run(client, made, {"sheet": "", "mapping": draft["mapping"], "keep_as": "三月"})
    ended(client, made)
    assert client.get("/api/v1/tables/orders/rows?limit=1").json()["items"][0]["channel"] == "c0"
    [kept] = client.get("/api/v1/mappings").json()
    assert (kept["name"], kept["tables"]) == ("三月", ["order_lines", "orders"])
    assert look(client, upload(client))["sheets"][0]["told"] == "kept"
    assert client.post("/api/v1/mappings/三月/rename", json={"name": "四月"}).json()["name"] == "四月"
    assert client.post("/api/v1/mappings/四月/rename", json={"name": "../x"}).status_code == 400
    assert client.delete("/api/v1/mappings/四月").status_code == 204
    assert client.delete("/api/v1/mappings/四月").status_code == 404
    assert client.get("/api/v1/mappings").json() == []
    with shop.store.read() as connection:
        assert [e.what for e in audit.read(connection, what="mappings")] == ["mappings.forget", "mappings.rename"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("../../etc/passwd.csv", b"", "file.empty"),
        ("x.xlsx", b"%PDF-1.7", "file.kind"),
        ("表.xlsx", b"PK\x03\x04junk", "file.unreadable"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_and_leaves_no_file(
    client: httpx.Client, shop: Shop, name: str, content: bytes, code: str
) -> None:
    made = upload(client, content, name)
    assert (made["status"], made["problem"]["code"]) == ("refused", code)
    assert "/" not in made["file"]
    assert not (shop.folder / "imports" / made["id"] / "in").exists()
    assert run(client, made, {"sheet": "", "mapping": None}).status_code == 403
    assert client.delete(f"/api/v1/imports/{made['id']}").status_code == 204
    assert client.get("/api/v1/imports").json() == []


def test_an_id_that_is_a_path_is_not_found(client: httpx.Client) -> None:
    for path in ("..%2Fx", "%2e%2e", "a.b"):
        assert client.get(f"/api/v1/imports/{path}").status_code == 404
        assert client.get(f"/api/v1/quarantine/{path}").status_code == 404


def test_a_person_may_only_leave_so_much_waiting(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    imports = Imports(ImportRunner(shop))
    waiting(imports, shop)
    monkeypatch.setattr(import_store, "PENDING_FILES", 1)
    with pytest.raises(Refused) as error:
        imports.check_room("a", 1)
    assert error.value.code == "import.pending"
    imports.check_room("another", 1)
    monkeypatch.setattr(import_store, "PENDING_FILES", 50)
    monkeypatch.setattr(import_store, "PENDING_BYTES", 10)
    with pytest.raises(Refused):
        imports.check_room("a", 1)


def test_an_upload_that_nobody_runs_is_removed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    imports = Imports(ImportRunner(shop))
    made = waiting(imports, shop)
    assert [one.id for one in imports.list()] == [made]
    monkeypatch.setattr(import_store, "KEPT_FOR", import_store.KEPT_FOR * 0)
    assert imports.list() == []
    assert list((shop.folder / "imports").iterdir()) == []


@pytest.mark.parametrize("seed", range(3))
def test_stopped_at_a_random_moment_and_resumed_it_ends_the_same(
    shop: Shop, whole: Shop, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 100)
    moments = random.Random(seed)
    runner = ImportRunner(shop)
    imports = Imports(runner)
    made = waiting(imports, shop)
    left = {"steps": moments.randrange(1, 12)}
    told = runner._told

    def stopping(import_id: str, progress: Any) -> None:
        told(import_id, progress)
        left["steps"] -= 1
        if left["steps"] == 0:
            raise Stopped

    monkeypatch.setattr(runner, "_told", stopping)
    runner.start()
    imports.run(made, "a", choices(imports, made))
    assert finish(imports, made) == "stopped"
    monkeypatch.setattr(runner, "_told", told)
    imports.run(made, "b")
    assert finish(imports, made) == "done"
    runner.close()
    for kind in (OrderLine, Order):
        assert rows(shop, kind) == rows(whole, kind)
        assert cold(shop, kind).equals(cold(whole, kind))


KILLED = """
import os, signal, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from linkloop.faces.desk.import_runner import ImportRunner
from linkloop.faces.desk.import_views import SheetChoice
from linkloop.faces.desk.imports import Imports
from linkloop.store import bulk
from tests.engine.small_shop import open_small
from tests.faces.api.test_imports import choices, waiting
bulk.CHUNK = 100
shop, _ = open_small(Path(sys.argv[1]))
shop.start()
runner = ImportRunner(shop)
imports = Imports(runner)
heard = {"steps": int(sys.argv[2])}
told = runner._told
def dying(import_id, progress):
    told(import_id, progress)
    heard["steps"] -= 1
    if heard["steps"] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
runner._told = dying
made = waiting(imports, shop)
runner.start()
imports.run(made, "a", choices(imports, made))
time.sleep(120)
"""


@pytest.mark.parametrize("moment", [1, 5])
def test_killed_with_its_process_it_goes_on_by_itself_when_the_shop_opens_again(
    tmp_path: Path, whole: Shop, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    root = str(Path(__file__).parents[3])
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(moment), root], check=False)
    assert killed.returncode == -signal.SIGKILL
    monkeypatch.setattr(bulk, "CHUNK", 100)
    with running(tmp_path) as shop:
        runner = ImportRunner(shop)
        imports = Imports(runner)
        [job] = imports.list()
        assert job.status == "running"
        runner.start()
        assert finish(imports, job.id) == "done"
        runner.close()
        for kind in (OrderLine, Order):
            assert rows(shop, kind) == rows(whole, kind)
            assert cold(shop, kind).equals(cold(whole, kind))
        assert not (tmp_path / "imports" / job.id / "in").exists()


def test_one_that_takes_its_process_down_again_and_again_waits_for_a_person(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = ImportRunner(shop)
    imports = Imports(runner)
    made = waiting(imports, shop)
    job = runner.store.get(made)
    runner.store.put(msgspec.structs.replace(job, status="running", attempts=import_runner.ATTEMPTS))
    runner.start()
    stopped = imports.get(made)
    runner.close()
    assert stopped.problem is not None
    assert (stopped.status, stopped.problem.code) == ("stopped", "import.died")
    assert rows(shop, OrderLine) == []


def test_two_people_at_once_come_one_after_the_other(client: httpx.Client, shop: Shop) -> None:
    other = FILE.replace(b"D", b"E")
    first, second = upload(client), upload(client, other, "另一个.csv")
    assert run(client, first).status_code == 200
    assert run(client, second).status_code == 200
    assert [ended(client, one)["status"] for one in (first, second)] == ["done", "done"]
    assert len(rows(shop, OrderLine)) == 1800
    assert run(client, first, {"sheet": "", "mapping": None}).status_code == 403  # done is done
