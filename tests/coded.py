"""Results of simulated articles, and coders who say what a rule says, for the tests of samples and estimates."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

from fake_model import fake_predictor
from report_corpus import write_results

from bothsides.coding.results import Results, read_results
from bothsides.predict.source import SourceArticle
from bothsides.predict.write import Format

ARTICLES, UNITS = 12, 6


def make_results(folder: Path, formats: tuple[Format, ...] = ("jsonl",)) -> Results:
    """Write the results of 12 articles with 6 units each; the model calls the first 2 or 3 of them union-aligned."""
    news = folder.parent / f"{folder.name}-news"
    news.mkdir()
    articles = []
    for a in range(ARTICLES):
        union = [f'"Our union will hold on, {a} and {i}," she said.' for i in range(2 + a % 2)]
        others = [f'"Meals are served at {a}:{i}," he said 🙂.' for i in range(UNITS - len(union))]
        path = news / f"a{a:02}.txt"
        path.write_text("\n\n".join(union + others), encoding="utf-8")
        columns = {"outlet": "Post" if a % 3 else "Herald"}
        articles.append(SourceArticle(path.stem, path.read_text(encoding="utf-8"), columns, path=str(path)))
    write_results(folder, fake_predictor().predict_articles(articles), formats)
    return read_results(folder)


def rule(id: str) -> str:
    """Give a unit's true label: the model is right but for one unit in six, which speaks for the district."""
    number = int(id.split("#")[1])
    return "district-aligned" if number == UNITS else "union-aligned" if number <= 2 else "neutral"


def fill_in(
    table: Path, out: Path, label: Callable[[str], str] = rule, coder: str = "", first: int | None = None
) -> Path:
    """Code a table of the sample, its first units alone where `first` is given."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for i, row in enumerate(rows):
        if first is None or i < first:
            row |= {"label": label(row["unit_id"]), "coder": coder}
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return out


def annotate(tasks: Path, out: Path, label: Callable[[str], str] = rule, by: object = "anna@example.org") -> Path:
    """Code the tasks of Label Studio, keeping the marks of the pre-annotation, as its export has it."""
    exported = json.loads(tasks.read_text(encoding="utf-8"))
    for number, task in enumerate(exported):
        marks = task["predictions"][0]["result"]
        choice = {
            "from_name": "stance",
            "to_name": "text",
            "type": "choices",
            "value": {"choices": [label(task["data"]["unit_id"])]},
        }
        who = {"id": 1, "email": by} if isinstance(by, str) else by
        task |= {
            "id": number,
            "annotations": [{"completed_by": who, "was_cancelled": False, "result": [*marks, choice]}],
        }
    out.write_text(json.dumps(exported), encoding="utf-8")
    return out
