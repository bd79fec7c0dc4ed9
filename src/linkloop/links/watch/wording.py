"""What an alert tells a person, with its numbers."""

from __future__ import annotations

from linkloop.commerce.watching import Recent
from linkloop.core.money import Money
from linkloop.core.text import Text
from linkloop.links.watch.model import KEPT_MINUTES, Verdict, window


def shop_spike(found: Verdict, visits: Recent, last: int) -> Text:
    """Orders of the whole shop, and whether more visits explain them."""
    cause_en, cause_zh = _visits(found, visits, last)
    return Text(
        en=f"{found.observed} orders in {found.window} minutes, {found.expected:.1f} are usual "
        f"({found.ratio:.1f}×){cause_en}.",
        zh=f"{found.window} 分钟内 {found.observed} 单，平时约 {found.expected:.1f} 单"
        f"（{found.ratio:.1f} 倍）{cause_zh}。",
    )


def product_spike(found: Verdict, product: str) -> Text:
    """Units of one product."""
    return Text(
        en=f"{product}: {found.observed} units in {found.window} minutes ({found.of} orders), "
        f"{found.expected:.1f} are usual ({found.ratio:.1f}×).",
        zh=f"{product}：{found.window} 分钟内售出 {found.observed} 件（{found.of} 单），"
        f"平时约 {found.expected:.1f} 件（{found.ratio:.1f} 倍）。",
    )


def lull(found: Verdict) -> Text:
    """Orders that do not come."""
    return Text(
        en=f"Only {found.observed} orders in {found.window} minutes, {found.expected:.1f} are usual. "
        "Check the shop's pages, payments and channels.",
        zh=f"{found.window} 分钟内只有 {found.observed} 单，平时约 {found.expected:.1f} 单。"
        "请检查店铺页面、支付和各渠道。",
    )


def payments(found: Verdict, provider: str, waiting: Money) -> Text:
    """A provider that fails, with the money that did not come in."""
    usual = found.expected / found.of
    return Text(
        en=f"{provider}: {found.observed} of {found.of} payments failed in {found.window} minutes "
        f"({found.observed / found.of:.0%}, usually {usual:.0%}); {waiting} did not come in.",
        zh=f"{provider}：{found.window} 分钟内 {found.of} 笔支付有 {found.observed} 笔失败"
        f"（{found.observed / found.of:.0%}，平时 {usual:.0%}）；{waiting} 未到账。",
    )


def _visits(found: Verdict, visits: Recent, last: int) -> tuple[str, str]:
    now = window(visits, last, found.window)[0]
    before = KEPT_MINUTES - found.window
    usual = window(visits, last - found.window, before)[0] / before * found.window
    if usual < 5:
        return "", ""
    times = now / usual
    if times >= 1.5:
        return f"; visits are {times:.1f}× those of the hours before", f"；访问量是前几小时的 {times:.1f} 倍"
    return "; visits are as before, so more of them buy", "；访问量与之前相当，成交率上升"
