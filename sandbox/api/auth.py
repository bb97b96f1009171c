"""Who is calling: an App, an installation of it, a person, or nobody?"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import jwt

from sandbox.errors import Forbidden, NotFound, Refused

if TYPE_CHECKING:
    from sandbox.world import Actor, App, Installation, Repository, User, World

# https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
LONGEST_JWT = timedelta(minutes=10)
CLOCK_DRIFT = timedelta(seconds=60)
# https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app
TOKEN_LIFE = timedelta(hours=1)


class Unauthorized(Refused):
    status = 401


@dataclass(frozen=True, slots=True)
class Token:
    """An installation access token, perhaps narrower than its installation."""

    text: str
    installation: Installation
    expires_at: datetime
    permissions: dict[str, str]
    repositories: frozenset[int] | None

    def covers(self, repository: Repository) -> bool:
        chosen = self.repositories is None or repository.id in self.repositories
        return chosen and self.installation.covers(repository)

    def holds(self, permission: str) -> bool:
        """Whether `issues:write` is granted here; write includes read."""
        name, level = permission.split(":")
        if name == "metadata":
            return True
        granted = {self.permissions.get(name), self.installation.permissions.get(name)}
        return None not in granted and (level == "read" or granted == {"write"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Exactly one of `app`, `token` and `user` is set, or none."""

    app: App | None = None
    token: Token | None = None
    user: User | None = None

    @property
    def kind(self) -> str:
        if self.app:
            return "app"
        return "installation" if self.token else "user" if self.user else "anonymous"

    @property
    def login(self) -> str | None:
        if self.app:
            return self.app.slug
        if self.token:
            return self.token.installation.app.bot.login
        return self.user.login if self.user else None

    @property
    def bucket(self) -> str:
        """Rate limits are counted for each of these apart."""
        return f"{self.kind} {self.token.installation.id if self.token else self.login}"

    def actor(self, world: World) -> Actor:
        """The hands behind the call."""
        if self.token:
            return world.app_in(self.token.installation)
        if self.user is None:
            message = "Requires authentication"
            raise Unauthorized(message)
        return world.person(self.user.login)


class Doorman:
    """Knows the tokens that were handed out."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tokens: dict[str, Token] = {}

    def admit(self, authorization: str | None) -> Caller:
        """Read an Authorization header; raises Unauthorized for what nobody handed out."""
        if not authorization:
            return Caller()
        scheme, _, secret = authorization.partition(" ")
        if scheme.lower() not in {"bearer", "token"} or not secret:
            raise Unauthorized("Bad credentials")
        if secret.count(".") == 2:  # a JWT has three parts  # noqa: PLR2004  # a JWT has three parts
            return Caller(app=self._app(secret))
        if secret.startswith("ghp_"):
            return Caller(user=self._user(secret.removeprefix("ghp_")))
        return Caller(token=self._token(secret))

    def issue(
        self,
        installation: Installation,
        permissions: dict[str, str],
        repositories: frozenset[int] | None,
    ) -> Token:
        """Hand out a token for an hour."""
        text = f"ghs_{self.world.rng.getrandbits(180):036x}"[:40]
        expires = self.world.now() + TOKEN_LIFE
        token = Token(text, installation, expires, permissions, repositories)
        self.tokens[text] = token
        return token

    def _token(self, secret: str) -> Token:
        token = self.tokens.get(secret)
        if token is None or token.installation.removed or self.world.now() >= token.expires_at:
            raise Unauthorized("Bad credentials")
        if not token.installation.active:
            raise Forbidden("This installation has been suspended")
        return token

    def _user(self, login: str) -> User:
        with contextlib.suppress(NotFound):
            user = self.world.user(login)
            if user.kind == "User":
                return user
        raise Unauthorized("Bad credentials")

    def _app(self, secret: str) -> App:
        try:
            claimed = jwt.decode(secret, options={"verify_signature": False})
        except jwt.InvalidTokenError:
            raise Unauthorized("A JSON web token could not be decoded") from None
        app = self._issuer(str(claimed.get("iss", "")))
        self._check_signature(secret, app)
        self._check_times(claimed)
        return app

    def _issuer(self, issuer: str) -> App:
        """The App's id, or its client id."""
        for each in self.world.apps.values():
            if issuer in {str(each.id), each.client_id}:
                return each
        raise NotFound("Integration not found")

    def _check_signature(self, secret: str, app: App) -> None:
        ours: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            jwt.decode(secret, app.public_key_pem, algorithms=["RS256"], options=ours)
        except jwt.InvalidTokenError:
            raise Unauthorized("A JSON web token could not be decoded") from None

    def _check_times(self, claimed: dict[str, Any]) -> None:
        """By the box's clock, in the words of the API."""
        now = self.world.now()
        issued, expires = _moment(claimed.get("iat")), _moment(claimed.get("exp"))
        if issued is None or issued > now + CLOCK_DRIFT:
            raise Unauthorized(
                "'Issued at' claim ('iat') must be an Integer representing the time that the"
                " assertion was issued"
            )
        if expires is None or expires <= now:
            raise Unauthorized(
                "'Expiration time' claim ('exp') must be a numeric value representing the future"
                " time at which the assertion expires"
            )
        if expires > now + LONGEST_JWT:
            raise Unauthorized("'Expiration time' claim ('exp') is too far in the future")


def _moment(claim: object) -> datetime | None:
    if isinstance(claim, bool) or not isinstance(claim, int | float):
        return None
    return datetime.fromtimestamp(claim, UTC)
