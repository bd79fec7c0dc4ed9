"""Settings of a shop: `linkloop.toml` in its folder, overridden by LINKLOOP_* variables."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.engine.gate import DEFAULT, GatePolicy

OPENS_AT = 9  # o'clock, on the town's first day
FIRST_YEAR, LAST_YEAR = 2000, 2099


class Town(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The simulated town; `speed` is simulated seconds per real second (0: as fast as possible), `start` its first day
    (at nine in the morning) or moment, in the shop's zone where it names none; empty: this morning."""

    enabled: bool = True
    seed: int = 1
    orders_per_day: int = 1000
    speed: float = 60.0
    history_days: int = 42
    start: str = ""
    market: bool = False


class Channels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Web chat, chat platforms, signed webhooks. A webhook's secret is `whsec_…` (Standard Webhooks); an empty one is
    made on first use. A text of a platform may be `env:VARIABLE`."""

    enabled: bool = True
    webhooks_in: dict[str, Any] = {}
    webhooks_out: dict[str, dict[str, Any]] = {}
    webchat: dict[str, Any] = {}
    platforms: dict[str, dict[str, Any]] = {}


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that a person may set. Empty `log` and `lake` mean files in `folder`."""

    folder: str = "data"
    name: str = "demo"
    log: str = ""
    lake: str = ""
    zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    host: str = "127.0.0.1"
    port: int = 8787
    token: str = ""
    language: str = ""
    town: Town = Town()
    channels: Channels = Channels()
    model: dict[str, str] = {}
    gate: GatePolicy = DEFAULT

    def log_url(self) -> str:
        return self.log or f"sqlite:///{Path(self.folder).resolve()}/log.db"

    def lake_url(self) -> str:
        return self.lake or f"file://{Path(self.folder).resolve()}/lake"

    def world_options(self) -> dict[str, dict[str, Any]]:
        """What a person has set of each world, by its name."""
        return {
            "sim": {**msgspec.structs.asdict(self.town), "start": self.town_start()},
            "channels": msgspec.structs.asdict(self.channels),
        }

    def town_start(self) -> datetime | None:
        """The town's first moment, aware; None where it is not set. Raises ValueError."""
        text = self.town.start
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f"town.start: {text!r} is no day such as 2023-11-04, nor a moment") from None
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValueError(f"town.start: {text!r} is not between {FIRST_YEAR} and {LAST_YEAR}")
        moment = moment.replace(hour=OPENS_AT) if len(text) <= len("2023-11-04") else moment
        return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(self.zone))


def load(folder: str | Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Settings of a folder. Raises LinkloopError `settings.…` that names the file and the field."""
    environment = os.environ if environment is None else environment
    home = Path(folder or environment.get("LINKLOOP_FOLDER") or "data")
    file = home / "linkloop.toml"
    found: dict[str, Any] = {}
    if file.exists():
        try:
            found = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise _bad(str(file), str(error)) from error
    for name in Settings.__struct_fields__:
        value = environment.get(f"LINKLOOP_{name.upper()}")
        if value is not None and name not in ("folder", "town", "channels", "model", "gate"):
            found[name] = value
    if url := environment.get("LINKLOOP_MODEL"):
        found["model"] = {**found.get("model", {}), "large": url}
    for name in Town.__struct_fields__:
        if (value := environment.get(f"LINKLOOP_TOWN_{name.upper()}")) is not None:
            found.setdefault("town", {})[name] = value
    town = found.get("town")
    if isinstance(town, dict) and isinstance(town.get("start"), date):  # TOML's own days and moments need no quotes
        town["start"] = town["start"].isoformat()
    try:
        settings = msgspec.convert({**found, "folder": str(home)}, Settings, strict=False)
        ZoneInfo(settings.zone)
    except msgspec.ValidationError as error:
        raise _bad(str(file), str(error)) from error
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise _bad(str(file), f"zone: {error}") from error
    try:
        settings.town_start()
    except ValueError as error:
        raise _bad(str(file), str(error)) from error
    return settings


def _bad(where: str, problem: str) -> LinkloopError:
    return LinkloopError(
        "settings.invalid",
        Text(en=f"the settings cannot be read: {problem}", zh=f"设置无法读取：{problem}"),
        Text(
            en="See `linkloop config show` for every name and its default.",
            zh="用 `linkloop config show` 查看所有名称与默认值。",
        ),
        where=where,
    )
