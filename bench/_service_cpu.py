"""Who uses the processor: CPU time by part of a running shop, as Linux counts it by thread and by child process."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The part that a thread belongs to, by the beginning of its name.
PARTS = {"MainThread": "arrivals", "loop": "loop", "effects": "effects and channel", "lander": "landing"}
CHILD, OTHER = "landing (process of its own)", "slow lane, alarms, ticks and native threads"


class Spent:
    """CPU seconds of a window, in all and by part; what ended within the window counts in all alone."""

    def __init__(self) -> None:
        self.total_s = 0.0
        self.parts_s: dict[str, float] = {}

    def told(self, count: int) -> str:
        """CPU milliseconds for each of `count`, by part, the largest first."""
        named = sorted(self.parts_s.items(), key=lambda one: -one[1])
        named.append(("ended meanwhile", self.total_s - sum(self.parts_s.values())))
        shown = [(part, s * 1000 / count) for part, s in named]
        return ", ".join(f"{part} {ms:.2f}" for part, ms in shown if ms >= 0.005)


@contextmanager
def counted() -> Iterator[Spent]:
    """Count the CPU time of this process and its children from here to the end of the block."""
    spent, total, parts = Spent(), cpu_s(), _parts_s()
    yield spent
    spent.total_s = cpu_s() - total
    spent.parts_s = {part: s - parts.get(part, 0.0) for part, s in _parts_s().items()}


def cpu_s() -> float:
    """CPU seconds of this process, of the children that it has, and of those that have ended."""
    ended = os.times()
    alive = sum(_ran_s(Path(f"/proc/{child}/task")) for child in _children())
    return time.process_time() + ended.children_user + ended.children_system + alive


def _parts_s() -> dict[str, float]:
    names = {thread.native_id: thread.name for thread in threading.enumerate()}
    found: dict[str, float] = {}
    for task in Path("/proc/self/task").iterdir():
        name = names.get(int(task.name), "")
        part = next((part for start, part in PARTS.items() if name.startswith(start)), OTHER)
        found[part] = found.get(part, 0.0) + _task_s(task)
    for child in _children():
        found[CHILD] = found.get(CHILD, 0.0) + _ran_s(Path(f"/proc/{child}/task"))
    return found


def _children() -> list[str]:
    listed = Path("/proc/self/task").glob("*/children")
    return [child for path in listed for child in path.read_text(encoding="ascii").split()]


def _ran_s(tasks: Path) -> float:
    return sum(map(_task_s, tasks.iterdir()))


def _task_s(task: Path) -> float:
    try:
        return int((task / "schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return 0.0
