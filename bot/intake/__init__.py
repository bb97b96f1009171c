"""How does a delivery reach us, and when may we say that we have it?

`POST /api/github/webhooks`: the signature is checked over the raw bytes (`signing`), which must come in
time and find room (`bodies`); the bytes are committed (`committing`), and only then 202 is answered.
Nothing is parsed here. GitHub never repeats a delivery by itself, so an answer must not promise what a
crash could break. https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

from bot.intake.bodies import BODY_AT_MOST
from bot.intake.health import Health
from bot.intake.receiving import PATH, Intake

__all__ = ["BODY_AT_MOST", "PATH", "Health", "Intake"]
