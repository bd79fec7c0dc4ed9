"""What a decision to order tells a person, with its numbers."""

from __future__ import annotations

from linkloop.commerce.stock import Replenish, ReplenishAdvice
from linkloop.core.text import Text
from linkloop.links.stock.case import Case
from linkloop.links.stock.model import LeadDays


def reason(
    case: Case, lead: LeadDays, advice: ReplenishAdvice, target: int, action: Replenish, *, spiking: bool
) -> Text:
    """Why this many units: the position, the pace, the lead time, the service level and the money."""
    level, demand = case.level, case.demand
    name = case.product.title or case.product.product_id
    speed_en, speed_zh = (", expedited", "，加急") if action.expedite else ("", "")
    spike_en = f", and spikes: about {case.extra:.0f} more" if spiking else ""
    spike_zh = f"，正在爆发，预计多卖 {case.extra:.0f} 件" if spiking else ""
    return Text(
        en=f"{name} at {level.place}: {level.on_hand} on hand, {level.on_order} on order, {case.coming} being ordered, "
        f"{level.backordered} owed. It sells {demand.mean:.1f} ± {demand.variance**0.5:.1f} a day{spike_en}; "
        f"{action.supplier_id} takes {lead.mean:.1f} ± {lead.sd:.1f} days. A service level of "
        f"{advice.service_level:.0%} needs {target}: order {action.quantity} for {action.at_risk}{speed_en}.",
        zh=f"{level.place} 的 {name}：现货 {level.on_hand}，在途 {level.on_order}，下单中 {case.coming}，"
        f"欠货 {level.backordered}。日销 {demand.mean:.1f} ± {demand.variance**0.5:.1f} 件{spike_zh}；"
        f"{action.supplier_id} 交期 {lead.mean:.1f} ± {lead.sd:.1f} 天。{advice.service_level:.0%} 的服务水平"
        f"需要 {target} 件：订购 {action.quantity} 件，{action.at_risk}{speed_zh}。",
    )
