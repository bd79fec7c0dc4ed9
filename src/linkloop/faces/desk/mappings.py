"""Mappings: those that are kept for the next file with the same headers; listed, kept, renamed, forgotten."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from linkloop.app.shop import Shop
from linkloop.core.errors import Conflict, LinkloopError, NotFound
from linkloop.core.text import Text
from linkloop.faces.desk.import_views import KeptMapping
from linkloop.store.audit import Entry

if TYPE_CHECKING:
    from linkloop.worlds.files.mapping import Mapping

_NAME = re.compile(r"[^\x00-\x1f/\\.][^\x00-\x1f/\\]{0,99}")


def list_mappings(shop: Shop) -> list[KeptMapping]:
    """Every kept mapping by name; one whose file cannot be used says why."""
    from linkloop.worlds.files.mapping import Mapping
    from linkloop.worlds.files.mapping_file import listed

    found: list[KeptMapping] = []
    for path, mapping in listed(shop.folder / "mappings"):
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if isinstance(mapping, Mapping):
            found.append(_kept(mapping, path.stem, at))
        else:
            found.append(KeptMapping(name=path.stem, at=at, problem=mapping.text))
    return found


def keep_mapping(shop: Shop, name: str, mapping: Mapping, by: str) -> KeptMapping:
    """Keep a mapping under a name, in the place of one that has it. Raises LinkloopError `mapping.…`."""
    from linkloop.worlds.files.mapping_file import file_of, from_builtins, read_mapping, replace

    folder = shop.folder / "mappings"
    checked = from_builtins({**msgspec.to_builtins(mapping), "name": check_name(name)}, name)
    old = file_of(folder, name)
    before = msgspec.to_builtins(read_mapping(old)) if old is not None and old.suffix == ".toml" else None
    replace(checked, folder)
    _audit(shop, by, "mappings.keep", name, before, msgspec.to_builtins(checked))
    return _kept(checked, name, datetime.now(UTC))


def rename_mapping(shop: Shop, name: str, new: str, by: str) -> KeptMapping:
    """Give a kept mapping another name. Raises NotFound `mapping.unknown`, Conflict `mapping.taken`."""
    from linkloop.worlds.files.mapping_file import file_of, keep, read_mapping

    folder = shop.folder / "mappings"
    path = kept_file(folder, name)
    if file_of(folder, check_name(new)) is not None:
        raise Conflict(
            "mapping.taken",
            Text(en=f"a mapping is called {new} already", zh=f"已有名为 {new} 的映射"),
            Text(en="Choose another name.", zh="请换一个名称。"),
            where=new,
        )
    renamed = msgspec.structs.replace(read_mapping(path), name=new)
    keep(renamed, folder)
    path.unlink()
    _audit(shop, by, "mappings.rename", new, {"name": name}, {"name": new})
    return _kept(renamed, new, datetime.now(UTC))


def forget_mapping(shop: Shop, name: str, by: str) -> None:
    """Delete a kept mapping; what came in by it stays. Raises NotFound `mapping.unknown`."""
    path = kept_file(shop.folder / "mappings", name)
    before = path.read_text(encoding="utf-8", errors="replace")
    path.unlink()
    _audit(shop, by, "mappings.forget", name, {"file": path.name, "text": before[:20_000]}, None)


def check_name(name: str) -> str:
    """A name for a kept mapping, which is a file name. Raises LinkloopError `mapping.name`."""
    if _NAME.fullmatch(name) and name.strip() == name:
        return name
    raise LinkloopError(
        "mapping.name",
        Text(
            en="a name has 1 to 100 characters, no slash and no dot in front",
            zh="名称须为 1 至 100 个字符，不含斜杠，不以点开头",
        ),
        Text(en="Choose another name.", zh="请换一个名称。"),
        where=name[:100],
    )


def kept_file(folder: Path, name: str) -> Path:
    """The file of a kept mapping. Raises NotFound `mapping.unknown`."""
    from linkloop.worlds.files.mapping_file import file_of

    found = file_of(folder, name)
    if found is None:
        raise NotFound(
            "mapping.unknown",
            Text(en="no mapping of this name is kept", zh="没有保存过这个名称的映射"),
            Text(en="Choose one from the list.", zh="请从列表中选择。"),
            where=name[:100],
        )
    return found


def _kept(mapping: Mapping, name: str, at: datetime) -> KeptMapping:
    return KeptMapping(
        name=name,
        at=at,
        sheet=mapping.sheet,
        headers=mapping.headers,
        tables=tuple(target.table for target in mapping.targets),
        mapping=mapping,
    )


def _audit(shop: Shop, by: str, what: str, about: str, before: Any, after: Any) -> None:
    entry = Entry(by=by, what=what, about=about, before=before, after=after)
    shop.loop.do(lambda turn: turn.w.audit.append(entry))
