"""The database's tables, its versions, and what its errors mean to a person."""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from nvc_engine.errors import EngineError

_BUSY_SECONDS = 20.0
_FULL = 13  # SQLITE_FULL


class StoreError(EngineError):
    """The list of jobs cannot be read or written."""


def _version_1(database: sqlite3.Connection) -> None:
    database.execute(
        """
        CREATE TABLE jobs (
            id       TEXT PRIMARY KEY,
            request  TEXT NOT NULL,             -- JobRequest as JSON
            state    TEXT NOT NULL,
            position INTEGER NOT NULL,          -- place in the list; the smallest comes first
            created  REAL NOT NULL,             -- seconds since 1970
            attempts INTEGER NOT NULL DEFAULT 0, -- workers that vanished since the job last came further
            reached  REAL NOT NULL DEFAULT 0,   -- furthest fraction that a checkpoint holds
            wish     TEXT NOT NULL DEFAULT '',  -- what the running worker has been asked
            message  TEXT NOT NULL DEFAULT '',
            result   TEXT NOT NULL DEFAULT ''   -- Result as JSON
        )"""
    )
    database.execute(
        """
        CREATE TABLE progress (
            job    TEXT PRIMARY KEY,
            latest TEXT NOT NULL,               -- Progress as JSON
            seen   INTEGER NOT NULL,            -- reports so far
            stride INTEGER NOT NULL             -- every stride-th report is kept in the history
        )"""
    )
    database.execute(
        """
        CREATE TABLE history (
            job    TEXT NOT NULL,
            number INTEGER NOT NULL,
            step   INTEGER NOT NULL,
            point  TEXT NOT NULL,               -- Progress as JSON
            PRIMARY KEY (job, number)
        ) WITHOUT ROWID"""
    )


def _version_2(database: sqlite3.Connection) -> None:
    database.execute(
        """
        CREATE TABLE rd_points (
            clip     TEXT NOT NULL,             -- fingerprint of the source
            first    INTEGER NOT NULL,          -- frames of it
            stop     INTEGER NOT NULL,
            codec    TEXT NOT NULL,
            version  TEXT NOT NULL,
            settings TEXT NOT NULL,             -- everything that was asked, as canonical JSON
            device   TEXT NOT NULL,
            point    TEXT NOT NULL,             -- RdPoint as JSON
            UNIQUE (clip, first, stop, codec, version, settings, device)
        )"""
    )


def _version_3(database: sqlite3.Connection) -> None:
    database.execute("ALTER TABLE jobs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0")  # the highest comes first
    database.execute("CREATE TABLE queue (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_version_1, _version_2, _version_3)
"""MIGRATIONS[n] takes a database from version n to n + 1 (`user_version`)."""


def open_database(path: Path) -> sqlite3.Connection:
    """Open the database at `path` in WAL mode, made or brought up to the present version where needed.

    Raises:
        StoreError: it cannot be opened, is damaged, or a newer version of the studio has written it.
    """
    with sentences(path):
        database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            database.row_factory = sqlite3.Row
            _enter_wal(database)
            _migrate(database, path)
        except BaseException:
            database.close()
            raise
    return database


@contextlib.contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into StoreError with a sentence that names the file and what to do."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == _FULL:
            sentence = f"The disk is full, so the list of jobs {path} cannot be written: free some space and try again."
        elif isinstance(error, sqlite3.OperationalError):
            sentence = f"The list of jobs {path} cannot be used ({error}): see that its folder may be written."
        else:
            sentence = (
                f"The list of jobs {path} is damaged ({error}): move it away, and the studio begins a new one;"
                " finished files are not affected."
            )
        raise StoreError(sentence) from error


def _enter_wal(database: sqlite3.Connection) -> None:
    """Switch to WAL. While another process does the same, SQLite refuses at once instead of waiting."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _migrate(database: sqlite3.Connection, path: Path) -> None:
    if _version(database) == len(MIGRATIONS):
        return
    database.execute("BEGIN IMMEDIATE")
    version = _version(database)
    if version > len(MIGRATIONS):
        database.execute("ROLLBACK")
        raise StoreError(
            f"The list of jobs {path} was written by a newer version of NVC Studio: update this one, or set NVC_HOME"
            " to another folder."
        )
    for step in MIGRATIONS[version:]:
        step(database)
    database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    database.execute("COMMIT")


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])
