"""Identities: under which numbers and addresses the town's people are known, to the shop and on its channels."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b

from linkloop.commerce.contacts import Contact, CustomerKey

_PREFIXES = ("138", "139", "150", "151", "158", "159", "176", "186", "188", "189")
_MAILS = ("example.com", "example.net", "example.org")  # RFC 2606: nobody's
# One customer in so many has the telephone of the one before: a household (stated).
HOUSEHOLD = 40


def keys_of(customer_id: str) -> tuple[CustomerKey, ...]:
    """The keys that the shop knows a customer by: telephone, e-mail, and WeChat's unionid. Not drawn but derived, so
    that nothing else in the town changes with them."""
    number = int(customer_id[1:])
    dials = f"C{number - 1:07d}" if number % HOUSEHOLD == 0 and number > 1 else customer_id
    return tuple(
        CustomerKey(key=key, customer_id=customer_id)
        for key in (f"phone:+86{_phone(dials)}", f"email:{_mail(customer_id)}", f"unionid:{_lot(customer_id, 'union')}")
    )


def contact_of(channel: str, customer_id: str, conversation_id: str, name: str, language: str, at: datetime) -> Contact:
    """Who writes, as the channel knows them. The app has signed them in, WeChat vouches for its unionid; the web page
    knows no more than a tab, and a visitor is nobody."""
    known = customer_id if channel != "web" else ""
    address = known or conversation_id
    keys = keys_of(customer_id) if known else ()
    shown = tuple(key.key for key in keys if key.key.startswith("unionid:" if channel == "wechat" else "phone:"))
    if channel == "wechat":
        address = f"o{_lot(address, 'open')}"
    return Contact(
        contact_id=f"{channel}:{address}", channel=channel, address=address, name=name if known else "",
        language=language, keys=shown, proven=bool(known), seen_at=at,
    )  # fmt: skip


def _phone(customer_id: str) -> str:
    lot = int(_lot(customer_id, "phone"), 16)
    return _PREFIXES[lot % len(_PREFIXES)] + f"{lot // 16 % 10**8:08d}"


def _mail(customer_id: str) -> str:
    lot = int(_lot(customer_id, "mail"), 16)
    return f"{customer_id.lower()}.{lot % 1000:03d}@{_MAILS[lot // 1000 % len(_MAILS)]}"


def _lot(one: str, what: str) -> str:
    return blake2b(f"{what}\x1f{one}".encode(), digest_size=8).hexdigest()
