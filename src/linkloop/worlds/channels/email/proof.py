"""Proof: whether a mail comes from the domain that its sender names, as our own mail server found (RFC 8601)."""

from __future__ import annotations

import re
from email.message import Message

_COMMENT = re.compile(r"\([^()]*\)")
_FIELD = re.compile(r"\b(dmarc|dkim)\s*=\s*([a-z]+)(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"\bheader\.(from|d|i)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


def proven(message: Message, address: str, authserv: str) -> bool:
    """Whether the trusted server found DMARC to pass for this sender's domain, or DKIM by a domain that covers it.

    Only the topmost Authentication-Results of that server counts: what stands below may have come with the mail.
    """
    domain = address.rpartition("@")[2].lower().rstrip(".")
    if not authserv or not domain or len(message.get_all("From", [])) != 1:
        return False
    for header in message.get_all("Authentication-Results", []):
        said = _COMMENT.sub(" ", str(header))
        server, _, results = said.partition(";")
        if server.split()[:1] and server.split()[0].lower() == authserv.lower():
            return _passes(results, domain)
    return False


def _passes(results: str, domain: str) -> bool:
    for result in results.split(";"):
        found = _FIELD.search(result)
        if not found or found[2].lower() != "pass":
            continue
        named = {
            name.lower(): value.lower().rpartition("@")[2].rstrip(".") for name, value in _PROPERTY.findall(found[3])
        }
        if found[1].lower() == "dmarc":
            if named.get("from", "") == domain:
                return True
        elif (
            (signer := named.get("d") or named.get("i", ""))
            and (domain == signer or domain.endswith(f".{signer}"))
            and "." in signer
        ):
            return True
    return False
