"""What shoppers write to the shop, why and when, and what they write back when they are answered."""

from __future__ import annotations

from dataclasses import dataclass

from linkloop.commerce.conversations import Message, MessageReceived, Reply
from linkloop.commerce.understanding import IntentName, Mood
from linkloop.core.action import Errand, Receipt
from linkloop.worlds.sim.agenda import DAY, HOUR, MINUTE, SECOND, Agenda
from linkloop.worlds.sim.answers import answer_to
from linkloop.worlds.sim.catalog import Catalog
from linkloop.worlds.sim.draws import Draws, once, running
from linkloop.worlds.sim.identities import contact_of
from linkloop.worlds.sim.people import ENGLISH_SHARE, Person
from linkloop.worlds.sim.purchase import Purchase
from linkloop.worlds.sim.writing import Written, compose

# How often something makes a shopper write (stated); about one order in five leads to a message.
ABOUT_LATE_ANNOUNCED, ABOUT_LATE_SILENT = 0.35, 0.60
ON_THE_WAY, AFTER_CHECKOUT, AFTER_DELIVERY, AFTER_FAILED_PAYMENT = 0.05, 0.03, 0.06, 0.05
ASKS_AGAIN, ASKS_AGAIN_HOURS, ANSWERS_BACK = 0.30, 2.0, 0.30
ORDER_KNOWN = 0.6
CHANNELS, _CHANNELS = ("app", "wechat", "web"), running((0.5, 0.35, 0.15))
FORGET_DAYS, REMEMBERS, MOST_ANSWERS = 14, 50_000, 8

Chances = tuple[tuple[IntentName, Mood, float], ...]
_BEFORE: Chances = (("product_question", "neutral", 5), ("product_question", "anxious", 1),
                    ("product_question", "pleased", 1), ("stock_question", "neutral", 1.5),
                    ("coupon_question", "neutral", 2), ("coupon_question", "pleased", 0.6), ("other", "neutral", 1.5),
                    ("other", "pleased", 0.4), ("size_advice", "neutral", 1), ("compatibility", "neutral", 0.7),
                    ("greeting", "neutral", 0.5), ("human", "neutral", 0.3))  # fmt: skip
_OUT: Chances = (("stock_question", "neutral", 5), ("stock_question", "anxious", 3), ("stock_question", "angry", 1.5),
                 ("stock_question", "pleased", 1))  # fmt: skip
_CHECKOUT: Chances = (("change_address", "anxious", 2), ("change_address", "neutral", 2), ("cancel", "neutral", 2),
                      ("cancel", "anxious", 1), ("change_address", "pleased", 0.5), ("cancel", "pleased", 0.5),
                      ("price_protection", "angry", 0.6), ("price_protection", "neutral", 0.4),
                      ("invoice", "neutral", 1.5))  # fmt: skip
_PAYING: Chances = (("payment_problem", "neutral", 2), ("payment_problem", "anxious", 2),
                    ("payment_problem", "angry", 1.5))  # fmt: skip
_WAY: Chances = (("where_is_parcel", "neutral", 6), ("where_is_parcel", "anxious", 2),
                 ("where_is_parcel", "pleased", 1))  # fmt: skip
_DELIVERED: Chances = (("thanks", "pleased", 3), ("return", "neutral", 2), ("return", "pleased", 0.5),
                       ("return", "anxious", 0.6), ("return", "angry", 0.8), ("complaint", "angry", 1.5),
                       ("complaint", "neutral", 1), ("complaint", "anxious", 0.7), ("invoice", "neutral", 1),
                       ("invoice", "anxious", 0.3), ("refund", "neutral", 0.8), ("refund", "angry", 0.5),
                       ("refund", "anxious", 0.4), ("exchange", "neutral", 1), ("exchange", "anxious", 0.3),
                       ("exchange", "angry", 0.3), ("human", "angry", 0.2))  # fmt: skip


@dataclass(slots=True, eq=False)
class Conversation:
    """One thread on one channel; `written` counts the shopper's messages in it, `replied` answers to what was asked."""

    conversation_id: str
    channel: str
    person: Person | None
    purchase: Purchase | None
    language: str
    product: int
    mood: Mood
    written: int = 0
    answered: bool = False
    replied: int = 0


class Messages:
    """Says MessageReceived with the Message row; carries out Reply. `meant` keeps what a message was meant to say,
    for those who measure how well it was understood."""

    def __init__(self, agenda: Agenda, catalog: Catalog, seed: int) -> None:
        self._agenda, self._catalog, self._seed = agenda, catalog, seed
        self._draws = Draws(seed, "messages")
        self._talks: dict[str, Conversation] = {}
        self._started = 0
        self.written = 0
        self.meant: dict[str, Written] = {}

    def about_late(self, purchase: Purchase, announced: bool) -> None:
        """A parcel is late: those who write do so within hours, in the mood that the delay put them in."""
        if self._draws.happens(ABOUT_LATE_ANNOUNCED if announced else ABOUT_LATE_SILENT):
            self._agenda.after(self._draws.exponential(1.5) * HOUR, self._late, purchase)

    def on_the_way(self, purchase: Purchase, arrives: int) -> None:
        """A parcel travels as it should; some ask all the same, before it is there."""
        if self._draws.happens(ON_THE_WAY):
            wait = self._draws.between(0.2, 0.9) * (arrives - self._agenda.now)
            self._agenda.after(wait, self._ask, purchase, *self._choose(_WAY))

    def after_checkout(self, purchase: Purchase) -> None:
        """Second thoughts after an order."""
        self._maybe(AFTER_CHECKOUT, purchase, _CHECKOUT, 0.5)

    def after_failed_payment(self, purchase: Purchase) -> None:
        """A payment did not go through."""
        self._maybe(AFTER_FAILED_PAYMENT, purchase, _PAYING, 0.05)

    def after_delivery(self, purchase: Purchase) -> None:
        """The goods are there: praise, complaints, returns."""
        self._maybe(AFTER_DELIVERY, purchase, _DELIVERED, 20.0)

    def before_order(self, person: Person | None, product: int) -> None:
        """A visitor asks before buying; `person` is None for somebody who is not logged in."""
        wait = self._draws.between(10, 110) * SECOND
        self._agenda.after(wait, self._inquire, person, product, *self._choose(_BEFORE))

    def when_out(self, person: Person, product: int) -> None:
        """A shopper found an empty shelf."""
        wait = self._draws.between(20, 300) * SECOND
        self._agenda.after(wait, self._inquire, person, product, *self._choose(_OUT))

    def answer_later(self, purchase: Purchase, intent: IntentName, mood: Mood, wait: float) -> None:
        """In `wait` microseconds the shopper of a purchase writes because of what the shop did about it."""
        self._agenda.after(wait, self._ask, purchase, intent, mood, purchase.story)

    def reply(self, errand: Errand, action: Reply, purchase: Purchase | None = None) -> Receipt:
        """Put the shop's text into a conversation; about a `purchase` of this customer the shop may open a new one.
        Refused when there is no such conversation or no text."""
        talk = self._talks.get(action.conversation_id)
        if talk is None and purchase is not None and purchase.person.customer_id == action.customer_id:
            talk = self._open(action, purchase)
        if talk is None:
            return Receipt(status="refused", detail="no such conversation")
        if not action.text.strip():
            return Receipt(status="refused", detail="an empty text cannot be sent")
        draws = once(self._seed, "reply", errand.key)
        wait = draws.between(0.2, 2.0) * SECOND
        talk.answered = True
        story = (errand.case_id, errand.decision_id)
        if talk.purchase is not None:
            talk.purchase.answered = True
            talk.purchase.story = story
        self._agenda.after(wait, self._replied, talk, errand.key, action)
        back = None
        if talk.person is not None and talk.replied < MOST_ANSWERS:
            titles = self._catalog.titles[talk.product]
            back = answer_to(action.text, talk.language, talk.purchase, titles, once(self._seed, "answer", errand.key))
        if back is not None:
            talk.replied += 1
            self._agenda.after(wait + draws.exponential(1.5) * MINUTE, self._answer, talk, back[0], back[1], story)
        elif talk.written < 3 and draws.happens(ANSWERS_BACK):
            mood: Mood = "pleased" if draws.happens(0.6) else "neutral"
            self._agenda.after(wait + draws.exponential(4.0) * MINUTE, self._write, talk, "thanks", mood, story)
        return Receipt(status="done", reference=f"R-{errand.key[:12]}")

    def _open(self, action: Reply, purchase: Purchase) -> Conversation:
        talk = Conversation(action.conversation_id, action.channel, purchase.person, purchase,
                            purchase.person.language, purchase.wanted[0][0], purchase.mood)  # fmt: skip
        self._talks[talk.conversation_id] = talk
        purchase.conversation = talk.conversation_id
        self._agenda.after(FORGET_DAYS * DAY, self._forget, talk)
        return talk

    def _replied(self, talk: Conversation, key: str, action: Reply) -> None:
        row = Message(message_id=f"R-{key[:12]}", conversation_id=talk.conversation_id, author="bot", text=action.text,
                      customer_id=talk.person.customer_id if talk.person else "", channel=talk.channel,
                      sent_at=self._agenda.today())  # fmt: skip
        self._agenda.say("messages", f"reply:{key}", row)

    def _maybe(self, chance: float, purchase: Purchase, chances: Chances, mean_hours: float) -> None:
        if self._draws.happens(chance):
            wait = self._draws.exponential(mean_hours) * HOUR
            self._agenda.after(wait, self._ask, purchase, *self._choose(chances))

    def _choose(self, chances: Chances) -> tuple[IntentName, Mood]:
        intent, mood, _ = chances[self._draws.weighted(running([weight for _, _, weight in chances]))]
        return intent, mood

    def _late(self, purchase: Purchase) -> None:
        self._ask(purchase, "where_is_parcel", purchase.mood)

    def _ask(self, purchase: Purchase, intent: IntentName, mood: Mood, story: tuple[str, str] = ("", "")) -> None:
        talk = self._talks.get(purchase.conversation)
        if talk is None:
            talk = self._begin(purchase.person, purchase, purchase.wanted[0][0], mood)
            purchase.conversation = talk.conversation_id
        self._write(talk, intent, mood, story)

    def _inquire(self, person: Person | None, product: int, intent: IntentName, mood: Mood) -> None:
        self._write(self._begin(person, None, product, mood), intent, mood, ("", ""))

    def _begin(self, person: Person | None, purchase: Purchase | None, product: int, mood: Mood) -> Conversation:
        self._started += 1
        guest = "en" if self._draws.happens(ENGLISH_SHARE) else "zh"
        talk = Conversation(f"T{self._started:07d}", CHANNELS[self._draws.weighted(_CHANNELS)], person, purchase,
                            person.language if person else guest, product, mood)  # fmt: skip
        self._talks[talk.conversation_id] = talk
        self._agenda.after(FORGET_DAYS * DAY, self._forget, talk)
        return talk

    def _write(self, talk: Conversation, intent: IntentName, mood: Mood, story: tuple[str, str]) -> None:
        talk.written += 1
        talk.mood = mood
        talk.answered = False
        purchase, now = talk.purchase, self._agenda.now
        days = max(2, round((now - purchase.placed) / DAY)) if purchase else 2
        order_id = purchase.order_id if purchase else ""
        written = compose(self._draws, talk.language, intent, mood, order_id, self._catalog.titles[talk.product],
                          days, talk.person.home if talk.person else 0)  # fmt: skip
        self._send(talk, written, order_id, story, known=self._draws.happens(ORDER_KNOWN))
        if mood in ("angry", "anxious") and talk.written < 3 and self._draws.happens(ASKS_AGAIN):
            wait = self._draws.exponential(ASKS_AGAIN_HOURS) * HOUR + 10 * MINUTE
            self._agenda.after(wait, self._again, talk, intent)

    def _send(
        self, talk: Conversation, written: Written, order_id: str, story: tuple[str, str], *, known: bool
    ) -> None:
        self.written += 1
        message_id, customer_id = f"M{self.written:08d}", talk.person.customer_id if talk.person else ""
        self.meant[message_id] = written
        if len(self.meant) > REMEMBERS:
            del self.meant[next(iter(self.meant))]
        who = contact_of(talk.channel, customer_id, talk.conversation_id, talk.person.name if talk.person else "",
                         talk.language, self._agenda.today())  # fmt: skip
        self._agenda.say(
            "messages", f"message:{message_id}", *([who] if talk.written == 1 else []),
            Message(message_id=message_id, conversation_id=talk.conversation_id, customer_id=customer_id,
                    author="customer", channel=talk.channel, text=written.text, sent_at=self._agenda.today()),
            MessageReceived(at=self._agenda.today(), case_id=story[0], cause_id=story[1], message_id=message_id,
                            conversation_id=talk.conversation_id, channel=talk.channel, text=written.text,
                            customer_id=customer_id, contact_id=who.contact_id,
                            order_id=order_id if known else ""),
        )  # fmt: skip

    def _answer(self, talk: Conversation, text: str, intent: IntentName, story: tuple[str, str]) -> None:
        if talk.conversation_id in self._talks:
            order_id = talk.purchase.order_id if talk.purchase else ""
            self._send(talk, Written(text, talk.language, intent, "neutral"), order_id, story, known=False)

    def _again(self, talk: Conversation, intent: IntentName) -> None:
        if not talk.answered and talk.conversation_id in self._talks:
            self._write(talk, intent, "angry", ("", ""))

    def _forget(self, talk: Conversation) -> None:
        self._talks.pop(talk.conversation_id, None)
