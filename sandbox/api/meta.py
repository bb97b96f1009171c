"""What does GitHub say about itself and about limits?

https://docs.github.com/en/rest/rate-limit and https://docs.github.com/en/rest/meta
"""

from __future__ import annotations

from sandbox.api.call import Answer, Call
from sandbox.api.routing import AS_ANYBODY, Routes

routes = Routes()


@routes.add("GET", "/rate_limit", callers=AS_ANYBODY)
def get_rate_limit(call: Call) -> Answer:
    """Asking for it costs nothing."""
    core = call.budget
    rate = {
        "limit": core.limit,
        "used": core.used,
        "remaining": core.remaining,
        "reset": core.reset,
    }
    search = {"limit": 30, "used": 0, "remaining": 30, "reset": core.reset}
    resources = {"core": rate, "search": search, "graphql": dict(rate, used=0)}
    return Answer({"resources": resources, "rate": rate})


@routes.add("GET", "/meta", callers=AS_ANYBODY)
def get_meta(call: Call) -> Answer:  # noqa: ARG001  # every handler is asked in the same way
    return Answer({"verifiable_password_authentication": False, "hooks": ["127.0.0.0/8"]})


@routes.add("GET", "/zen", callers=AS_ANYBODY)
def get_zen(call: Call) -> Answer:  # noqa: ARG001  # every handler is asked in the same way
    return Answer("Practicality beats purity.", headers={"Content-Type": "text/plain"})
