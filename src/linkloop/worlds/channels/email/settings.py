"""What a person sets of a mailbox: where it is read (IMAP), where it is sent from (SMTP), and whom to believe."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from linkloop.worlds.channels.platform import PlatformSettings
from linkloop.worlds.channels.settings import LOOPBACK

Security = Literal["tls", "starttls", "none"]
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,250}\Z")


class EmailSettings(PlatformSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`address` writes and is written to. `security` "none" is for this machine only.

    `authserv` is the name by which your own mail server signs its Authentication-Results: only what that server found
    proves who wrote. `saves_sent` says how a message whose sending had no clear end is found again: "server" where the
    mail server itself puts what is sent into the folder `sent` (Gmail, Outlook, QQ, 163 do), "copy" where a blind copy
    is to go to `address`, "never" where a person should look. `idle_s` is how long one IDLE waits.
    """

    __secret__: ClassVar[tuple[str, ...]] = ("password", "smtp_password")

    address: str
    name: str = ""
    imap_host: str
    imap_port: int = 993
    imap_security: Security = "tls"
    folder: str = "INBOX"
    sent: str = "Sent"
    smtp_host: str
    smtp_port: int = 465
    smtp_security: Security = "tls"
    user: str = ""
    password: str
    smtp_user: str = ""
    smtp_password: str = ""
    authserv: str = ""
    saves_sent: Literal["server", "copy", "never"] = "copy"
    from_start: bool = False
    idle_s: int = 600
    timeout_s: float = 30.0

    def __post_init__(self) -> None:
        if not _ADDRESS.match(self.address):
            raise ValueError("address: this is no mail address")
        for field in ("imap", "smtp"):
            if getattr(self, f"{field}_security") == "none" and getattr(self, f"{field}_host") not in LOOPBACK:
                raise ValueError(f"{field}_security: a password is never sent over the network in the clear")
        if any(sign in self.name for sign in "\r\n"):
            raise ValueError("name: it is one line")

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()


def is_address(text: str) -> bool:
    """Whether a text is one plain mail address, to which an answer may be sent."""
    return bool(_ADDRESS.match(text))
