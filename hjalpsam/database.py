"""The database of counts and of what is kept for review: one small schema, through SQLAlchemy."""

import os

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from hjalpsam.resources import STATE_FOLDER

SCHEMA = sa.MetaData()


def connect(url: str) -> sa.engine.Engine:
    """The database at SQLAlchemy's `url`, with its tables made where they are missing."""
    engine = sa.create_engine(url)
    try:
        SCHEMA.create_all(engine)
    except DatabaseError:  # another process has just made them
        SCHEMA.create_all(engine)
    return engine


def database_url() -> str:
    """HJALPSAM_DATABASE, or a file of this installation."""
    STATE_FOLDER.mkdir(parents=True, exist_ok=True)
    return os.environ.get("HJALPSAM_DATABASE") or f"sqlite:///{STATE_FOLDER / 'counts.db'}"
