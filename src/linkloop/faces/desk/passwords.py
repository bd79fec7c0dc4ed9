"""Passwords: kept as argon2id, checked in the same time whether there is such a person or not."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from linkloop.core.errors import Refused
from linkloop.core.text import Text

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 10, 200


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # only where somebody has a password

    return PasswordHasher()  # RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes


@cache
def _nobody() -> str:
    """What the password of a name that nobody bears is checked against."""
    return hash_of("the time of an answer must not tell who has an account")


def hash_of(password: str) -> str:
    """The argon2id text of a password, with its parameters and salt."""
    return _hasher().hash(_plain(password))


def right(kept: str, password: str) -> bool:
    """Whether this is the password; `kept` is empty for nobody, which takes as long and is never right."""
    from argon2.exceptions import InvalidHashError, VerificationError

    nobody = _nobody()  # made before it is known whether it is needed
    try:
        return _hasher().verify(kept or nobody, _plain(password)) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether it was kept with weaker parameters than today's."""
    return _hasher().check_needs_rehash(kept)


def check(password: str, name: str = "") -> None:
    """Raises Refused `people.password` for one that is easy to guess."""
    plain = _plain(password)
    easy = len(set(plain)) < 5 or plain.casefold().replace(" ", "") in _GUESSED
    if name and (name.casefold() in plain.casefold() and len(plain) < len(name) + 8):
        easy = True
    if easy or not SHORTEST <= len(plain) <= LONGEST:
        raise Refused(
            "people.password",
            Text(en="this password is too easy to guess", zh="该密码太容易被猜到")
            if easy and len(plain) >= SHORTEST
            else Text(
                en=f"a password has {SHORTEST} to {LONGEST} characters", zh=f"密码须为 {SHORTEST} 至 {LONGEST} 个字符"
            ),
            Text(
                en="Take a few words that only you would put together; length counts more than signs.",
                zh="可用几个只有你会放在一起的词；长度比符号更重要。",
            ),
            where="password",
        )


def _plain(password: str) -> str:
    """The same characters whatever keyboard or system they were typed on (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


_GUESSED = frozenset(
    {
        "1234567890", "0123456789", "12345678910", "123456789a", "a123456789", "qwertyuiop", "qwerty12345",
        "1q2w3e4r5t", "password123", "password1234", "passw0rd123", "adminadmin", "admin12345", "administrator",
        "linkloop123", "iloveyou123", "woaini1314", "woaini5201314", "5201314520", "welcome123", "letmein123",
        "abcdefghij", "abc1234567", "abcd123456", "changeme123", "1qaz2wsx3edc", "asdfghjkl1",
    }
)  # fmt: skip
