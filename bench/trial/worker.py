"""The inside of an engine's own process: it does what it is told and says how long it took."""

import gc
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from peers import PEERS
from peers.engine import Engine
from trial.inputs import WANTED, Inputs, load_inputs
from trial.measures import measure_matrix_rate
from trial.memory import ServerMemory, read_own_peak_mb, reset_own_peak


@dataclass(frozen=True, slots=True)
class Job:
    """Which engine, on which inputs, where it keeps its files, on how many threads."""

    peer: str
    inputs: Path
    folder: Path
    threads: int


class Worker:
    """One engine and its inputs; each public method is a command that its process takes."""

    def __init__(self, job: Job) -> None:
        self.threads = job.threads
        self.inputs: Inputs = load_inputs(job.inputs)
        self.engine: Engine = PEERS[job.peer].load()(job.folder, job.threads)
        self.servers: ServerMemory | None = None

    def build(self) -> Mapping[str, float]:
        """Index all documents; then forget them, so that what stays is the engine's own."""
        texts = self.inputs.documents["text"].to_list()
        attributes = self.inputs.documents.select("year", "phase")
        inputs_mb = read_own_peak_mb()
        started = time.perf_counter()
        self.engine.build(texts, attributes, self.inputs.vectors)
        seconds = time.perf_counter() - started
        self.servers = ServerMemory(self.engine.server_pids)
        peak_mb = read_own_peak_mb()
        index_mb = self.engine.index_bytes() / 2**20
        self._forget_documents()
        del texts, attributes
        gc.collect()
        reset_own_peak()
        return {
            "seconds": seconds,
            "index_mb": index_mb,
            "inputs_mb": inputs_mb,
            "build_peak_mb": peak_mb,
        }

    def ask(self, kind: str, asked: Sequence[int], k: int, limit_s: float) -> Mapping[str, Any]:
        """Queries one after the other, with the filter; stops when the time is up."""
        texts = self.inputs.queries[kind].to_list()
        vectors = self.inputs.query_vectors[kind]
        spent_ms, found = [], []
        until = time.perf_counter() + limit_s
        for number in asked:
            started = time.perf_counter()
            found.append(self.engine.query(texts[number], vectors[number], WANTED, k))
            ended = time.perf_counter()
            spent_ms.append(1000 * (ended - started))
            if ended > until:
                break
        return {"spent_ms": spent_ms, "found": found}

    def batch(self, kind: str, asked: Sequence[int], k: int) -> Mapping[str, Any]:
        """These queries against all documents, without a filter."""
        texts = self.inputs.queries[kind].gather(list(asked)).to_list()
        vectors = np.ascontiguousarray(self.inputs.query_vectors[kind][asked])
        started = time.perf_counter()
        found = self.engine.batch(texts, vectors, k)
        return {"seconds": time.perf_counter() - started, "found": found}

    def rate(self) -> float:
        """Billions of floating-point operations a second of a float32 matrix product."""
        return measure_matrix_rate()

    def memory(self) -> float:
        """The peak since the build, servers included, in megabytes."""
        return read_own_peak_mb() + (self.servers.peak_mb if self.servers else 0.0)

    def close(self) -> None:
        """Let the engine give back what it holds."""
        if self.servers:
            self.servers.stop()
            self.engine.close()

    def _forget_documents(self) -> None:
        kept = self.inputs
        self.inputs = Inputs(
            kept.documents.clear(), kept.vectors[:0], kept.queries, kept.query_vectors
        )


def serve_commands(connection: Connection, job: Job) -> None:
    """Take commands until ``close``; every answer is ``(worked, answer or reason)``."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    warnings.filterwarnings("ignore", module="platformdirs")
    use_threads(job.threads)
    workers: list[Worker] = []
    try:
        while True:
            command, arguments = connection.recv()
            if command == "close":
                return
            connection.send(answer_command(workers, job, command, arguments))
    except EOFError:
        return
    finally:
        for worker in workers:
            worker.close()


def answer_command(
    workers: list[Worker], job: Job, command: str, arguments: Mapping[str, Any]
) -> tuple[bool, Any]:
    """What the worker, made at the first command, answers; whatever it raises is an answer too."""
    try:
        if not workers:
            workers.append(Worker(job))
        return True, getattr(workers[0], command)(**arguments)
    except Exception as error:
        traceback.print_exc()
        return False, f"{type(error).__name__}: {error}"[:500]


def use_threads(threads: int) -> None:
    """Keep this process and all its servers on that many processors."""
    available = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, available[:threads])
