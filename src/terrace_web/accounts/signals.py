"""What other apps may follow without the accounts knowing them."""

from django.dispatch import Signal

roles_ended = Signal()
"""Sent within the transaction in which somebody lost a role or the account: ``by``, ``now``."""

membership_began = Signal()
"""Sent within the transaction in which somebody joined an organisation: ``by``, ``now``."""
