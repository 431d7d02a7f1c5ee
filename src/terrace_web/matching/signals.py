"""What other apps may follow without matching knowing them."""

from django.dispatch import Signal

pairs_found = Signal()
"""Sent after the commit with ``pair_ids`` of pairs that were not there before."""

pair_decided = Signal()
"""Sent after the commit with ``decision_id``, for each decision that was recorded."""
