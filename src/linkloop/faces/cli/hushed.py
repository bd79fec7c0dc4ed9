"""Standard output is ours: HiGHS writes two lines about itself to it as a process makes its first solver.

No option is read before that, so the first one is made here, once, while descriptor 1 leads nowhere. A command calls
this before it has threads; what another thread wrote in that millisecond would be lost.
"""

from __future__ import annotations

import os
import sys
from functools import cache


@cache
def hush() -> None:
    """Make the first solver of this process without a word, where HiGHS is loaded already."""
    if "highspy" not in sys.modules:
        return
    import highspy

    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
