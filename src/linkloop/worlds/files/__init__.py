"""The files world: a merchant's CSV, Excel and Parquet files become tables, and no row is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Dict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linkloop.commerce.loop import FileImported
from linkloop.core.action import Action, Errand, Receipt
from linkloop.core.clock import Clock
from linkloop.core.table import Table
from linkloop.core.world import Inlet, Setup
from linkloop.worlds.files.mapping import Mapping
from linkloop.worlds.files.report import ImportReport
from linkloop.worlds.files.targets import TARGETS

if TYPE_CHECKING:
    import sqlalchemy as sa

    from linkloop.store.bulk import LakeDoor


class FilesWorld:
    """A World that speaks when a person imports a file; it does no action."""

    name = "files"
    says: tuple[type[Table], ...] = (FileImported, *(target.kind for target in TARGETS.values()))
    performs: frozenset[str] = frozenset()

    def start(self, inlet: Inlet, clock: Clock) -> None:
        """Nothing runs by itself."""

    def stop(self) -> None:
        """Nothing runs."""

    def takes(self, action: Action) -> bool:
        """None: a file carries nothing out."""
        return False

    def perform(self, errand: Errand) -> Receipt:
        """A file changes nothing in the world."""
        return Receipt(status="refused", detail="files do nothing")

    def settled(self, key: str) -> Receipt | None:
        """Nothing was ever done here."""
        return None


def open_world(setup: Setup) -> FilesWorld:
    """The files world of a shop."""
    return FilesWorld()


def import_path(
    path: Path | str,
    store_engine: sa.Engine,
    lake: LakeDoor,
    *,
    folder: Path | str = "data",
    mapping: Mapping | Dict[str, Any] | str | Path | None = None,
    currency: str = "",
    timezone: str = "",
    shop_currency: str = "CNY",
    shop_timezone: str = "Asia/Shanghai",
    keep: bool = True,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
    at: datetime | None = None,
) -> ImportReport:
    """Import a file, or every table file below a folder; `rows_in = rows_kept + rows_quarantined` in each report.

    `folder` is the shop's own: mappings are kept in `mappings/`, bad rows in `quarantine/`. `mapping` is a mapping,
    its values, its file or its name; without one a kept one that has the same headers is used, else it is guessed.
    `currency` and `timezone` say what amounts and times are in; `shop_…` is what counts where nothing tells.
    `dry_run` shows the guess and keeps nothing. `progress` hears rows done and rows in all (0: not known yet).
    A file that cannot be read is told of in its report and does not keep the others from being taken in.
    Interrupted anywhere, the same call goes on where it was. Raises NotFound `file.missing`, Conflict `import.busy`,
    LinkloopError `currency.unknown` or `mapping.invalid`.
    """
    from linkloop.worlds.files import choosing, importing  # polars: not needed to open a shop
    from linkloop.worlds.files.region import checked
    from linkloop.worlds.files.taking import Taken

    home = Path(folder)
    options = choosing.Options(
        currency=checked(currency) if currency else "",
        timezone=timezone,
        shop_currency=checked(shop_currency),
        shop_timezone=shop_timezone,
    )
    asked = choosing.given(mapping, home / "mappings") if mapping is not None else None
    heard = progress or (lambda done, of: None)
    into = Taken(engine=store_engine, lake=lake, folder=home, at=at or datetime.now(UTC), progress=heard)
    return importing.import_all(Path(path), options, asked, into, keep=keep, dry_run=dry_run)
