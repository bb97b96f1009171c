"""compress bodies faster.

PostgreSQL's own compression of 15 KB bodies costs more than all the rest of storing them; lz4 is at
hand in every usual build. https://www.postgresql.org/docs/current/sql-altertable.html
"""

from __future__ import annotations

from alembic import op

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    """Go forward."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("""
            DO $$ BEGIN
                ALTER TABLE bodies ALTER COLUMN body SET COMPRESSION lz4;
            EXCEPTION WHEN feature_not_supported THEN
                NULL; -- a server built without lz4: slower, and right
            END $$
        """)
