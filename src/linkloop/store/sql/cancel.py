"""Cancel: stops a query from another thread, for real, and tells how far it has come."""

from __future__ import annotations

import threading

import duckdb


class Cancel:
    """One query's stop button: made before it starts, good for that query alone."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._con: duckdb.DuckDBPyConnection | None = None

    @property
    def stopped(self) -> bool:
        """Whether somebody wants the query to end."""
        return self._stop.is_set()

    def stop(self) -> None:
        """End the query: at once while it runs, before it starts while it waits for its turn."""
        self._stop.set()

    def running(self, con: duckdb.DuckDBPyConnection | None) -> None:
        """The connection that the query runs on now; None when it has ended."""
        self._con = con

    def progress(self) -> float | None:
        """How much of the query is done, 0 to 1; None while nobody can tell."""
        con = self._con
        if con is None:
            return None
        percent = con.query_progress()
        return None if percent < 0 else min(percent / 100, 1.0)
