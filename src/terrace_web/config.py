"""The platform's settings as read from the environment, each ``TERRACE_<NAME>``.

A value of the wrong type, or a missing secret in production, stops the start with a message.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from terrace.errors import TerraceError

_DEMO_SECRET = "only-for-the-demo-and-tests-" + "0" * 40


class Config(BaseSettings):
    """What an installation may set; docs/reference/settings.md says each in a sentence."""

    model_config = SettingsConfigDict(env_prefix="TERRACE_", frozen=True)

    mode: Literal["production", "demo", "test"] = Field(
        "production", description="demo shows one login per role; production asks for secrets"
    )
    data_dir: Path = Field(
        Path("var"), description="folder of the database, uploads, indexes and backups"
    )
    secret_key: SecretStr = Field(
        SecretStr(""), description="signs sessions and links; at least 50 random characters"
    )
    hosts: str = Field("localhost,127.0.0.1", description="names the site answers to, by comma")
    base_url: str = Field(
        "http://127.0.0.1:8000", description="address of the site as users see it, for mails"
    )
    database_url: str = Field(
        "", description="postgresql://user:password@host:port/name; empty: SQLite in data_dir"
    )
    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="smtp://user:password@host:587 or smtps://; empty: files in data_dir/mail",
    )
    mail_from: str = Field("terrace@localhost", description="sender of the platform's mails")
    zone_name: str = Field("Terrace", description="what the zone is called on its pages")
    currency: str = Field("CNY", description="currency of amounts where a record says none")
    time_zone: str = Field("Asia/Shanghai", description="time zone of dates and due times")
    embedders: Literal["default", "none"] = Field(
        "default", description="none matches by words alone (small machines, quick tests)"
    )
    audit_years: int = Field(10, ge=1, description="years for which audit entries are kept")
    upload_megabytes: int = Field(20, ge=1, le=500, description="largest upload")
    oidc_name: str = Field("", description="label of the organisation's single sign-on")
    oidc_server: str = Field("", description="address of the OpenID Connect provider")
    oidc_client: str = Field("", description="client id at the OpenID Connect provider")
    oidc_secret: SecretStr = Field(SecretStr(""), description="client secret there")
    behind_proxy: bool = Field(
        False, description="trust X-Forwarded-Proto and X-Forwarded-For of the proxy in front"
    )

    @model_validator(mode="after")
    def _require_secrets(self) -> Self:
        if self.mode == "production" and len(self.secret_key.get_secret_value()) < 50:
            raise ValueError(
                "TERRACE_SECRET_KEY needs at least 50 random characters in production; "
                "make one with: python -c 'import secrets; print(secrets.token_urlsafe(60))'"
            )
        return self

    @property
    def secret(self) -> str:
        """The secret key; the demo and the tests have a public one."""
        return self.secret_key.get_secret_value() or _DEMO_SECRET

    @property
    def host_list(self) -> list[str]:
        """The names the site answers to."""
        return [host.strip() for host in self.hosts.split(",") if host.strip()]

    @property
    def is_https(self) -> bool:
        """Whether users reach the site by https."""
        return self.base_url.startswith("https://")


def read_config() -> Config:
    """The settings of this process.

    Raises:
        TerraceError: a setting is missing or of the wrong type; all of them are named.
    """
    try:
        return Config()
    except ValidationError as error:
        lines = "\n".join(f"  {_name_of(each['loc'])}{each['msg']}" for each in error.errors())
        raise TerraceError(f"the settings are not complete:\n{lines}") from error


def _name_of(place: tuple[int | str, ...]) -> str:
    return f"TERRACE_{str(place[0]).upper()}: " if place else ""
