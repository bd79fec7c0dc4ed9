"""Robots: mail that no person wrote, which must not be answered (RFC 3834): absences, bounces, lists, our own."""

from __future__ import annotations

import re
from email.message import Message

_NOBODY = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|listserv|majordomo)(?:[+_.-].*)?@", re.IGNORECASE
)
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_ABSENT = re.compile(
    r"^(?:auto(?:matic)?[ -]?(?:reply|response)|automatische antwort|réponse automatique|out of (?:the )?office"
    r"|自动回复|自動回覆|自动答复|休假自动回复)\b|^(?:自动回复|自動回覆|自动答复)",
    re.IGNORECASE,
)


def why_robot(message: Message, address: str, subject: str, own: str) -> str:
    """Why this mail is not a person's, or an empty string."""
    submitted = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    if submitted != "no":
        return f"Auto-Submitted: {submitted[:40]}"
    if address.lower() == own.lower() or own.lower() in str(message.get("X-Loop", "")).lower():
        return "our own"
    if str(message.get("Return-Path", "")).strip() == "<>":
        return "no return path"
    if message.get_content_type() in ("multipart/report", "message/delivery-status"):
        return "a report"
    if str(message.get("Precedence", "")).strip().lower() in _BULK:
        return "bulk"
    for name in ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Auto-Response-From", "Feedback-ID"):
        if message.get(name):
            return name
    if "oof" in str(message.get("X-Auto-Response-Suppress", "")).lower() and _ABSENT.search(subject):
        return "X-Auto-Response-Suppress"
    if _NOBODY.match(address):
        return "nobody reads there"
    return "its subject" if _ABSENT.search(subject) else ""


def bounced(message: Message, domain: str) -> str:
    """The id of our own message that a delivery report calls failed, or an empty string."""
    if message.get_content_type() != "multipart/report":
        return ""
    failed, ours = False, ""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            failed = failed or "action: failed" in str(part).lower()
        elif part.get_content_type() in ("text/rfc822-headers", "message/rfc822"):
            found = re.search(r"^message-id:\s*(<[^>\s]{1,200}>)", str(part), re.IGNORECASE | re.MULTILINE)
            for one in part.walk():
                found = re.match(r"(<[^>\s]{1,200}>)", str(one.get("Message-ID", "")).strip()) or found
            if found and found[1].lower().endswith(f"@{domain}>"):
                ours = found[1]
    return ours if failed else ""
