"""`--engine ray`: the same work on the same chunks in the actors of a Ray cluster, or of one started for the run.

Ray is a heavy dependency and comes with the extra `ray`. The driver reads the inputs and keeps the journal, as it does
for local processes, so that results, errors and `--resume` are the same; parsing and classification, which cost nearly
everything, are the actors' part. Chunks travel as Arrow tables with one item a row, and go through Ray Data in windows:
a data set has to be whole before it starts, and all the inputs would not fit into the memory.
"""

from __future__ import annotations

import json
import logging
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING, Any

from ..errors import BothsidesError, UsageError
from .predictor import Predictor
from .source import Document, Failure, Item, SourceArticle
from .work import Record, Task, classify

if TYPE_CHECKING:
    import pyarrow

_CHUNKS_AN_ACTOR = 64
"""Chunks of a window for each actor: at the end of a window an actor waits for at most one chunk of the others."""
_ATTEMPTS = 3
_CLUSTER = "RAY_ADDRESS"
_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in (Document, SourceArticle, Failure)}


class RayEngine:
    """A fixed pool of actors, one thread and one model each; use it as a context. `run` is an `Engine`."""

    def __init__(self, load: Callable[[], Predictor], jobs: int | None = None) -> None:
        """Connect to the cluster that $RAY_ADDRESS names, else start Ray on this machine.

        `load` loads the model in an actor, so bothsides and its model must be installed on every node. Without `jobs`
        there is an actor for every CPU. Raises `UsageError` where Ray is not installed, `BothsidesError` where there
        is no cluster.
        """
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # read when Ray is imported
        try:
            import ray
            import ray.data
        except ImportError as error:
            raise UsageError("--engine ray needs Ray: pip install 'ray[data]', or the wheel's extra ray") from error
        self._load = load
        self._started = not ray.is_initialized()
        if self._started:
            quiet = {"logging_level": logging.ERROR, "log_to_driver": False}
            address = os.environ.get(_CLUSTER, "")
            try:
                if address:
                    ray.init(address=address, **quiet)
                else:
                    ray.init(address="local", num_cpus=jobs, include_dashboard=False, **quiet)
            except Exception as error:  # Ray's exceptions share no base here
                place = f"{address} (from ${_CLUSTER})" if address else "this machine"
                raise BothsidesError(f"no Ray cluster on {place}: {_cause(error)}") from error
        self.jobs = jobs or max(1, int(ray.cluster_resources().get("CPU", 1)))

    def __enter__(self) -> RayEngine:
        """See the class."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the cluster, and end it where it was started for this run."""
        import ray

        if self._started:
            ray.shutdown()

    def run(self, tasks: Iterator[Task]) -> Iterator[list[Record]]:
        """Work through chunks, window by window; records come in the order of the chunks.

        Raises `BothsidesError` where an actor cannot load the model or dies again and again.
        """
        for first in tasks:
            window = [first, *islice(tasks, _CHUNKS_AN_ACTOR * self.jobs - 1)]
            yield from self._window(window)

    def _window(self, window: Sequence[Task]) -> Iterator[list[Record]]:
        """Work through a window, and go on with what is left of it where an actor died."""
        from ray.exceptions import RayError

        done = 0
        for left in reversed(range(_ATTEMPTS)):
            try:
                for records in self._pass(window[done:]):
                    yield records
                    done += 1
                return
            except RayError as error:
                if not left:
                    raise BothsidesError(
                        f"Ray failed {_ATTEMPTS} times ({_cause(error)}); go on with --resume, without --engine ray, "
                        "to find out what it fails at"
                    ) from error

    def _pass(self, window: Sequence[Task]) -> Iterator[list[Record]]:
        import ray

        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        context.execution_options.preserve_order = True
        logging.getLogger("ray.data").setLevel(logging.CRITICAL)
        chunks = ray.data.from_arrow([to_arrow(number, task) for number, task in enumerate(window)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the way to set max_restarts is to change in a later Ray
            found = chunks.map_batches(
                _Actor,
                fn_constructor_args=(self._load,),
                compute=ray.data.ActorPoolStrategy(size=min(self.jobs, len(window))),
                batch_size=None,
                batch_format="pyarrow",
                num_cpus=1,
                max_restarts=0,  # Ray would start it again for ever, and an article may be what kills it
            )
        batches = found.iter_batches(batch_size=None, batch_format="pyarrow")
        rows = chain.from_iterable(batch.to_pylist() for batch in batches)
        for _, records in groupby(rows, key=lambda row: row["chunk"]):
            yield [json.loads(row["record"]) for row in records]


class _Actor:
    """Holds the model in a process of the cluster and answers chunks."""

    def __init__(self, load: Callable[[], Predictor]) -> None:
        self._predictor = load()

    def __call__(self, batch: pyarrow.Table) -> pyarrow.Table:
        import pyarrow

        records = classify(self._predictor, from_arrow(batch))
        answer = [json.dumps(record) for record in records]
        return pyarrow.table({"chunk": batch["chunk"], "record": pyarrow.array(answer, pyarrow.large_string())})


def to_arrow(number: int, task: Task) -> pyarrow.Table:
    """Lay out the items of a chunk, one a row: the chunk's number, the kind, a file's bytes, the other fields as JSON.

    The JSON is ASCII, for a file's name may hold bytes that are no text, and Arrow refuses those.
    """
    import pyarrow

    rows = [
        {
            "chunk": number,
            "kind": type(item).__name__,
            "data": item.data if isinstance(item, Document) else b"",
            "fields": json.dumps({f.name: _plain(getattr(item, f.name)) for f in fields(item) if f.name != "data"}),
        }
        for item in task
    ]
    types = (pyarrow.int64(), pyarrow.string(), pyarrow.large_binary(), pyarrow.large_string())
    return pyarrow.Table.from_pylist(rows, pyarrow.schema(list(zip(rows[0], types, strict=True))))


def from_arrow(table: pyarrow.Table) -> list[Item]:
    """Read the items of a chunk back."""
    items: list[Item] = []
    for row in table.to_pylist():
        kind, values = _KINDS[row["kind"]], json.loads(row["fields"])
        items.append(kind(**values, data=row["data"]) if kind is Document else kind(**values))
    return items


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | None) else dict(value)


def _cause(error: BaseException) -> str:
    """Give the innermost cause as one line: Ray puts what happened in an actor below a stack of its own."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
