"""Doors: which hooks are open, those of the settings and those that a person opened here, and their secrets."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import msgspec

from linkloop.core.errors import Conflict, NotFound, Refused
from linkloop.core.text import Text
from linkloop.worlds.channels.keys import kept_key, rotate, valid_keys
from linkloop.worlds.channels.settings import ChannelSettings, HookSettings, check_hook
from linkloop.worlds.channels.webhook import Hooks


class Door(msgspec.Struct, frozen=True):
    """A hook: `own` was opened by a person here; a `kept` secret was made here and can be replaced here."""

    name: str
    kinds: tuple[str, ...]
    own: bool
    kept: bool
    old_until: float


class Doors:
    """The hooks of a folder. Secrets are in `hook-<name>.key`, the hooks that people opened in `hooks.json`."""

    def __init__(self, folder: Path, settings: ChannelSettings) -> None:
        self._guard = threading.Lock()
        self._folder = folder
        self._listed = folder / "hooks.json"
        self._settings = settings.hooks()
        self._own = self._read()
        self.hooks = Hooks({})
        for name, hook in {**self._own, **self._settings}.items():
            self._open(name, hook)

    def all(self) -> list[Door]:
        """Every hook, by name."""
        return [self._door(name, hook) for name, hook in sorted(self.hooks.hooks.items())]

    def open(self, name: str, kinds: tuple[str, ...]) -> str:
        """Open a hook; gives its secret, which is told this once. Raises Conflict `hook.exists` and LinkloopError
        `channels.settings`."""
        hook = HookSettings(kinds=kinds)
        check_hook(name, hook, name[:100])
        with self._guard:
            if name in self.hooks.hooks:
                raise Conflict(
                    "hook.exists",
                    Text(en=f"there is a hook called {name} already", zh=f"已有名为 {name} 的接口"),
                    Text(en="Choose another name, or replace its secret.", zh="请换一个名称，或更换它的密钥。"),
                    where=name,
                )
            self._write({**self._own, name: hook})
            secret = f"whsec_{kept_key(self._key(name))}"
            self._open(name, hook)
            return secret

    def rotate(self, name: str) -> str:
        """A new secret, told this once; the one before is taken for a day more. Raises NotFound `hook.unknown` and
        Refused `hook.fixed` where the secret stands in the settings file."""
        with self._guard:
            door = self._named(name)
            if not door.kept:
                raise Refused(
                    "hook.fixed",
                    Text(en="the secret of this hook stands in linkloop.toml", zh="该接口的密钥写在 linkloop.toml 中"),
                    Text(
                        en="List two secrets there while you change the sender over.",
                        zh="请在其中同时列出新旧两个密钥，待发送方切换后再删去旧的。",
                    ),
                    where=name,
                )
            secret = rotate(self._key(name), time.time())
            self._open(name, self.hooks.hooks[name])
            return f"whsec_{secret}"

    def close(self, name: str) -> None:
        """Close a hook that a person opened. Raises NotFound `hook.unknown`, Refused `hook.fixed` for others."""
        with self._guard:
            if not self._named(name).own:
                raise Refused(
                    "hook.fixed",
                    Text(en="this hook stands in linkloop.toml", zh="该接口写在 linkloop.toml 中"),
                    Text(en="Take it out there.", zh="请在其中删去。"),
                    where=name,
                )
            self._write({other: hook for other, hook in self._own.items() if other != name})
            self.hooks.remove(name)
            self._key(name).unlink(missing_ok=True)

    def _open(self, name: str, hook: HookSettings) -> None:
        secrets = [(secret, 0.0) for secret in hook.secrets if secret]
        if "" in hook.secrets:
            secrets = [(f"whsec_{key}", until) for key, until in valid_keys(self._key(name))] + secrets
        self.hooks.put(name, hook, secrets)

    def _door(self, name: str, hook: HookSettings) -> Door:
        kept = "" in hook.secrets
        until = valid_keys(self._key(name))[-1][1] if kept else 0.0
        return Door(name, hook.kinds, name not in self._settings, kept, until if until > time.time() else 0.0)

    def _named(self, name: str) -> Door:
        hook = self.hooks.hooks.get(name)
        if hook is None:
            raise NotFound("hook.unknown", Text(en="there is no such hook", zh="没有这个接口"), where=name[:100])
        return self._door(name, hook)

    def _key(self, name: str) -> Path:
        return self._folder / f"hook-{name}.key"

    def _read(self) -> dict[str, HookSettings]:
        if not self._listed.exists():
            return {}
        kinds = msgspec.json.decode(self._listed.read_bytes(), type=dict[str, tuple[str, ...]])
        return {name: HookSettings(kinds=listed) for name, listed in kinds.items()}

    def _write(self, hooks: dict[str, HookSettings]) -> None:
        fresh = self._listed.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(msgspec.json.encode({name: hook.kinds for name, hook in hooks.items()}))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._listed)
        self._own = hooks
