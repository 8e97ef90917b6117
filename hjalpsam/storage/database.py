"""The database of counts and of what is kept for review: one small schema, through SQLAlchemy."""

import os
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from hjalpsam.paths import STATE_FOLDER

SCHEMA = sa.MetaData()


def connect(url: str) -> sa.engine.Engine:
    """The database at SQLAlchemy's `url`, with its tables made where they are missing."""
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _overwrite_what_is_deleted)
    try:
        SCHEMA.create_all(engine)
    except DatabaseError:  # another process has just made them
        SCHEMA.create_all(engine)
    return engine


def database_url() -> str:
    """HJALPSAM_DATABASE, or a file of this installation."""
    if url := os.environ.get("HJALPSAM_DATABASE"):
        return url
    STATE_FOLDER.mkdir(parents=True, exist_ok=True)
    file = STATE_FOLDER / "counts.db"
    file.touch(mode=0o600)  # its owner's alone
    return f"sqlite:///{file}"


def _overwrite_what_is_deleted(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA secure_delete = ON")
