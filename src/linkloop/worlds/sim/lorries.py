"""The lorries: goods that move between the town's own warehouses; until they leave, they can be kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from linkloop.commerce.stock import CancelTransfer, Transfer
from linkloop.core.action import Errand, Receipt
from linkloop.worlds.sim.agenda import DAY, HOUR, Agenda
from linkloop.worlds.sim.catalog import Catalog
from linkloop.worlds.sim.draws import once
from linkloop.worlds.sim.places import WAREHOUSES, apart
from linkloop.worlds.sim.shelves import Shelves

LEAVES_AFTER = 6 * HOUR
KM_A_DAY = 600.0


@dataclass(slots=True, eq=False)
class Load:
    """Units of a product on their way; state "waiting" until the lorry leaves."""

    reference: str
    product: int
    source: int
    target: int
    quantity: int
    travel: int
    state: Literal["waiting", "cancelled", "left", "arrived"] = "waiting"


class Lorries:
    """Carries out Transfer and CancelTransfer. The way takes a day per 600 km, give or take a fifth."""

    def __init__(self, agenda: Agenda, catalog: Catalog, shelves: Shelves, seed: int) -> None:
        self._agenda, self._catalog, self._shelves, self._seed = agenda, catalog, shelves, seed
        self._loads: dict[tuple[str, str, str, str], Load] = {}
        self._places = {place.place: n for n, place in enumerate(WAREHOUSES)}

    def move(self, errand: Errand, action: Transfer) -> Receipt:
        """Take units off one shelf for another. Refused: unknown product or place, the same place, too few units."""
        product = self._catalog.number.get(action.product_id)
        source, target = self._places.get(action.from_place), self._places.get(action.to_place)
        if product is None or source is None or target is None or source == target:
            return Receipt(status="refused", detail="unknown product or place, or the same place")
        same = (action.product_id, action.from_place, action.to_place, action.wave)
        if same in self._loads:
            return Receipt(status="refused", detail="already moved in this wave")
        there = self._shelves.on_hand[product][source]
        if not 0 < action.quantity <= there:
            return Receipt(status="refused", detail=f"{there} units are there")
        share = once(self._seed, "lorry", errand.key).between(80, 120) / 100
        travel = int(apart(source, target) / KM_A_DAY * share * DAY)
        load = Load(f"TR-{errand.key[:12]}", product, source, target, action.quantity, travel)
        self._loads[same] = load
        self._shelves.on_hand[product][source] -= load.quantity
        self._shelves.on_order[product][target] += load.quantity
        self._tell(load, "loaded")
        self._agenda.after(LEAVES_AFTER, self._leave, load)
        return Receipt(status="done", reference=load.reference)

    def keep(self, errand: Errand, action: CancelTransfer) -> Receipt:
        """Unload what has not left. Refused otherwise."""
        load = self._loads.get((action.product_id, action.from_place, action.to_place, action.wave))
        if load is None or load.state != "waiting":
            return Receipt(status="refused", detail="no such load" if load is None else f"load has {load.state}")
        load.state = "cancelled"
        self._shelves.put(load.source, [(load.product, load.quantity)])
        self._shelves.on_order[load.product][load.target] -= load.quantity
        self._tell(load, "unloaded")
        return Receipt(status="done", reference=load.reference)

    def _leave(self, load: Load) -> None:
        if load.state == "waiting":
            load.state = "left"
            self._agenda.after(load.travel, self._arrive, load)

    def _arrive(self, load: Load) -> None:
        load.state = "arrived"
        self._shelves.on_order[load.product][load.target] -= load.quantity
        self._shelves.put(load.target, [(load.product, load.quantity)])
        self._tell(load, "arrived")

    def _tell(self, load: Load, what: str) -> None:
        rows = (self._shelves.row(load.product, place) for place in (load.source, load.target))
        self._agenda.say("lorries", f"{what}:{load.reference}", *rows)
