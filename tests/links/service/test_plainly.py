"""Every short name of a policy, a gap, an intent, a parcel or a promise is said in words, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest

from linkloop.commerce.parcels import ParcelStatus
from linkloop.commerce.promises import PromiseKind
from linkloop.commerce.understanding import IntentName
from linkloop.core.text import Text
from linkloop.links import service
from linkloop.links.service import plainly
from linkloop.links.service.facts import Gap
from linkloop.links.service.flows.registry import FLOWS

TABLES = sorted((Path(service.__file__).parent / "flows").glob("*.rules.json"))
HAN = re.compile(r"[\u4e00-\u9fff]")


def in_words(said: Text, name: str) -> bool:
    return said.en != "" and "_" not in said.en and said.zh != name and HAN.search(said.zh) is not None


def outcomes(path: Path) -> set[tuple[str, str]]:
    """(way, reason) of every row of a policy table."""
    found = set()
    for node in json.loads(path.read_text(encoding="utf-8"))["nodes"]:
        content = node.get("content") or {}
        columns = {one["field"]: one["id"] for one in content.get("outputs", ())}
        if {"way", "reason"} <= columns.keys():
            rows = content["rules"]
            found |= {(json.loads(row[columns["way"]]), json.loads(row[columns["reason"]])) for row in rows}
    return found


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_what_a_policy_says_is_said_in_words(path: Path) -> None:
    rows = outcomes(path)
    assert rows
    for way, reason in rows:
        said = plainly.ruled(SimpleNamespace(way=way, reason=reason))
        assert in_words(said, f"{way}（{reason}）"), (way, reason)
        assert in_words(plainly.reasoned(reason), reason), reason


def test_every_other_short_name_has_words() -> None:
    assert [name for name in get_args(IntentName) if not in_words(plainly.intent(name), name)] == []
    assert [name for name in get_args(ParcelStatus) if not in_words(plainly.parcel(name), name)] == []
    assert [name for name in get_args(PromiseKind) if not in_words(plainly.promise(name), name)] == []
    assert [name for name in get_args(Gap) if name and not in_words(plainly.gap(name), name)] == []
    deeds = {action.__name__ for flow in FLOWS.values() for action in flow.decides}
    assert [name for name in deeds if not in_words(plainly.deed(name), name)] == []


def test_what_a_shop_named_itself_stands_as_it_is() -> None:
    assert plainly.ruled(SimpleNamespace(way="allow", reason="vip_week")) == Text(
        en="allowed (vip_week)", zh="可以办理（vip_week）"
    )
