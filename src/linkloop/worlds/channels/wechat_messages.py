"""What a WeChat callback says: a follower's message of any kind, or an event that means one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from linkloop.worlds.channels.platform import Inbound

_MEDIA = ("image", "voice", "video", "shortvideo", "file")


def read_message(fields: Mapping[str, str], menu: Mapping[str, str]) -> Inbound | None:
    """A message; None for events that are nobody's words (subscribe, unsubscribe, SCAN, VIEW, LOCATION, …).

    WeChat's MsgId is unique for one follower only (binarywang/WxJava #333), so the id names both. A press of a menu
    button has none: whom, when and which button name it, as WeChat's documents say.
    """
    openid, kind = fields.get("FromUserName", ""), fields.get("MsgType", "")
    if not openid or not kind:
        return None
    if kind == "event":
        if fields.get("Event") != "CLICK":
            return None
        key = fields.get("EventKey", "")
        number = f"{fields.get('CreateTime', '')}.CLICK.{key}"
        text, media = menu.get(key, key), ()
    else:
        number = fields.get("MsgId", "")
        text, media = _content(kind, fields)
    if not number:
        return None
    return Inbound(
        message_id=f"{openid}.{number}",
        address=openid,
        at=_moment(fields.get("CreateTime", "")),
        text=text,
        media=media,
        keys=(f"openid:{openid}",),
        proven=True,
    )


def _content(kind: str, fields: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    if kind == "text":
        return fields.get("Content", ""), ()
    if kind == "location":
        x, y = fields.get("Location_X", ""), fields.get("Location_Y", "")
        return f"📍 {fields.get('Label', '')} ({x}, {y})".replace("  ", " "), ()
    if kind == "link":
        return "\n".join(filter(None, (fields.get("Title", ""), fields.get("Url", "")))), ()
    # WeChat writes down what was said where the account has that switched on.
    return fields.get("Recognition", ""), ((fields.get("Title") or kind) if kind in _MEDIA else kind,)


def _moment(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
