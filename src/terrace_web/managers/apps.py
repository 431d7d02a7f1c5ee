"""The app's name for Django."""

from django.apps import AppConfig


class ManagersConfig(AppConfig):
    """Technology managers, their capacity and their assignments."""

    name = "terrace_web.managers"
    label = "managers"

    def ready(self) -> None:
        """Choose who reviews a record that is handed in, and see to those of who left."""
        from terrace_web.accounts.signals import membership_began, roles_ended
        from terrace_web.managers import actions
        from terrace_web.managers.handover import hand_over
        from terrace_web.market.reviewers import register_chooser

        register_chooser(actions.choose_manager)
        for changed in (roles_ended, membership_began):
            changed.connect(hand_over, dispatch_uid="managers.handover")
