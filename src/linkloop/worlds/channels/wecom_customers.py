"""Who a WeCom customer is: name and union id by external_userid, asked once for each."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from typing import Any

import msgspec

from linkloop.worlds.channels.tencent_api import TencentApi

_REMEMBERS = 10_000
_AT_ONCE = 100


class Customer(msgspec.Struct, frozen=True):
    """A customer as WeCom knows them; `unionid` is the same in every account of the shop."""

    external_userid: str
    nickname: str = ""
    unionid: str = ""


class Customers:
    """The last that wrote. Where WeCom does not say who they are, they are nobody in particular."""

    def __init__(self, api: TencentApi) -> None:
        self._api = api
        self._known: OrderedDict[str, Customer] = OrderedDict()

    def known(self, ids: Collection[str]) -> dict[str, Customer]:
        """These customers; those that are not remembered are asked for."""
        missing = sorted(one for one in ids if one and one not in self._known)
        for start in range(0, len(missing), _AT_ONCE):
            self._ask(missing[start : start + _AT_ONCE])
        return {one: self._known[one] for one in ids if one in self._known}

    def _ask(self, ids: list[str]) -> None:
        asked: dict[str, Any] = {"external_userid_list": ids}
        answer = self._api.try_call("POST", "/cgi-bin/kf/customer/batchget", json=asked)
        try:
            found = msgspec.convert(answer.get("customer_list") or [], list[Customer])
        except msgspec.ValidationError:
            return
        for one in found:
            self._known[one.external_userid] = one
        while len(self._known) > _REMEMBERS:
            self._known.popitem(last=False)
