"""The MLflow model, logged as code: a table of articles in, their quote units out.

MLflow runs this file by itself when it logs the model and when it loads it, so the imports are absolute. They stand at
the top, for MLflow reads the type hints of `predict`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.pyfunc import PythonModel

from bothsides.article import Article
from bothsides.predict.predictor import Predictor
from bothsides.unit_columns import UNIT_COLUMNS


class BothsidesModel(PythonModel):  # type: ignore[misc]  # mlflow ships no types
    """Quote units with speaker and stance, one row a unit, for a table with the columns `id` and `text`."""

    def load_context(self, context: Any) -> None:
        """Load the bundle that was logged with the model."""
        self._predictor = Predictor.load(Path(context.artifacts["bundle"]))

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Give the units of all articles; `spans` is text: ranges `start-end` joined by a space."""
        articles = (
            Article(str(number), str(text)) for number, text in zip(model_input["id"], model_input["text"], strict=True)
        )
        rows = [
            {name: _plain(row[name]) for name in UNIT_COLUMNS}
            for prediction in self._predictor.predict_articles(articles)
            for row in prediction.rows()
        ]
        return pd.DataFrame(rows, columns=list(UNIT_COLUMNS))


def _plain(value: Any) -> Any:
    """Write spans as text, for a column of lists of lists is nothing that Spark or a CSV file takes."""
    return " ".join(f"{start}-{end}" for start, end in value) if isinstance(value, list) else value


mlflow.models.set_model(BothsidesModel())
