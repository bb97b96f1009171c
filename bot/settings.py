"""How is this Bursar set up? Probot's names, from the environment or a file `.env`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PUBLIC_API = "https://api.github.com"
LEVELS = ("debug", "info", "warning", "error")


def _known_level(value: str) -> str:
    if value.lower() not in LEVELS:
        message = f"must be one of {', '.join(LEVELS)}"
        raise ValueError(message)
    return value.lower()


Level = Annotated[str, AfterValidator(_known_level)]
"""How much the log tells; any case."""


class WronglySet(Exception):
    """A setting is missing or wrong; the sentence names it."""


class _Addresses(BaseSettings):
    """Where GitHub and this Bursar are found: for links, also in what a command writes."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True, case_sensitive=False
    )

    github_api_url: str = Field(default=PUBLIC_API, pattern=r"^https?://[^\s?#]+$")
    github_url: str | None = Field(default=None, pattern=r"^https?://[^\s?#]+$")
    public_url: str | None = Field(default=None, pattern=r"^https?://[^\s?#]+$")

    @field_validator("github_api_url", "github_url", "public_url", mode="after")
    @classmethod
    def _no_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value

    def web_url(self) -> str:
        """Say where GitHub's pages are: beside its API, unless GITHUB_URL says otherwise.

        https://docs.github.com/en/enterprise-server@latest/rest/quickstart (`/api/v3`)
        """
        if self.github_url is not None:
            return self.github_url
        if self.github_api_url == PUBLIC_API:
            return "https://github.com"
        return self.github_api_url.removesuffix("/api/v3")


class Settings(_Addresses):
    """Every setting, with its default; `.env.example` lists the same ones."""

    app_id: int = Field(gt=0)
    private_key: SecretStr | None = None
    private_key_path: Path | None = None
    webhook_secret: Annotated[tuple[SecretStr, ...], NoDecode]
    database_url: str = "sqlite+aiosqlite:///bursar.db"
    host: str = "127.0.0.1"
    port: int = Field(3000, ge=0, le=65535)
    log_level: Level = "info"

    @field_validator("webhook_secret", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        """Split at commas: while a secret is changed, the old and the new one are both good."""
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("webhook_secret")
    @classmethod
    def _not_empty(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not value:
            raise ValueError("must not be empty: without it anybody could speak as GitHub")
        return value

    @model_validator(mode="after")
    def _one_key(self) -> Settings:
        if (self.private_key is None) == (self.private_key_path is None):
            raise ValueError("PRIVATE_KEY: set either PRIVATE_KEY or PRIVATE_KEY_PATH")
        return self

    def private_key_pem(self) -> str:
        r"""Give the App's private key; one line with `\n` in it is read as Probot reads it."""
        if self.private_key is not None:
            return self.private_key.get_secret_value().replace("\\n", "\n")
        assert self.private_key_path is not None
        try:
            return self.private_key_path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            sentence = f"PRIVATE_KEY_PATH: {self.private_key_path} cannot be read: {error}"
            raise WronglySet(sentence) from error

    def secrets(self) -> tuple[str, ...]:
        """Give the webhook secrets, newest first."""
        return tuple(secret.get_secret_value() for secret in self.webhook_secret)


class StoreSettings(_Addresses):
    """The settings of commands that only look into the database."""

    database_url: str = "sqlite+aiosqlite:///bursar.db"
    log_level: Level = "warning"


def store_settings() -> StoreSettings:
    """Read the settings of commands that only look into the database.

    Raises:
        WronglySet: one sentence that names the first setting that is wrong.
    """
    try:
        return StoreSettings()
    except ValidationError as error:
        raise WronglySet(_sentence(error)) from error


def settings(**given: Any) -> Settings:
    """Read the settings.

    Raises:
        WronglySet: one sentence that names the first setting that is missing or wrong.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        raise WronglySet(_sentence(error)) from error


HINTS = {
    "APP_ID": "write the number that the App's settings page shows",
    "GITHUB_API_URL": "write an address such as https://api.github.com",
    "GITHUB_URL": "write an address such as https://github.com",
    "PUBLIC_URL": "write an address such as https://bursar.example",
    "PORT": "write a number from 0 to 65535",
}


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    text = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return text
    name = str(first["loc"][0]).upper()
    if first["type"] == "missing":
        return f"{name} is not set. Set it in the environment or in .env (see .env.example)."
    return f"{name} is wrong: {HINTS.get(name, text)}."
