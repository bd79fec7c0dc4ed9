"""Money: an exact amount in minor units with its currency."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

import msgspec

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text

# ISO 4217 exponents that are not 2; everything else has two decimal places.
_EXPONENT = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "CLP": 0,
    "ISK": 0,
    "KWD": 3,
    "BHD": 3,
    "OMR": 3,
    "TND": 3,
    "JOD": 3,
}
_SIGN = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "BRL": "R$", "JPY": "JP¥"}
_LIMIT = 2**63 - 1


class Money(msgspec.Struct, frozen=True, order=False, gc=False):
    """An amount in minor units (fen, cents) of one ISO 4217 currency; it fits a signed 64-bit integer."""

    amount: int
    currency: str

    @classmethod
    def of(cls, value: str | int | Decimal, currency: str) -> Money:
        """Money from a value in major units, for example `Money.of("12.30", "CNY")`, rounded half to even.

        Raises LinkloopError `money.invalid` when the value is not a finite number that fits.
        """
        try:
            minor = (Decimal(value) * (10 ** exponent(currency))).quantize(Decimal(1), ROUND_HALF_EVEN)
            if abs(minor) > _LIMIT:
                raise InvalidOperation
        except (InvalidOperation, ValueError, TypeError) as error:
            raise LinkloopError(
                "money.invalid",
                Text(en=f"{value!r} is not an amount of money", zh=f"{value!r} 不是金额"),
                Text(
                    en="Write digits with a point, for example 12.30.",
                    zh="请写成带小数点的数字，例如 12.30。",
                ),
            ) from error
        return cls(int(minor), currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.amount * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other).amount

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other).amount

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other).amount

    def share(self, ratio: float) -> Money:
        """This money times a ratio, rounded half to even."""
        return Money(
            int((Decimal(self.amount) * Decimal(str(ratio))).quantize(Decimal(1), ROUND_HALF_EVEN)),
            self.currency,
        )

    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        places = exponent(self.currency)
        sign = "-" if self.amount < 0 else ""
        return f"{sign}{_SIGN.get(self.currency, self.currency + ' ')}{abs(self.major()):,.{places}f}"

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise LinkloopError(
                "money.currency",
                Text(
                    en=f"cannot combine {self.currency} with {other.currency}",
                    zh=f"不能把 {self.currency} 和 {other.currency} 放在一起计算",
                ),
                Text(en="Convert one of them first, with a dated rate.", zh="请先按某一日的汇率换算其中之一。"),
            )
        return other


def exponent(currency: str) -> int:
    """Decimal places of a currency's minor unit (ISO 4217)."""
    return _EXPONENT.get(currency, 2)
