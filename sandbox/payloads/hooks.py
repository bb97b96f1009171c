"""How does GitHub show what became of a webhook delivery?

https://docs.github.com/en/rest/apps/webhooks#get-a-delivery-for-an-app-webhook
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.payloads.basics import Json, stamp

if TYPE_CHECKING:
    from sandbox.nouns.outgoing import Delivery


def delivery(it: Delivery) -> Json:
    """A line of the list."""
    return {
        "id": it.id,
        "guid": it.guid,
        "delivered_at": stamp(it.delivered_at or it.created_at),
        "redelivery": it.redelivery,
        "duration": round(it.duration, 2),
        "status": it.status,
        "status_code": it.status_code,
        "event": it.event,
        "action": it.action,
        "installation_id": it.installation.id if it.installation else None,
        "repository_id": it.repository.id if it.repository else None,
        "throttled_at": None,
    }


def full_delivery(it: Delivery) -> Json:
    """With what was sent and what came back."""
    return delivery(it) | {
        "url": it.app.webhook_url,
        "request": {"headers": dict(it.request_headers), "payload": it.payload},
        "response": {
            "headers": dict(it.response_headers),
            "payload": it.response_body,
        },
    }
