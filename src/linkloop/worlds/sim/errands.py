"""Errands: what the town is asked to do is done once per key, recorded, and answered for honestly ever after."""

from __future__ import annotations

from linkloop.commerce.conversations import Reply
from linkloop.commerce.network import Replan, RevertReplan
from linkloop.commerce.remedies import CancelCompensation, CancelCoupon, Compensate, IssueCoupon
from linkloop.commerce.requests import (
    CancelOrder,
    CancelReturn,
    ChangeAddress,
    IssueInvoice,
    OpenExchange,
    OpenReturn,
    ProtectPrice,
    RefundOrder,
    ReleaseStock,
    ReserveStock,
    SendReplacement,
)
from linkloop.commerce.stock import CancelReplenish, CancelTransfer, Replenish, Transfer
from linkloop.core.action import Errand, Receipt
from linkloop.worlds.sim.aftersales import Aftersales
from linkloop.worlds.sim.agenda import Agenda
from linkloop.worlds.sim.draws import once
from linkloop.worlds.sim.faults import LostReceipts
from linkloop.worlds.sim.lanes import Lanes
from linkloop.worlds.sim.lorries import Lorries
from linkloop.worlds.sim.messages import Messages
from linkloop.worlds.sim.orderdesk import OrderDesk
from linkloop.worlds.sim.remedies import Remedies
from linkloop.worlds.sim.suppliers import Suppliers

PERFORMS = frozenset(
    kind.__name__
    for kind in (
        Replenish, CancelReplenish, Reply, Compensate, CancelCompensation, IssueCoupon, CancelCoupon, CancelOrder,
        ChangeAddress, IssueInvoice, RefundOrder, ProtectPrice, ReserveStock, ReleaseStock, OpenReturn, OpenExchange,
        CancelReturn, SendReplacement, Transfer, CancelTransfer, Replan, RevertReplan,
    )
)  # fmt: skip


class Errands:
    """Takes errands to the actor that carries them out. `effects` counts what really happened."""

    def __init__(self, agenda: Agenda, suppliers: Suppliers, remedies: Remedies, messages: Messages, desk: OrderDesk,
                 aftersales: Aftersales, lorries: Lorries, lanes: Lanes, seed: int) -> None:  # fmt: skip
        self._agenda, self._seed = agenda, seed
        self._suppliers, self._remedies, self._messages = suppliers, remedies, messages
        self._desk, self._aftersales, self._lorries, self._lanes = desk, aftersales, lorries, lanes
        self._settled: dict[str, Receipt] = {}
        self._tries: dict[str, int] = {}
        self.trouble: tuple[int, LostReceipts] | None = None
        self.effects = 0

    def perform(self, errand: Errand) -> Receipt:
        """Do an errand, or say again what came of it: the same key never has a second effect."""
        if errand.key in self._settled:
            return self._settled[errand.key]
        lost = self._lost(errand.key)
        if lost == "none":
            return Receipt(status="unknown", detail="no answer in time")
        receipt = self._do(errand)
        self._settled[errand.key] = receipt
        self._tries.pop(errand.key, None)
        self.effects += receipt.status == "done"
        return Receipt(status="unknown", detail="no answer in time") if lost else receipt

    def settled(self, key: str) -> Receipt | None:
        """What became of a key; None when it never arrived here."""
        return self._settled.get(key)

    def _do(self, errand: Errand) -> Receipt:
        match errand.action:
            case Replenish() as action:
                return self._suppliers.replenish(errand, action)
            case CancelReplenish() as action:
                return self._suppliers.cancel(errand, action)
            case Compensate() as action:
                return self._remedies.compensate(errand, action)
            case CancelCompensation() as action:
                return self._remedies.cancel(errand, action)
            case IssueCoupon() as action:
                return self._remedies.issue(errand, action)
            case CancelCoupon() as action:
                return self._remedies.withdraw(action)
            case Reply() as action:
                return self._messages.reply(errand, action, self._remedies.bought(action.conversation_id))
            case CancelOrder() as action:
                return self._desk.cancel(errand, action)
            case ChangeAddress() as action:
                return self._desk.redirect(errand, action)
            case IssueInvoice() as action:
                return self._desk.invoice(errand, action)
            case RefundOrder() as action:
                return self._desk.pay_back(errand, action)
            case ProtectPrice() as action:
                return self._desk.protect(errand, action)
        return self._after(errand)

    def _after(self, errand: Errand) -> Receipt:
        match errand.action:
            case Transfer() as action:
                return self._lorries.move(errand, action)
            case CancelTransfer() as action:
                return self._lorries.keep(errand, action)
            case Replan() as action:
                return self._lanes.replan(errand, action)
            case RevertReplan() as action:
                return self._lanes.revert(errand, action)
            case ReserveStock() as action:
                return self._aftersales.reserve(errand, action)
            case ReleaseStock() as action:
                return self._aftersales.release(errand, action)
            case OpenReturn() as action:
                return self._aftersales.open_return(errand, action)
            case OpenExchange() as action:
                return self._aftersales.open_exchange(errand, action)
            case CancelReturn() as action:
                return self._aftersales.cancel(errand, action)
            case SendReplacement() as action:
                return self._aftersales.send(errand, action)
        return Receipt(status="refused", detail=f"the town cannot perform {type(errand.action).__name__}")

    def _lost(self, key: str) -> str:
        """ "done" or "none" when the answer to this try gets lost, else an empty string."""
        self._tries[key] = self._tries.get(key, 0) + 1
        if self.trouble is None or self.trouble[0] <= self._agenda.now:
            return ""
        chance = once(self._seed, "lost", key, str(self._tries[key])).uniform()
        return self.trouble[1].effect if chance < self.trouble[1].share else ""
