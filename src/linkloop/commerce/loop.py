"""What the loop itself says: effects that settled, rules that changed, files that were taken in."""

from typing import ClassVar, Literal

from linkloop.core.event import Event
from linkloop.core.table import Table


class ActionSettled(Event, frozen=True, kw_only=True, gc=False):
    """The world answered an action; `about` is the key that the action was about."""

    __about__: ClassVar[str] = "about"

    about: str
    action_kind: str
    effect_key: str
    decision_id: str
    status: Literal["done", "refused"]
    reference: str = ""


class FileImported(Event, frozen=True, kw_only=True, gc=False):
    """A file was taken in: rows_in = rows_kept + rows_quarantined."""

    __about__: ClassVar[str] = "file"

    file: str
    sha256: str
    mapping: str
    rows_in: int
    rows_kept: int
    rows_quarantined: int
    tables: dict[str, int] = {}


class Spend(Table, frozen=True, kw_only=True, gc=False):
    """What the gate has let through in one scope (`<limit>|<who>|<period>`): how often, and money in minor units."""

    __table__: ClassVar[str] = "spends"
    __key__: ClassVar[tuple[str, ...]] = ("scope",)

    scope: str
    count: int = 0
    amount: int = 0


class Intake(Table, frozen=True, kw_only=True, gc=False):
    """A bulk load as it stands; the log offset of its first version is the `_offset` of all rows that it brought."""

    __table__: ClassVar[str] = "intakes"
    __key__: ClassVar[tuple[str, ...]] = ("source", "external_id")

    source: str
    external_id: str
    status: Literal["open", "done"]
    rows: int = 0
