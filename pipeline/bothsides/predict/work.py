"""The work on one chunk of items: parse, classify, and lay out as records; the same in every process and engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..unit import own_columns
from .predictor import Prediction, Predictor
from .read import UniqueIds, parsed
from .safe import file_name, whole_characters
from .source import Failure, Item, SourceArticle

Task = Sequence[Item]
"""The items of one chunk."""
Record = dict[str, Any]
"""What became of one item, fit for a line of JSON: `failure`, or `article` and `quotes` (rows of these tables), `id`
(as the input gave it) and, where the text stands nowhere else, `text`."""
Engine = Callable[[Iterator[Task]], Iterator[list[Record]]]
"""Whatever works through chunks: takes them one after the other, gives the records of each in the same order."""

TEXTS = "texts"


def in_process(load: Callable[[], Predictor]) -> Engine:
    """Work in this process; the model is loaded when the first chunk comes."""

    def engine(tasks: Iterator[Task]) -> Iterator[list[Record]]:
        predictor = None
        for task in tasks:
            predictor = predictor or load()
            yield classify(predictor, task)

    return engine


def classify(predictor: Predictor, task: Task) -> list[Record]:
    """Parse and classify items; an article on which that fails becomes a failure and ends nothing."""
    found = [parsed(item) for item in task]
    predictions = iter(_predictions(predictor, [f for f in found if isinstance(f, SourceArticle)]))
    results = [f if isinstance(f, Failure) else next(predictions) for f in found]
    return [failure_record(r) if isinstance(r, Failure) else prediction_record(r) for r in results]


def failure_record(failure: Failure) -> Record:
    """Lay out what failed."""
    return {"failure": vars(failure)}


def prediction_record(prediction: Prediction) -> Record:
    """Lay out an article and its units."""
    article = prediction.article
    source = article if isinstance(article, SourceArticle) else SourceArticle(article.id, article.text, article.columns)
    ours: dict[str, object] = {
        "article_id": article.id,
        "path": whole_characters(source.path),
        "line": source.line,
        "encoding_guessed": source.encoding,
        "text_file": "",
        "words": article.words,
        **prediction.balance.row(),
    }
    record: Record = {"id": article.id, "article": ours | own_columns(article, ours), "quotes": prediction.rows()}
    # What came through standard input can be read no second time.
    return record | ({"text": article.text} if source.extracted or source.path == "-" else {})


def name_record(record: Record, names: UniqueIds) -> None:
    """Give a record of an article the id, and the name of its text's file, that no article before it has."""
    if "failure" in record:
        return
    id = names.name(record["id"])
    record["article"]["article_id"] = id
    if "text" in record:
        record["article"]["text_file"] = f"{TEXTS}/{file_name(id)}.txt"
    for row in record["quotes"]:
        row["article_id"] = id


def failure_of(record: Mapping[str, Any]) -> Failure | None:
    """Read a failure back from its record; None where the record is of an article."""
    return Failure(**record["failure"]) if "failure" in record else None


def _predictions(predictor: Predictor, articles: Sequence[SourceArticle]) -> Iterable[Prediction | Failure]:
    try:
        return list(predictor.predict_articles(articles, first_chunk=max(1, len(articles))))
    except Exception:
        return [_alone(predictor, article) for article in articles]


def _alone(predictor: Predictor, article: SourceArticle) -> Prediction | Failure:
    try:
        return next(predictor.predict_articles([article]))
    except Exception as error:
        reason = f"cannot be classified ({type(error).__name__})"
        return Failure(article.path, article.line, reason, "report it with the text, please")
