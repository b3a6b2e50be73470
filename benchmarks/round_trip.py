"""The whole way on the three real articles: predict, sample, code from the gold annotation, estimate.

    python benchmarks/round_trip.py     # uses the published model (or BOTHSIDES_BUNDLE); writes docs/estimation.md

The gold plays the coder: a sampled unit gets the label of the gold unit that it matches (half of the content
overlaps), or not-a-quote where it matches none. The codes go through all three formats and must give the same figures.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from bothsides.annotated import read_annotated
from bothsides.article import Span
from bothsides.cli import main as bothsides
from bothsides.coded import NO_QUOTE
from bothsides.coding.results import FoundUnit, read_results
from bothsides.evaluation.units import align
from bothsides.unit import QuoteUnit

ROOT = Path(__file__).parents[1]
CODES = 40
_IOU = 0.5

Coded = tuple[str, tuple[Span, ...]]
"""A gold label, and where the gold unit stands in the article."""


def main() -> None:
    """Walk the way and put what it printed into the documentation."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results"
        _run("predict", str(ROOT / "seeds/gold"), "-o", str(results))
        _run("sample", str(results), "-n", str(CODES))
        gold = code_from_gold(results)
        shown = {}
        for name, write in (("label-studio", export_label_studio), ("doccano", export_doccano), ("csv", export_table)):
            figures = results / f"{name}.figures.json"
            codes = write(results / "sample", gold)
            shown[name] = _run(
                "estimate", str(results), "--codes", str(codes), "--half-width", "5", "--json", str(figures)
            )
            shares = json.loads(figures.read_text(encoding="utf-8"))["groups"]
            shown[f"{name} shares"] = json.dumps(shares)
        if len({shown[f"{name} shares"] for name in ("label-studio", "doccano", "csv")}) != 1:
            raise SystemExit("the three formats give different figures")
        truth = _truth(gold)
    page = ROOT / "docs/estimation.md"
    before, rest = page.read_text(encoding="utf-8").split("<!-- round trip -->\n")
    after = rest.split("<!-- /round trip -->")[1]
    block = f"```\n{shown['label-studio'].rstrip()}\n```\n\n{truth}"
    page.write_text(f"{before}<!-- round trip -->\n{block}\n<!-- /round trip -->{after}", encoding="utf-8")
    print(block)


def code_from_gold(results: Path) -> dict[str, Coded]:
    """Give every found unit the label and the spans of the gold unit that it matches."""
    by_article: dict[str, list[FoundUnit]] = {}
    for unit in read_results(results).units:
        by_article.setdefault(unit.article_id, []).append(unit)
    coded: dict[str, Coded] = {}
    for path in sorted((ROOT / "seeds/gold").glob("*.xml")):
        annotated = read_annotated(path)
        found = by_article.get(annotated.article.id, [])
        units = [QuoteUnit(unit.spans, "direct") for unit in found]
        matched = {m.found: m.gold for m in align(annotated.article, annotated.gold, units, _IOU).matches}
        for i, unit in enumerate(found):
            gold = annotated.gold[matched[i]] if i in matched else None
            coded[unit.id] = (gold.stance.label, gold.spans) if gold and gold.stance else (NO_QUOTE, ())
    return coded


def export_label_studio(sample: Path, gold: dict[str, Coded]) -> Path:
    """Write what Label Studio exports for a coder who saw every task: the label and the spans of the gold."""
    tasks: list[dict[str, Any]] = json.loads((sample / "label-studio.json").read_text(encoding="utf-8"))
    for number, task in enumerate(tasks, start=1):
        data = task["data"]
        label, spans = gold[data["unit_id"]]
        result: list[dict[str, Any]] = [
            {"from_name": "stance", "to_name": "text", "type": "choices", "value": {"choices": [label]}}
        ]
        for start, end in spans:
            at = start - data["context_start"], end - data["context_start"]
            value = {"start": at[0], "end": at[1], "text": data["text"][slice(*at)], "labels": ["quote"]}
            result.append({"from_name": "unit", "to_name": "text", "type": "labels", "value": value})
        task |= {"id": number, "annotations": [{"id": number, "completed_by": {"email": "gold"}, "result": result}]}
    path = sample / "exported.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    return path


def export_doccano(sample: Path, gold: dict[str, Coded]) -> Path:
    """Write what doccano exports."""
    lines = (sample / "doccano.jsonl").read_text(encoding="utf-8").split("\n")
    records = [json.loads(line) for line in lines if line]
    path = sample / "gold.jsonl"
    coded = [{**record, "label": [gold[record["unit_id"]][0]]} for record in records]
    path.write_text("".join(json.dumps(record) + "\n" for record in coded), encoding="utf-8")
    return path


def export_table(sample: Path, gold: dict[str, Coded]) -> Path:
    """Fill in the table."""
    with (sample / "codes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [{**row, "label": gold[row["unit_id"]][0], "coder": "gold"} for row in csv.DictReader(file)]
    path = sample / "coded.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _truth(gold: dict[str, Coded]) -> str:
    labels = [label for label, _ in gold.values() if label != NO_QUOTE]
    shares = ", ".join(f"{label} {100 * labels.count(label) / len(labels):.1f}" for label in sorted(set(labels)))
    return f"All {len(gold)} units coded from the gold: {shares} (in %, {len(gold) - len(labels)} are no quotes)."


def _run(*arguments: str) -> str:
    command: Callable[[list[str]], int] = bothsides
    out = io.StringIO()
    with redirect_stdout(out):
        code = command(list(arguments))
    if code:
        raise SystemExit(f"bothsides {' '.join(arguments)} ended with {code}")
    return out.getvalue()


if __name__ == "__main__":
    main()
