"""Stage publish: the trained models as ONNX, one verified bundle, a wheel that carries it, and one MLflow run.

The wheel is a by-product, not a result that DVC tracks: see `stages.wheel`.
"""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path
from typing import Any

from .. import __version__
from ..article import Article
from ..bundle import Manifest, write_manifest
from ..card import model_card
from ..evaluation.floors import Floors, gold_digest
from ..export import ParityBackend
from ..params import Params
from ..quotes.furniture import FILE as FURNITURE
from ..quotes.splitter import Splitter
from ..quotes.transitions import FILE as TRANSITIONS
from ..runtime import OnnxBackend
from ..stance.head import FILE as HEAD_FILE
from ..stance.model import StanceModel
from ..tables import article_of, read_jsonl, units_by_article, write_json
from ..timings import Stopwatch
from ..torch_backend import TorchBackend
from ..tracking.runs import Publication, log_publication
from ..unit import QuoteUnit
from . import wheel

_SETTINGS = {
    "splitter": ("splitter.json", "tokenizer.json"),
    "stance": ("stance.json", HEAD_FILE, "baseline.npz", "vocabulary.json"),
}
_WRITTEN_FOR_PARITY = 3

Annotated = list[tuple[Article, list[QuoteUnit]]]

log = logging.getLogger(__name__)


def main(root: Path, params: Params) -> None:
    """Write models/bundle, the wheel in dist, reports/publish.json and one MLflow run with a registered model.

    The run is the result's only one: see `tracking.runs`.
    Raises `ModelError` where ONNX and torch differ by `publish.parity` or more, or the wheel cannot be built.
    """
    watch = Stopwatch()
    metrics = json.loads((root / "reports/metrics.json").read_text(encoding="utf-8"))
    bundle = root / "models/bundle"
    shutil.rmtree(bundle, ignore_errors=True)
    log.info("publish: comparing ONNX with torch")
    parity = export_bundle(root, params, bundle)
    ingested = json.loads((root / "reports/ingest.json").read_text(encoding="utf-8"))
    sources = " + ".join(params.chosen.sources).replace("==", " ")
    encoder = f"the lowest {params.chosen.layers} layers of {sources}, its matrix products in {params.chosen.products}"
    (bundle / "card.md").write_text(model_card(metrics, ingested, __version__, params.tier, encoder), encoding="utf-8")
    manifest = write_manifest(bundle, "bothsides", __version__, params.tier)
    if params.tier == "fast":  # the other one is too large for a wheel
        log.info("publish: building the wheel")
        wheel.main(root, params)
    below = Floors.read(root / "floors.json").problems(metrics, gold_digest(root / "seeds"))
    write_json(root / "reports/publish.json", report(bundle, manifest, parity, below))
    log.info("publish: logging the run to MLflow")
    registered = log_publication(root, params, Publication(bundle, manifest, below), watch)
    log.info(
        "publish: %s version %s is %s (%s)%s",
        params.registered_model,
        registered.version,
        registered.alias,
        registered.reason,
        "" if registered.new else "; this result was logged before, so there is no new run",
    )


def export_bundle(root: Path, params: Params, bundle: Path) -> ParityBackend:
    """Put the encoder and what it is run with into a bundle, and prove on real articles that its export is as torch.

    Units and stances are made as in prediction. What is compared is the export in fp32, of which the stage `quantise`
    makes what prediction runs. Raises `ModelError` where the numbers differ too much.
    """
    folders = {"splitter": root / "models/splitter", "stance": root / "models/stance/encoder"}
    trained = TorchBackend(folders["splitter"], params.threads)
    for name, folder in folders.items():
        (bundle / name).mkdir(parents=True, exist_ok=True)
        for file in _SETTINGS[name]:
            shutil.copyfile(folder / file, bundle / name / file)
    for file in (TRANSITIONS, FURNITURE):
        shutil.copyfile(root / "models" / file, bundle / "splitter" / file)
    shutil.copyfile(root / "models/encoder.onnx", bundle / "splitter/model.onnx")
    exported = OnnxBackend(folders["splitter"] / "model.onnx", params.threads)
    parity = ParityBackend(trained, exported)
    annotated = parity_articles(root)
    splitter = Splitter.load(bundle / "splitter", parity, bundle / "splitter")
    splitter.split([article for article, _ in annotated])
    StanceModel.load(bundle / "stance", splitter.reader).classify(annotated)
    parity.check("encoder", params.publish.parity)
    return parity


def parity_articles(root: Path) -> Annotated:
    """Choose the real articles and the first few written ones, with their gold units."""
    gold = units_by_article(root / "data/gold.jsonl")
    records = [r for r in read_jsonl(root / "data/articles.jsonl") if r["annotated"]]
    real = [r for r in records if r["origin"] == "gold"]
    written = [r for r in records if r["origin"] != "gold"][:_WRITTEN_FOR_PARITY]
    return [(article_of(r), gold.get(r["id"], [])) for r in real + written]


def report(bundle: Path, manifest: Manifest, parity: ParityBackend, below: list[str]) -> dict[str, Any]:
    """Lay out reports/publish.json: nothing in it depends on when or where it was published."""
    return {
        "version": manifest.version,
        "model": manifest.model,
        # Rounded up to a power of ten: the last digits depend on the processor.
        "parity": {"encoder": {"inputs": parity.inputs, "below": _power_above(parity.difference)}},
        "bundle": {path: {"bytes": (bundle / path).stat().st_size, "sha256": d} for path, d in manifest.files.items()},
        "below_floor": below,
    }


def _power_above(difference: float) -> float:
    power = 1e-12
    while power <= difference:
        power *= 10
    return float(f"{power:.0e}")
