"""Which `INSERT … ON CONFLICT` do both engines understand?

SQLAlchemy has one for each engine. PostgreSQL's carries all that SQLite's compiler asks for, and
both write `ON CONFLICT` alike (https://www.sqlite.org/lang_upsert.html: its syntax follows
PostgreSQL's).
"""

from sqlalchemy.dialects.postgresql import Insert, insert

__all__ = ["Insert", "insert"]
