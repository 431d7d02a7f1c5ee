"""The app's name for Django."""

from django.apps import AppConfig


class ManagersConfig(AppConfig):
    """Technology managers, their capacity and their assignments."""

    name = "terrace_web.managers"
    label = "managers"

    def ready(self) -> None:
        """Choose who reviews a record that is handed in."""
        from terrace_web.managers import actions
        from terrace_web.market.reviewers import register_chooser

        register_chooser(actions.choose_manager)
