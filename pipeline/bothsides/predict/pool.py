"""Worker processes: each loads the model once and works on one chunk at a time; results come in the order of the input.

Processes and not threads, because one ONNX Runtime thread in each of two processes does more than two in one. They are
spawned, so that they share nothing. A worker that dies (out of memory, a fault in native code) costs at most the
article that it dies of.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from ..errors import BothsidesError
from .predictor import Predictor
from .source import Failure, Item, SourceArticle
from .work import Record, Task, classify, failure_record

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

_AHEAD = 4
_MOST_DEATHS = 3
_CONTEXT = get_context("spawn")


class Pool:
    """Some worker processes; use it as a context. `run` is an `Engine`."""

    def __init__(self, load: Callable[[], Predictor], jobs: int, warn: Callable[[str], None]) -> None:
        """Start the processes; `load` (picklable) loads the model there, `warn` is told in a line what went wrong."""
        self._load, self._warn = load, warn
        self._workers = [_Worker(load) for _ in range(jobs)]

    def __enter__(self) -> Pool:
        """See the class."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes at once, whatever they do."""
        for worker in self._workers:
            worker.end()

    def run(self, tasks: Iterator[Task]) -> Iterator[list[Record]]:
        """Work through chunks; at most a few are read ahead of the one that is waited for.

        Raises `BothsidesError` where the model cannot be loaded, or workers die again and again.
        """
        done: dict[int, list[Record]] = {}
        ready: Task | None = next(tasks, None)
        given = due = 0
        while ready is not None or due < given:
            for worker in self._workers:
                if worker.number is None and ready is not None and given - due < _AHEAD * len(self._workers):
                    worker.give(given, ready)
                    given += 1
                    ready = next(tasks, None)
            while due in done:
                yield done.pop(due)
                due += 1
            busy = {w.connection: w for w in self._workers if w.number is not None}
            for connection in wait(list(busy)) if busy else ():
                worker = busy[connection]  # type: ignore[index]  # only connections were given
                number, task = worker.taken()
                records = worker.answer()
                done[number] = self._rescue(worker, task) if records is None else records

    def _rescue(self, worker: _Worker, task: Task) -> list[Record]:
        """Work again on the chunk of a worker that died, in a new one and item by item, to find what it died of."""
        self._warn(f"a worker process died ({worker.cause}); its {len(task)} articles are tried again one by one")
        self._replace(worker)
        records: list[Record] = []
        deaths = 0
        for item in task:
            worker.give(0, [item])
            answer = worker.answer()
            worker.taken()
            if answer is None:
                deaths += 1
                if deaths == _MOST_DEATHS:
                    raise BothsidesError(
                        f"worker processes die again and again ({worker.cause}); "
                        "free memory or give fewer --jobs, and go on with --resume"
                    )
                reason = f"a process died of it ({worker.cause})"
                answer = [failure_record(Failure(*_place(item), reason, "leave it out and report it, please"))]
                self._replace(worker)
            records += answer
        return records

    def _replace(self, worker: _Worker) -> None:
        worker.end()
        worker.start(self._load)


@dataclass
class _Worker:
    """A process, the connection to it, and the chunk that it works on."""

    load: Callable[[], Predictor]
    number: int | None = None
    task: Task = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start(self.load)

    def start(self, load: Callable[[], Predictor]) -> None:
        self.connection, theirs = _CONTEXT.Pipe()
        self.process: SpawnProcess = _CONTEXT.Process(target=_serve, args=(theirs, load), daemon=True)
        self.process.start()
        theirs.close()

    def give(self, number: int, task: Task) -> None:
        self.number, self.task = number, task
        with suppress(OSError):  # where it died, reading its answer will tell
            self.connection.send(task)

    def taken(self) -> tuple[int, Task]:
        """Give back what it worked on, and note that it is idle."""
        assert self.number is not None
        number, task = self.number, self.task
        self.number, self.task = None, []
        return number, task

    def answer(self) -> list[Record] | None:
        """Wait for its answer: None where it died. Raises the `BothsidesError` that it met."""
        try:
            answer = self.connection.recv()
        except (EOFError, OSError):
            return None
        if isinstance(answer, BothsidesError):
            raise answer
        records: list[Record] = answer
        return records

    @property
    def cause(self) -> str:
        """How the process ended."""
        self.process.join(1)
        code = self.process.exitcode or 0
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def end(self) -> None:
        self.process.kill()
        self.process.join(1)
        self.connection.close()


def _serve(connection: Connection, load: Callable[[], Predictor]) -> None:
    """Answer chunks with records until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers
    try:
        predictor = load()
    except BothsidesError as error:
        connection.send(error)
        return
    except Exception as error:
        connection.send(
            BothsidesError(f"the model cannot be loaded ({type(error).__name__}: {error}); install it again")
        )
        return
    try:
        while True:
            connection.send(classify(predictor, connection.recv()))
    except (EOFError, OSError):
        return


def _place(item: Item) -> tuple[str, int | None]:
    return item.path, item.line if isinstance(item, SourceArticle | Failure) else None
