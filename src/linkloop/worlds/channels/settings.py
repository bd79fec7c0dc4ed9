"""What a person configures of the channels: web chat, hooks that let facts in, endpoints that actions go to."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from urllib.parse import urlsplit

import msgspec

from linkloop import commerce
from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.core.vocabulary import tables
from linkloop.worlds.channels.platform import from_environment

# A kind is known by its name only once its module is imported: the settings name them before any link does.
for _module in iter_modules(commerce.__path__, f"{commerce.__name__}."):
    import_module(_module.name)

# What the loop, its gate, its links and its people conclude by themselves: nobody outside may say it, however well it
# is signed. Who a contact is, above all: that opens orders.
# fmt: off
OURS = frozenset({
    "action_settled", "alarm_rang", "alarms", "alerts", "answer_written", "article_problems", "article_uses",
    "broken_promises", "carrier_transits", "contact_conversations", "contact_links", "contact_merged", "contact_split",
    "conversation_reopened", "conversation_solved", "conversations", "customer_waits", "day_closed", "decisions",
    "delays_told", "demand_days", "demand_spiked", "drafts", "empty_shelves", "file_imported", "flow_states",
    "forecast_changed", "forecast_overrides", "forecast_states", "forecast_values", "forecasts", "identity_proofs",
    "intakes", "intent_labels", "knowledge_gaps", "lead_times", "macros", "merge_suggestions", "minute_counts",
    "minute_passed", "network_arcs", "network_categories", "network_centres", "network_plans",
    "order_tunings", "payments_failing", "promises", "promotion_advice", "proof_counts",
    "proofs_tried", "quality_reviews", "recent_counts", "remedies_given", "remedy_beliefs", "remedy_outcomes",
    "remedy_safety", "requested_effects", "rescues", "risk_calibrations", "seasons", "service_notices", "shop_days",
    "spends", "stock_frontiers", "supply_risk_days", "supply_risks", "traffic_days",
    "transit_effects", "transit_errors",
})
# fmt: on
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_ORIGIN = re.compile(r"https?://(?:\*\.)?[a-z0-9.-]{1,253}(?::\d{1,5})?\Z")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class WebChatSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The web chat. `customer_secret` is the HS256 key with which the shop's own backend signs who a customer is

       (empty: every visitor is anonymous). `origins` are the sites whose pages may carry the widget: `https://shop.example`,
    or `https://*.shop.example` for all below it. Times in seconds, sizes in characters and bytes.
    """

    customer_secret: str = ""
    origins: tuple[str, ...] = ()
    session_s: int = 30 * 86400
    text_chars: int = 2000
    frame_bytes: int = 16384
    per_minute: int = 20
    burst: int = 6
    new_per_minute: int = 600
    history: int = 200


class HookSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A door for signed facts. Two `secrets` while a key is being rotated; an empty one is made on first use.
    `kinds` are the SQL names that may come in (none given: everything that the loop does not conclude by itself).
    """

    secrets: tuple[str, ...] = ("",)
    kinds: tuple[str, ...] = ()
    body_bytes: int = 1 << 20
    batch: int = 1000


class EndpointSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where actions of some `kinds` (class names) are POSTed, signed; `where` narrows them by field values.

    `status_url` holds `{key}` and is asked what became of an effect. Plain http is for this machine only, unless
    `plain_http` says that the network between is trusted.
    """

    url: str
    secret: str
    kinds: tuple[str, ...]
    where: dict[str, str] = {}
    status_url: str = ""
    timeout_s: float = 10.0
    plain_http: bool = False


class ChannelSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All channels of a shop; hooks and endpoints by name. A hook that is a text is its secret."""

    enabled: bool = True
    webchat: WebChatSettings = WebChatSettings()
    webhooks_in: dict[str, HookSettings | str] = {}
    webhooks_out: dict[str, EndpointSettings] = {}
    platforms: dict[str, dict[str, Any]] = {}

    def carries(self, origin: str) -> bool:
        """Whether a page of this origin may carry the widget."""
        origin = origin.lower()
        for allowed in self.webchat.origins:
            scheme, _, host = allowed.partition("*.")
            if origin == allowed or (host and origin.startswith(scheme) and origin.endswith(f".{host}")):
                return True
        return False

    def hooks(self) -> dict[str, HookSettings]:
        """Every hook in its full form."""
        return {
            name: HookSettings(secrets=(hook,)) if isinstance(hook, str) else hook
            for name, hook in self.webhooks_in.items()
        }


def read_settings(given: Mapping[str, Any]) -> ChannelSettings:
    """Checked settings. Raises LinkloopError `channels.settings`, which names the offending entry."""
    try:
        # A platform's own are read with the platform, which names the field.
        found = {name: one if name == "platforms" else from_environment(one, name) for name, one in given.items()}
        settings = msgspec.convert(found, ChannelSettings)
    except msgspec.ValidationError as error:
        raise _wrong(str(error), f"设置无效：{error}", "channels") from error
    except ValueError as error:
        field, _, reason = str(error).partition(": ")
        raise _wrong(reason, f"设置无效：{reason}", f"channels.{field}") from error
    if settings.webchat.customer_secret and len(settings.webchat.customer_secret.encode()) < 32:
        raise _wrong(
            "customer_secret is shorter than 32 bytes",
            "customer_secret 少于 32 字节",
            "channels.webchat.customer_secret",
        )
    for origin in settings.webchat.origins:
        if not _ORIGIN.match(origin):
            raise _wrong(f"{origin!r} is no origin, such as https://shop.example",
    f"{origin!r} 不是来源，应形如 https://shop.example",
                         "channels.webchat.origins")  # fmt: skip
    for name, hook in settings.hooks().items():
        check_hook(name, hook, f"channels.webhooks_in.{name}")
    for name, endpoint in settings.webhooks_out.items():
        _check_endpoint(endpoint, f"channels.webhooks_out.{name}")
    return settings


def check_name(name: str, where: str) -> None:
    """Raises LinkloopError `channels.settings` when nothing can be called this."""
    if not _NAME.match(name):
        raise _wrong("a name is 1 to 64 letters, digits, '-' or '_'", "名称须为 1–64 个字母、数字、“-”“_”", where)


def check_hook(name: str, hook: HookSettings, where: str) -> None:
    """Raises LinkloopError `channels.settings` when a hook cannot be like this."""
    check_name(name, where)
    if name == "platforms":
        raise _wrong("this name is taken", "该名称已被占用", where)
    if not hook.secrets:
        raise _wrong("a hook needs a secret", "接口需要密钥", f"{where}.secrets")
    for secret in hook.secrets:
        if secret:
            _check_secret(secret, f"{where}.secrets")
    known = tables()
    for kind in hook.kinds:
        if kind not in known:
            raise _wrong(f"no table or event is called {kind}", f"没有名为 {kind} 的表或事件", f"{where}.kinds")
        if kind in OURS:
            raise _wrong(f"{kind} is the loop's own conclusion", f"{kind} 是系统自己的结论，不可外来", f"{where}.kinds")


def _check_endpoint(endpoint: EndpointSettings, where: str) -> None:
    _check_secret(endpoint.secret, f"{where}.secret")
    if not endpoint.kinds:
        raise _wrong("an endpoint needs kinds of action", "端点需要列出动作种类 kinds", f"{where}.kinds")
    for field, url in (("url", endpoint.url), ("status_url", endpoint.status_url)):
        if url or field == "url":
            check_url(url, endpoint.plain_http, f"{where}.{field}")
    if endpoint.status_url and "{key}" not in endpoint.status_url:
        raise _wrong("status_url must hold {key}", "status_url 须含 {key}", f"{where}.status_url")


def check_url(url: str, plain_http: bool, where: str) -> None:
    """Raises LinkloopError `channels.settings` for what is no address that we may send to."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        raise _wrong(f"{url!r} is not a URL", f"{url!r} 不是网址", where) from error
    if not host or parts.username or parts.password:
        raise _wrong("a URL needs a host and no password inside", "网址须有主机名，且不可内含密码", where)
    if parts.scheme != "https" and not (parts.scheme == "http" and (plain_http or host in LOOPBACK)):
        raise _wrong("only https (or http on this machine)", "只允许 https（本机可用 http）", where)


def _check_secret(secret: str, where: str) -> None:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_") + "==")
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < 24:
        raise _wrong(
            "a secret is whsec_ and at least 24 bytes in base64",
            "密钥应为 whsec_ 加至少 24 字节的 base64",
            where,
        )


def _wrong(en: str, zh: str, where: str) -> LinkloopError:
    return LinkloopError(
        "channels.settings",
        Text(en=en, zh=zh),
        Text(en="Correct this entry in linkloop.toml.", zh="请在 linkloop.toml 中改正此项。"),
        where,
    )
