"""The app's name for Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, organisations, memberships and roles."""

    name = "terrace_web.accounts"
    label = "accounts"
