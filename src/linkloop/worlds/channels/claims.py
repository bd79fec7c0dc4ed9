"""Claims: what each channel does, does not do yet, and need not do, with the tests that show it: its quality file.

A file `quality/KIND.toml` says for each of NAMES whether it is done (with the tests that show it), todo or exempt (with
why, in both languages). A test is `FILE::NAME` in tests/, a method as FILE::CLASS::NAME; `contract.py::NAME` is the
suite that every platform runs. `real` says whether anybody ever tried it against the real platform.

    real = false
    [signature]
    status = "done"
    tests = ["worlds/channels/contract.py::test_what_is_not_rightly_signed_says_nothing"]
    [typing]
    status = "exempt"
    en = "Mail shows no typing."
    zh = "邮件没有输入提示。"
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from linkloop.core.text import Text

FOLDER = Path(__file__).parent / "quality"
NAMES = {
    "signature": Text(en="A request is checked on its raw body before it is read", zh="先按原始内容验签，再解析"),
    "once": Text(en="A resent, late or concurrent message is taken once", zh="重发、迟到或并发的消息只收一次"),
    "durable": Text(en="It is acknowledged only once the log has it", zh="写入日志后才确认收到"),
    "order": Text(en="Messages that come out of order are all there", zh="乱序到达也不丢消息"),
    "garbage": Text(en="Oversized and malformed input changes nothing", zh="超长与畸形输入不产生影响"),
    "clock": Text(en="It answers within the platform's time", zh="在平台时限内响应"),
    "send_once": Text(en="A reply is sent once, also after a restart", zh="回复只发一次，重启后亦然"),
    "reconcile": Text(
        en="A sending without an answer is looked up, not repeated", zh="结果不明的发送先查证，不盲目重发"
    ),
    "long_texts": Text(en="Long texts go in parts, and emoji stay whole", zh="长文拆分，表情不断裂"),
    "rate_limit": Text(en="It waits as long as the platform asks", zh="按平台要求退避"),
    "window": Text(en="It keeps to the time in which one may write", zh="遵守可回复时间窗"),
    "undelivered": Text(en="What did not arrive after all is told", zh="未送达会告知"),
    "media": Text(en="Pictures and files are named", zh="图片与文件记录名称"),
    "identity": Text(en="Who wrote is proven by the platform or not believed", zh="身份由平台证明，否则不采信"),
    "typing": Text(en="It shows that an answer is coming", zh="显示正在输入"),
    "secrets": Text(en="No secret is shown or logged", zh="密钥不显示、不入日志"),
}
Status = Literal["done", "todo", "exempt"]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a channel does or not. `why` is empty for what is done, `tests` for what is not."""

    name: str
    about: Text
    status: Status
    why: Text
    tests: tuple[str, ...]


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one kind of channel. `real`: it was tried against the real platform, not only a double of it."""

    kind: str
    real: bool
    tested_against: Text
    claims: tuple[Claim, ...]

    def count(self, status: Status) -> int:
        """How many claims have a status."""
        return sum(one.status == status for one in self.claims)


@cache
def quality(kind: str) -> Quality:
    """The quality file of a kind, checked. Raises FileNotFoundError, or ValueError that names what is wrong with it."""
    found = tomllib.loads((FOLDER / f"{kind}.toml").read_text(encoding="utf-8"))
    against = found.pop("tested_against", {})
    real = found.pop("real", None)
    if not isinstance(real, bool) or not against.get("en") or not against.get("zh"):
        raise ValueError(f"{kind}: real (true or false) and tested_against (en, zh) are needed")
    if wrong := sorted(set(found) ^ set(NAMES)):
        raise ValueError(f"{kind}: unknown or missing: {', '.join(wrong)}")
    claims = tuple(_claim(kind, name, found[name]) for name in NAMES)
    return Quality(kind=kind, real=real, tested_against=Text(**against), claims=claims)


def kinds() -> list[str]:
    """Every kind that has a quality file."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def _claim(kind: str, name: str, given: dict[str, Any]) -> Claim:
    status, tests = given.get("status"), tuple(given.get("tests", ()))
    why = Text(en=given.get("en", ""), zh=given.get("zh", ""))
    if status not in ("done", "todo", "exempt"):
        raise ValueError(f"{kind}.{name}: status is done, todo or exempt")
    if status == "done" and not tests:
        raise ValueError(f"{kind}.{name}: what is done names a test")
    if status != "done" and not (why.en and why.zh):
        raise ValueError(f"{kind}.{name}: what is not done says why, in both languages")
    return Claim(name=name, about=NAMES[name], status=status, why=why, tests=tests)
