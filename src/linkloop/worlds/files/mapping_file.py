"""Mapping files: a mapping as TOML that a person edits and keeps, found again by the headers that it is for."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.worlds.files.mapping import Mapping
from linkloop.worlds.files.mapping_check import check

_HEAD = (
    "# How files with these headers become tables. Edit it and keep it: the next such file uses it.\n"
    "# 带有这些表头的文件如何变成业务表。可以修改并保留：下一个同样的文件会使用它。\n\n"
)

_USUAL = (("scale", 1.0), ("confidence", 1.0))  # defaults that need no line


def to_toml(mapping: Mapping) -> str:
    """A mapping as the text of a TOML file."""
    return _HEAD + "\n".join(_table(msgspec.to_builtins(mapping), ())).lstrip("\n") + "\n"


def read_mapping(path: Path) -> Mapping:
    """A mapping from a `.toml` or `.json` file. Raises LinkloopError `mapping.invalid`, which names both."""
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise _invalid(str(error), path.name) from error
    return from_builtins(found, path.name)


def from_builtins(found: Any, where: str) -> Mapping:
    """A checked mapping from plain values, such as decoded JSON. Raises LinkloopError `mapping.invalid`."""
    try:
        mapping = msgspec.convert(found, Mapping)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), where) from error
    if problem := check(mapping):
        raise LinkloopError(
            "mapping.invalid", problem, Text(en="Correct this field of the mapping.", zh="请更正映射的这一项。"), where
        )
    return mapping


def keep(mapping: Mapping, folder: Path) -> Path:
    """Write a mapping to `<folder>/<name>.toml`, whole or not at all; one that is already there stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{mapping.name}.toml"
    if not path.exists():
        draft = folder / f".{mapping.name}.{os.getpid()}.tmp"
        draft.write_text(to_toml(mapping), encoding="utf-8")
        draft.replace(path)
    return path


def kept(folder: Path, signature: str, sheet: str) -> Mapping | None:
    """The kept mapping for headers, that kept last of several; or None. A file that cannot be read is passed over
    unless it is the one."""
    for path in sorted(_files(folder), key=lambda path: (-path.stat().st_mtime_ns, path.name)):
        if signature not in path.read_text(encoding="utf-8", errors="replace"):
            continue
        mapping = read_mapping(path)
        if mapping.signature == signature and mapping.sheet == sheet:
            return mapping
    return None


def replace(mapping: Mapping, folder: Path) -> Path:
    """As `keep`, but one of that name that is already there is replaced."""
    (folder / f"{mapping.name}.toml").unlink(missing_ok=True)
    return keep(mapping, folder)


def listed(folder: Path) -> list[tuple[Path, Mapping | LinkloopError]]:
    """Every kept mapping by name, or why its file cannot be used."""
    found: list[tuple[Path, Mapping | LinkloopError]] = []
    for path in sorted(_files(folder)):
        try:
            found.append((path, read_mapping(path)))
        except LinkloopError as error:
            found.append((path, error))
    return found


def file_of(folder: Path, name: str) -> Path | None:
    """The file of a kept mapping in the folder, never elsewhere; None when there is none of that name."""
    return next((path for path in _files(folder) if path.stem == name), None)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*") if path.suffix in (".toml", ".json") and not path.name.startswith(".")]


def named(folder: Path, name: str) -> Mapping:
    """A mapping by the path of its file, or by its name in the folder. Raises LinkloopError `mapping.invalid`."""
    for path in (Path(name), folder / f"{name}.toml", folder / f"{name}.json"):
        if path.is_file():
            return read_mapping(path)
    raise _invalid(f"there is no mapping {name}", name)


def name_for(file: str, sheet: str, signature: str) -> str:
    """A name for a new mapping: the letters of the file's and the sheet's name, and the start of the signature."""
    letters = re.sub(r"[\W\d_]+", "-", f"{Path(file).stem} {sheet}").strip("-")[:40].strip("-").lower()
    return f"{letters or 'file'}-{signature[:8]}"


def _table(values: dict[str, Any], path: tuple[str, ...]) -> list[str]:
    """Lines of one TOML table: its plain values first, then its tables."""
    lines: list[str] = []
    inner: list[str] = []
    for name, value in values.items():
        here = (*path, name)
        if (name, value) in _USUAL:
            continue
        if isinstance(value, dict) and any(isinstance(v, dict) for v in value.values()):
            inner += _table(value, here)
        elif isinstance(value, list | tuple) and value and isinstance(value[0], dict):
            for item in value:
                inner += ["", f"[[{_path(here)}]]", *_table(item, here)]
        elif isinstance(value, dict) and len(path) == 2:  # one column of a target
            inner += ["", f"[{_path(here)}]", *_table(value, here)]
        else:
            lines.append(f"{_key(name)} = {_value(value)}")
    if path[-1:] == ("columns",):
        return [
            line
            for name, rule in values.items()
            for line in ("", f"[{_path((*path, name))}]", *_table(rule, (*path, name)))
        ]
    return lines + inner


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(name)} = {_value(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)


def _path(names: tuple[str, ...]) -> str:
    return ".".join(map(_key, names))


def _invalid(why: str, where: str) -> LinkloopError:
    return LinkloopError(
        "mapping.invalid",
        Text(en=f"the mapping cannot be used: {why}", zh=f"映射无法使用：{why}"),
        Text(en="Correct it, or delete the file and let it be guessed again.", zh="请更正，或删除该文件以便重新猜测。"),
        where=where,
    )
