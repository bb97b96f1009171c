"""Which names do the processes of a bench agree on?"""

from __future__ import annotations

APP = 42
INSTALLATION = 7
OWNER = "acme"
SECRET = "only for this bench"  # noqa: S105 - protects nothing
HOOK = "/api/github/webhooks"
FIRST_ACCOUNT = 5000
"""GitHub's id of `person-0`, as `bench.filling` has it."""
