"""The garbage collector spares what stays for good.

A process of ours holds 240,000 objects that it keeps to its end: modules, templates, models.
Python's full collections look through all of them now and then, which takes 150 ms or more
(`bench/settled.py`), and whoever asks for a page then waits. What was frozen is not looked at.
"""

import gc
import itertools
from typing import Any

from django.core.signals import request_finished

_AFTER_REQUESTS = frozenset({2, 20, 200, 2_000})
_finished = itertools.count(1)


def settle() -> None:
    """Freeze what is loaded now, and later what the first requests have loaded."""
    gc.collect()
    gc.freeze()
    request_finished.connect(_settle_more, dispatch_uid="settling")


def _settle_more(**_signal: Any) -> None:
    # Without a collection before: that would be the wait this spares. What is garbage now stays.
    if next(_finished) in _AFTER_REQUESTS:
        gc.freeze()
