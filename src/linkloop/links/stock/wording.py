"""What a decision to order tells a person, with its numbers."""

from __future__ import annotations

from linkloop.commerce.stock import OrderTuning, Replenish, Transfer
from linkloop.core.text import Text
from linkloop.links.stock.case import Case
from linkloop.links.stock.marks import Marks
from linkloop.links.stock.model import LeadDays

_SEGMENTS = {"fast": "快动", "slow": "慢动", "intermittent": "间歇"}


def reason(
    case: Case,
    lead: LeadDays,
    held: Marks,
    target: int,
    action: Replenish,
    tuned: OrderTuning | None,
    *,
    spiking: bool,
) -> Text:
    """Why this many units: the position, the pace, the lead time, the service level and the money."""
    level, demand = case.level, case.demand
    name = case.product.title or case.product.product_id
    speed_en, speed_zh = (", expedited", "，加急") if action.expedite else ("", "")
    spike_en = f", and spikes: about {case.extra:.0f} more" if spiking else ""
    spike_zh = f"，正在爆发，预计多卖 {case.extra:.0f} 件" if spiking else ""
    tuned_en, tuned_zh = _tuned(held, tuned)
    pace_en, pace_zh = ("The forecast is", "预测日销") if case.forecast else ("It sells", "日销")
    return Text(
        en=f"{name} at {level.place}: {level.on_hand} on hand, {level.on_order} on order, {case.coming} being ordered, "
        f"{level.backordered} owed. {pace_en} {demand.mean:.1f} ± {demand.variance**0.5:.1f} a day{spike_en}; "
        f"{action.supplier_id} takes {lead.mean:.1f} ± {lead.sd:.1f} days. {_need(held)} needs "
        f"{target}{tuned_en}: order {action.quantity} for {action.at_risk}{speed_en}.",
        zh=f"{level.place} 的 {name}：现货 {level.on_hand}，在途 {level.on_order}，下单中 {case.coming}，"
        f"欠货 {level.backordered}。{pace_zh} {demand.mean:.1f} ± {demand.variance**0.5:.1f} 件{spike_zh}；"
        f"{action.supplier_id} 交期 {lead.mean:.1f} ± {lead.sd:.1f} 天。{_need_zh(held)}"
        f"需要 {target} 件{tuned_zh}：订购 {action.quantity} 件，{action.at_risk}{speed_zh}。",
    )


def _need(held: Marks) -> str:
    return "The learned net" if held.by == "learned" else f"A service level of {_share(held.level)}"


def _need_zh(held: Marks) -> str:
    return "学习到的策略" if held.by == "learned" else f"{_share(held.level)} 的服务水平"


def _share(level: float) -> str:
    return f"{level * 100:.3g}%"


def _tuned(held: Marks, tuned: OrderTuning | None) -> tuple[str, str]:
    """What the nights found of the segment, in English and Chinese; empty where the table decides."""
    if held.by == "table" or tuned is None:
        return "", ""
    pace, _, dear = held.segment.partition("_")
    name_en, name_zh = (f"{pace} dear" if dear else pace), f"{_SEGMENTS[pace]}{'贵重' if dear else ''}"
    return (
        f" ({name_en} goods, for {held.cover} days: {tuned.stockout:.1%} of units were short on past days that it was "
        "not chosen on)",
        f"（{name_zh}商品，支撑 {held.cover} 天；在未参与选择的日子里缺货 {tuned.stockout:.1%}）",
    )


def transfer_reason(giver: Case, taker: Case, action: Transfer, days: float, saved: float) -> Text:
    """Why these units move: what both places hold and sell, how long the ways are, and the sales that are saved."""
    name = giver.product.title or giver.product.product_id
    here, there = giver.level, taker.level
    return Text(
        en=f"{name}: {there.place} holds {taker.position} with what is on its way and needs {taker.demand.mean:.1f} a "
        f"day; its supplier takes {taker.lead.mean:.1f} days, {here.place} is {days:.1f} days away, holds "
        f"{here.on_hand} and needs {giver.demand.mean:.1f} a day. Moving {action.quantity} saves about {saved:.1f} "
        f"sales that would be lost, after what {here.place} may then lack.",
        zh=f"{name}：{there.place} 连同在途共 {taker.position} 件，日需 {taker.demand.mean:.1f} 件，"
        f"供应商交期 {taker.lead.mean:.1f} 天；{here.place} 路程 {days:.1f} 天，现货 {here.on_hand} 件，"
        f"日需 {giver.demand.mean:.1f} 件。调拨 {action.quantity} 件，扣除 {here.place} 可能的缺货后，"
        f"约可挽回 {saved:.1f} 件销售。",
    )
