"""What does `bursar rebuild` do? It makes a lost ledger again from what stands on GitHub.

`history` puts what happened in order, `evidence` reads what we left there ourselves, `of_then` answers the
questions of handlers as they were answered then, `replaying` decides everything anew in a store of its
own, `published` and `same` compare, `carrying` brings the result into the real store, in one
transaction. Nothing is written to GitHub (docs/rebuild.md).
"""

from bot.app.rebuilding.findings import Finding
from bot.app.rebuilding.running import Rebuilt, rebuild

__all__ = ["Finding", "Rebuilt", "rebuild"]
