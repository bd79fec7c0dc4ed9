"""Hooks: signed facts from other systems (Standard Webhooks), each once, said only after signature and fields hold."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from linkloop.commerce.contacts import Contact
from linkloop.commerce.conversations import Message, MessageReceived
from linkloop.core.clock import Clock
from linkloop.core.errors import LinkloopError, NotFound, Refused
from linkloop.core.table import Table
from linkloop.core.text import Text
from linkloop.core.vocabulary import tables
from linkloop.core.world import Accepted, Delivery, Inlet
from linkloop.worlds.channels.decoding import bad_field, decode_said
from linkloop.worlds.channels.settings import OURS, HookSettings

_ID_LONGEST = 200
logger = logging.getLogger("linkloop.hooks")


class HookCounts(msgspec.Struct):
    """What came to a hook since it was opened here: taken in, and refused, last with which code."""

    taken: int = 0
    refused: int = 0
    last_refused: str = ""


class Hooks:
    """The doors by name. Thread-safe; `handle` takes a request in, `receive` only reads it."""

    def __init__(self, hooks: Mapping[str, HookSettings]) -> None:
        self.hooks: dict[str, HookSettings] = {}
        self.counts: dict[str, HookCounts] = {}
        self._keys: dict[str, list[tuple[Webhook, float]]] = {}
        for name, hook in hooks.items():
            self.put(name, hook, [(secret, 0.0) for secret in hook.secrets])
        self._inlet: Inlet | None = None
        self._clock: Clock | None = None

    def start(self, inlet: Inlet, clock: Clock) -> None:
        """Begin to speak."""
        self._inlet, self._clock = inlet, clock

    def put(self, name: str, hook: HookSettings, secrets: Sequence[tuple[str, float]]) -> None:
        """Open a door, or give it other secrets, each valid until a moment (seconds since 1970; 0: without end)."""
        self._keys[name] = [(Webhook(secret), until) for secret, until in secrets]
        self.counts.setdefault(name, HookCounts())
        self.hooks[name] = hook

    def remove(self, name: str) -> None:
        """Close a door."""
        del self.hooks[name], self._keys[name], self.counts[name]

    def sign(self, name: str, external_id: str, raw: bytes) -> dict[str, str]:
        """The headers with which a sender would send this body now: for a test delivery."""
        now = datetime.now(UTC)
        webhook = self._keys[name][0][0]
        return {
            "webhook-id": external_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": webhook.sign(external_id, now, raw.decode()),
        }

    def handle(self, name: str, headers: Mapping[str, str], raw: bytes) -> Accepted:
        """Take a signed request in, durably; a resend with the same webhook-id is `repeated`. Raises as `receive`."""
        counts = self.counts.get(name, HookCounts())
        try:
            delivery = self.receive(name, headers, raw)
        except LinkloopError as error:
            counts.refused += 1
            counts.last_refused = error.code
            raise
        if self._inlet is None:
            raise _closed()
        accepted = self._inlet.accept(apart(delivery))
        counts.taken += 1
        return Accepted(
            first=min(one.first for one in accepted),
            last=max(one.last for one in accepted),
            repeated=all(one.repeated for one in accepted),
        )

    def receive(self, name: str, headers: Mapping[str, str], raw: bytes) -> Delivery:
        """A signed request as a delivery; `raw` is the body exactly as it came.

        Raises NotFound `hook.unknown`, Refused `hook.signature`, and LinkloopError `hook.size`, `hook.json`,
        `hook.kind` or `hook.field`, whose `where` names the field. Nothing is said of a request that is refused.
        """
        hook = self.hooks.get(name)
        if hook is None or self._clock is None:
            if hook is None:
                raise NotFound(
                    "hook.unknown",
                    Text(en="there is no such hook", zh="没有这个接口"),
                    Text(
                        en="Name it under channels.webhooks_in in linkloop.toml.",
                        zh="请在 linkloop.toml 的 channels.webhooks_in 中配置。",
                    ),
                    name[:100],
                )
            raise _closed()
        if len(raw) > hook.body_bytes:
            raise LinkloopError(
                "hook.size",
                Text(en=f"the body has more than {hook.body_bytes} bytes", zh=f"内容超过 {hook.body_bytes} 字节"),
                Text(en="Send smaller batches.", zh="请拆成更小的批次。"),
            )
        external_id = self._verified(name, headers, raw)
        allowed = frozenset(hook.kinds) or frozenset(tables()) - OURS
        now = self._clock.now()
        said = tuple(decode_said(kind, data, allowed, now, where) for kind, data, where in _items(raw, hook.batch))
        return Delivery(source=f"hook:{name}", external_id=external_id, said=said)

    def _verified(self, name: str, headers: Mapping[str, str], raw: bytes) -> str:
        found = {key.lower(): value for key, value in headers.items()}
        external_id = found.get("webhook-id", "")
        if 0 < len(external_id) <= _ID_LONGEST and external_id.isascii() and external_id.isprintable():
            for webhook, until in self._keys[name]:
                if 0 < until < time.time():
                    continue
                try:
                    webhook.verify(raw, found, json_parse=False)
                    return external_id
                except (WebhookVerificationError, ValueError, OverflowError):
                    # ValueError: a signature that is not base64 or has no comma, a body that is not UTF-8.
                    continue
        logger.warning("hook %s: a request without a valid signature was refused", name)
        raise Refused(
            "hook.signature",
            Text(en="the signature is missing, wrong or older than 5 minutes", zh="签名缺失、错误或已超过 5 分钟"),
            Text(
                en="Sign id, timestamp and raw body as Standard Webhooks says, and check the clock.",
                zh="请按 Standard Webhooks 对编号、时间戳与原始内容签名，并校准时钟。",
            ),
            "webhook-signature",
        )


def apart(delivery: Delivery) -> list[Delivery]:
    """The messages of customers in a delivery apart, each known by its own id on its channel, as every channel's are:
    a sender that resends one under another webhook-id, or in another batch, doubles nothing. Contacts and rows that
    belong to a message go with it; all the rest stays together. The log takes all of it, or nothing.
    """
    heard = [one for one in delivery.said if isinstance(one, MessageReceived)]
    if not heard:
        return [delivery]
    ids = {one.message_id: one for one in heard}
    of_contact = {one.contact_id: one.message_id for one in reversed(heard) if one.contact_id}
    with_it: dict[str, list[Table]] = {one: [] for one in ids}
    rest: list[Table] = []
    for item in delivery.said:
        if isinstance(item, Contact) and item.contact_id in of_contact:
            with_it[of_contact[item.contact_id]].insert(0, item)
        elif isinstance(item, Message | MessageReceived) and item.message_id in ids:
            with_it[item.message_id].append(item)
        else:
            rest.append(item)
    found = [msgspec.structs.replace(delivery, said=tuple(rest))] if rest else []
    for message_id, event in ids.items():
        said = sorted(with_it[message_id], key=lambda item: isinstance(item, MessageReceived))
        external_id = message_id.removeprefix(f"{event.channel}:")
        found.append(Delivery(source=f"channel:{event.channel}", external_id=external_id, said=tuple(said)))
    return found


class _Envelope(msgspec.Struct, frozen=True):
    type: str
    data: Any


def _items(raw: bytes, most: int) -> list[tuple[str, Any, str]]:
    """(SQL name, fields, path) of each row or event in a payload."""
    top = _convert(raw, "")
    if top.type != "batch":
        return [(top.type, top.data, "")]
    if not isinstance(top.data, list) or not 0 < len(top.data) <= most:
        raise bad_field(f"a batch is a list of 1 to {most}", f"batch 须为 1 至 {most} 项的列表", "data")
    items = []
    for place, item in enumerate(top.data):
        one = _convert(item, f"data[{place}]")
        items.append((one.type, one.data, f"data[{place}]"))
    return items


def _convert(given: Any, where: str) -> _Envelope:
    try:
        if isinstance(given, bytes):
            return msgspec.json.decode(given, type=_Envelope)
        return msgspec.convert(given, _Envelope)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        raise bad_field(reason, f"值无效：{reason}", (where + path.rstrip("`")).lstrip(".")) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise LinkloopError(
            "hook.json",
            Text(en=f"the body is not JSON: {error}", zh=f"内容不是 JSON：{error}"),
            Text(en="Send UTF-8 JSON.", zh="请发送 UTF-8 编码的 JSON。"),
        ) from error


def _closed() -> LinkloopError:
    return LinkloopError(
        "hook.closed",
        Text(en="the shop is not open", zh="店铺尚未开张"),
        Text(en="Send it again later; the sender keeps it.", zh="请稍后重发。"),
    )
