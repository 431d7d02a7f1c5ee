"""How much memory a process and its servers take, at most."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"
_SAMPLE_EVERY_S = 0.25


def read_own_peak_mb() -> float:
    """The highest resident size of this process since its start or the last reset."""
    lines = _STATUS.read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def reset_own_peak() -> None:
    """Count the highest resident size of this process from now on."""
    _CLEAR.write_text(_RESET_PEAK)


def sum_shares_mb(pids: Iterable[int]) -> float:
    """What these processes take together, shared pages counted once."""
    return sum(_share_kb(pid) for pid in pids) / 1024


def _share_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


class ServerMemory:
    """Samples the processes beside this one, four times a second; none, no thread."""

    def __init__(self, list_pids: Callable[[], list[int]]) -> None:
        self.peak_mb = 0.0
        self._list_pids = list_pids
        self._ended = threading.Event()
        if list_pids():
            threading.Thread(target=self._sample, daemon=True).start()

    def stop(self) -> None:
        """End the sampling."""
        self._ended.set()

    def reset(self) -> None:
        """Count from now on."""
        self.peak_mb = 0.0

    def _sample(self) -> None:
        while not self._ended.wait(_SAMPLE_EVERY_S):
            self.peak_mb = max(self.peak_mb, sum_shares_mb(self._list_pids()))
