"""The lock of imports: one at a time in a shop, and it ends with the process whatever ends that."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linkloop.core.errors import Conflict
from linkloop.core.text import Text


@contextmanager
def import_lock(folder: Path) -> Iterator[None]:
    """Hold the lock. Raises Conflict `import.busy` when another import, here or in another process, holds it."""
    with (folder / "import.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict(
                "import.busy",
                Text(en="another import is running in this shop", zh="本店铺正在进行另一个导入"),
                Text(en="Wait until it has ended.", zh="请等它结束。"),
                where=str(folder),
            ) from error
        yield
