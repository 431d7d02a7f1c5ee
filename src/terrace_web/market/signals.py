"""What other apps may follow without the market knowing them."""

from django.dispatch import Signal

records_changed = Signal()
"""Sent after the commit with ``ids`` (None: many) of changed records; receivers only enqueue."""

record_moved = Signal()
"""Sent after the commit with ``record_id``, ``move``, ``stage`` and ``event_id``."""
