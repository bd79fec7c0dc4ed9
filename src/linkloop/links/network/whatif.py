"""The model that answers NetworkWhatIf: the network of the last night, before and after a change."""

from __future__ import annotations

from typing import Any

from linkloop.commerce.lanes import Routing
from linkloop.commerce.network import NetworkCentre, NetworkOutlook, NetworkPlan, NetworkWhatIf
from linkloop.core.errors import Refused
from linkloop.core.feed import Read, RowModel
from linkloop.core.question import Given, ModelCard
from linkloop.core.text import Text
from linkloop.links.network import figures, layout, planning

MOST_TIMES = 100.0


class WhatIfModel(RowModel):
    """Looks up the network as of the question's moment; no table feeds it."""

    @property
    def card(self) -> ModelCard:
        """Who answers."""
        return ModelCard(
            name="network-what-if", version="1", question="NetworkWhatIf", driver="rows", latency_ms_p50=100.0,
            latency_ms_p99=5000.0, trained_by="links/network/planning.py",
        )  # fmt: skip

    def answer_at(self, question: Any, horizon: int, read: Read) -> Given[NetworkOutlook]:
        """As FedModel says. Refused `network.asked` for what is not there or makes no sense."""
        present = read(NetworkPlan, "present")
        if present is None:
            return Given(value=NetworkOutlook(made_on=""), confidence=0.0)
        places = {row.place for row in read(NetworkCentre, plan="present") if row.made_on == present.made_on}
        check(question, places, set(present.destinations), read)
        before = _network(read, present, places, None)
        after = _network(read, present, places, question)
        if before is None or after is None or not len(after.source):
            raise _refused("closed", "no lane is left", "没有可用的线路", "Leave a place open.", "请至少保留一个仓库。")
        now, kept, plan = planning.as_routed(before), planning.as_routed(after), planning.best(after)
        made_on = present.made_on
        routed, best = after.routed, planning.routing(after, plan)
        return Given(
            value=NetworkOutlook(
                made_on,
                figures.figures(before, now, "present", made_on),
                figures.figures(after, kept, "present", made_on),
                figures.figures(after, plan, "best", made_on),
                round(plan.bound, 2),
                round(plan.gap, 8),
                figures.moved(after, routed, best),
            )
        )


def _network(read: Read, plan: NetworkPlan, places: set[str], change: NetworkWhatIf | None) -> layout.Network | None:
    economy = layout.Economy(plan.cost.currency, *(plan.economy[part] for part in ("order", "unit", "units", "kg")))
    routed = {name: row.place for name in plan.destinations if (row := read(Routing, name)) is not None}
    return layout.build(read, sorted(places), plan.demand, economy, routed, change)


def check(asked: NetworkWhatIf, places: set[str], destinations: set[str], read: Read) -> None:
    """Raises Refused `network.asked` that names the field."""
    known_en, known_zh = f"Known places: {', '.join(sorted(places))}.", f"已知仓库：{'、'.join(sorted(places))}。"
    for place in asked.closed:
        if place not in places:
            raise _refused("closed", f"no place is called {place}", f"没有名为 {place} 的仓库", known_en, known_zh)
    if places <= set(asked.closed) and not asked.opened:
        raise _refused("closed", "every place is closed", "所有仓库都关闭了", "Leave one open.", "请至少保留一个。")
    for new in asked.opened:
        if new.place in places or not new.place:
            raise _refused("opened", f"{new.place or 'a new place'} needs a name of its own",
                           f"新仓库需要一个未使用的名称（{new.place}）", known_en, known_zh)  # fmt: skip
        if not (-90 <= new.latitude <= 90 and -180 <= new.longitude <= 180):
            raise _refused("opened", f"{new.place} is nowhere on Earth", f"{new.place} 的坐标无效",
                           "Latitude −90 to 90, longitude −180 to 180.",
                           "纬度 −90 到 90，经度 −180 到 180。")  # fmt: skip
        if new.fixed_per_day < 0 or new.parcels_per_day < 0:
            raise _refused("opened", "a cost or a limit is below 0", "成本或上限小于 0", "Give 0 or more.",
                           "请填写不小于 0 的数。")  # fmt: skip
    for change in asked.lanes:
        if change.origin and change.origin not in places:
            raise _refused("lanes", f"no place is called {change.origin}", f"没有名为 {change.origin} 的仓库",
                           known_en, known_zh)  # fmt: skip
        if change.destination and change.destination not in destinations:
            raise _refused("lanes", f"no parcel goes to {change.destination}", f"没有包裹寄往 {change.destination}",
                           "Name a destination of the plan.", "请填写方案中的目的地。")  # fmt: skip
        if not 0 <= change.cost_times <= MOST_TIMES:
            raise _refused("lanes", f"cost_times is {change.cost_times:g}", f"cost_times 为 {change.cost_times:g}",
                           f"0 to {MOST_TIMES:g}.", f"0 到 {MOST_TIMES:g}。")  # fmt: skip
    if not 0 < asked.demand_times <= MOST_TIMES:
        raise _refused("demand_times", f"demand_times is {asked.demand_times:g}",
                       f"demand_times 为 {asked.demand_times:g}", f"Above 0, to {MOST_TIMES:g}.",
                       f"大于 0，至多 {MOST_TIMES:g}。")  # fmt: skip


def _refused(field: str, en: str, zh: str, do_en: str, do_zh: str) -> Refused:
    return Refused("network.asked", Text(en=en, zh=zh), Text(en=do_en, zh=do_zh), where=field)
