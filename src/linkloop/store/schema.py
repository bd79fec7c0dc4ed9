"""The operational schema: log, state, inbox, ledger, outbox, cursors, people, audit and the rest (SQLAlchemy Core)."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

# SQLite keeps 64-bit integers only as INTEGER PRIMARY KEY; PostgreSQL needs BIGINT.
_big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

log = sa.Table(
    "log",
    metadata,
    sa.Column("offset", _big, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("at", _big, nullable=False),  # microseconds since 1970, UTC: when it happened
    sa.Column("kind", sa.Text, nullable=False),  # SQL name of the Table or Event
    sa.Column("key", sa.Text, nullable=False),  # event: the key it is about; row: its key
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),  # a world's source, or "link:<name>", "person:<name>", "loop"
    sa.Column("is_event", sa.SmallInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),  # msgspec JSON of the struct
    sa.Index(
        "log_rows",
        "kind",
        "key",
        "offset",
        sqlite_where=sa.text("is_event = 0"),
        postgresql_where=sa.text("is_event = 0"),
    ),
    sa.Index(
        "log_cases",
        "case_id",
        "offset",
        sqlite_where=sa.text("case_id <> ''"),
        postgresql_where=sa.text("case_id <> ''"),
    ),
)

present = sa.Table(  # the latest version of each row, where it stands in the log; it is read as `state`
    "present",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("ix1", sa.Text),  # value of the table's first __index__ field
    sa.Column("ix2", sa.Text),  # value of its second
    sa.Column("offset", _big, nullable=False),  # log offset that made this version
    sa.Column("body", sa.LargeBinary, nullable=False),  # empty: the log row at `offset` has it; else it came in bulk
    sa.Index(
        "state_ix1",
        "kind",
        "ix1",
        sqlite_where=sa.text("ix1 IS NOT NULL"),
        postgresql_where=sa.text("ix1 IS NOT NULL"),
    ),
    sa.Index(
        "state_ix2",
        "kind",
        "ix2",
        sqlite_where=sa.text("ix2 IS NOT NULL"),
        postgresql_where=sa.text("ix2 IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)

state = sa.table(  # a view: the rows of `present`, each with its body
    "state",
    sa.column("kind", sa.Text),
    sa.column("key", sa.Text),
    sa.column("ix1", sa.Text),
    sa.column("ix2", sa.Text),
    sa.column("offset", _big),
    sa.column("body", sa.LargeBinary),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("external_id", sa.Text, primary_key=True),
    sa.Column("first", _big, nullable=False),
    sa.Column("last", _big, nullable=False),
    sqlite_with_rowid=False,
)

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("seq", _big, primary_key=True, autoincrement=False),
    sa.Column("at", _big, nullable=False),
    sa.Column("decision_id", sa.Text, nullable=False, index=True),
    sa.Column("entry", sa.Text, nullable=False),  # decided, approved, adjusted, refused, sent, settled, undone, …
    sa.Column("body", sa.LargeBinary, nullable=False),  # empty: the log row at `offset` has it
    sa.Column("hash", sa.LargeBinary, nullable=False),  # SHA-256 over the previous hash and this row with its body
    sa.Column("offset", _big, nullable=False, default=0, server_default="0"),  # log offset of this version
)

ledger_entries = sa.table(  # a view: the rows of `ledger`, each with the whole Decision as it then stood
    "ledger_entries",
    sa.column("seq", _big),
    sa.column("at", _big),
    sa.column("decision_id", sa.Text),
    sa.column("entry", sa.Text),
    sa.column("body", sa.LargeBinary),
    sa.column("hash", sa.LargeBinary),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("effect_key", sa.Text, primary_key=True),
    sa.Column("decision_id", sa.Text, nullable=False, index=True),
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("action_kind", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),  # the Action
    sa.Column("status", sa.Text, nullable=False),  # waiting, sending, unclear, done, refused, dead, cancelled
    sa.Column("seq", _big, nullable=False),  # log offset at which it was decided: the order of sending
    sa.Column("attempt", sa.Integer, nullable=False, default=0),
    sa.Column("due", _big, nullable=False, default=0),  # real microseconds: not before
    sa.Column("lease", _big, nullable=False, default=0),  # real microseconds: a sender holds it until then
    sa.Column("holder", sa.Text, nullable=False, default=""),
    sa.Column("reference", sa.Text, nullable=False, default=""),
    sa.Column("problem", sa.Text, nullable=False, default=""),
    sa.Index("outbox_about", "about"),
    sa.Index(
        "outbox_open",
        "due",
        "seq",
        sqlite_where=sa.text("status IN ('waiting','sending','unclear')"),
        postgresql_where=sa.text("status IN ('waiting','sending','unclear')"),
    ),
)

alarm_queue = sa.Table(  # alarms that wait; the rows that links said are in log and state like any other
    "alarm_queue",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("due", _big, nullable=False),  # microseconds since 1970 on the shop's clock
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("set_at", _big, nullable=False),  # when the event happened in whose hearing it was set
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("cause_id", sa.Text, nullable=False),
    sa.Column("hop", sa.Integer, nullable=False),
    sa.Index("alarm_queue_due", "due", "key"),
)

cursors = sa.Table(
    "cursors",
    metadata,
    sa.Column("consumer", sa.Text, primary_key=True),
    sa.Column("offset", _big, nullable=False),
)

dead_letters = sa.Table(
    "dead_letters",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("at", _big, nullable=False),
    sa.Column("what", sa.Text, nullable=False),  # "event" or "effect" or "delivery"
    sa.Column("consumer", sa.Text, nullable=False),  # the link or world that could not
    sa.Column("ref", sa.Text, nullable=False),  # log offset, effect key, or source/external id
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("status", sa.Text, nullable=False),  # waiting, retried, dropped
)

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),  # gate policy, live rule tables, kept import mappings
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("at", _big, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # the name, NFKC and case-folded: `Li Lei` and `li lei` are one
    sa.Column("name", sa.Text, nullable=False),  # as it is shown
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password", sa.Text, nullable=False),  # argon2id, in its own text form
    sa.Column("likes", sa.LargeBinary, nullable=False),  # JSON: language, theme
    sa.Column("at", _big, nullable=False),  # real microseconds since 1970, as every time of these tables
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("seen", _big, nullable=False),  # last signed in; 0: never
    sa.Column("disabled", _big, nullable=False),  # since when; 0: active
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),  # the program that holds it
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False, unique=True),  # SHA-256: 256 random bits need no salt
    sa.Column("at", _big, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("expires", _big, nullable=False),  # 0: never
    sa.Column("used", _big, nullable=False),  # to the minute; 0: never
    sa.Column("revoked", _big, nullable=False),  # 0: not
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),  # what a list of sessions may show
    sa.Column("hash", sa.LargeBinary, nullable=False, unique=True),  # SHA-256 of the cookie
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("at", _big, nullable=False),
    sa.Column("seen", _big, nullable=False),  # to the minute: idle expiry counts from here
    sa.Column("expires", _big, nullable=False),  # whatever is done meanwhile
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("agent", sa.Text, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", _big, primary_key=True, autoincrement=True),
    sa.Column("at", _big, nullable=False, index=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),  # "people.add", "rules.live", …
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("before", sa.LargeBinary),  # JSON; NULL: there was nothing, or nothing to tell
    sa.Column("after", sa.LargeBinary),
    sa.Index("audit_by", "by", "seq"),
    sa.Index("audit_about", "about", "seq"),
)
