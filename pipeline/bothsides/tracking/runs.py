"""One result, one run: what the stages have written, logged and registered once."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..bundle import Manifest
from ..lineage import environment, flat_params, provenance, read_reports, report_metrics, results_digest
from ..params import Params
from ..promotion import Candidate, Rule, Verdict, failed_gates, judge
from ..timings import Stopwatch, Timing, read_timings
from .content import PREDICTIONS, log_curves, log_datasets, log_plots, log_tables, read_predictions
from .packaged import log_model
from .registry import Registered, register, registered_by, standing_champion
from .store import Store, locked_store, store_folder

RESULTS_TAG = "bothsides.results"


@dataclass(frozen=True)
class Publication:
    """What the publish stage has made: the bundle, its manifest, the floors that were missed (one text each)."""

    bundle: Path
    manifest: Manifest
    below_floor: Sequence[str]


def log_publication(root: Path, params: Params, publication: Publication, watch: Stopwatch) -> Registered:
    """Log a publication as one run, register its model, and make it `champion` or `challenger` by `promotion.judge`.

    A result that has a run already gets no second one: its standing registration is given back. A run that cannot be
    logged to its end is deleted. `watch` was started with the stage.
    """
    import mlflow

    reports = read_reports(root)
    digest = results_digest(params, reports, publication.manifest.model)
    with locked_store(root, params.publish.experiment) as store, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # hints at other ways to use MLflow
        client = mlflow.MlflowClient()
        if known := _known(client, store, digest, params.registered_model):
            return known
        name, run_id = os.environ.get("DVC_EXP_NAME") or publication.manifest.model, ""
        try:
            with mlflow.start_run(experiment_id=store.experiment_id, run_name=name) as run:
                run_id = run.info.run_id
                mlflow.log_params(flat_params(params))
                mlflow.set_tags(_tags(root, publication))
                mlflow.log_metrics(report_metrics(reports))
                card = _log_files(root, run_id, publication.bundle)
                model_uri = log_model(root, publication.bundle)
                mlflow.log_metrics(_times(root, watch))
                verdict = _judge(root, params, publication, reports)
                registered = register(params.registered_model, run_id, model_uri, publication.manifest, verdict, card)
                told = {"bothsides.alias": registered.alias, "bothsides.reason": verdict.reason}
                mlflow.set_tags({RESULTS_TAG: digest, **told})
        except BaseException:
            if run_id:
                client.delete_run(run_id)
            raise
        return registered


def _log_files(root: Path, run_id: str, bundle: Path) -> str:
    import mlflow

    log_curves(root, run_id)
    log_plots(root)
    log_tables(root)
    log_datasets(root)
    card = (bundle / "card.md").read_text(encoding="utf-8")
    mlflow.log_text(card, "card.md")
    return card


def _judge(root: Path, params: Params, publication: Publication, reports: Mapping[str, Mapping[str, Any]]) -> Verdict:
    import mlflow

    figures, predictions = report_metrics(reports), read_predictions(root / PREDICTIONS)
    rule = Rule(params.publish.headline, params.publish.margin, params.evaluate.bootstrap, params.seed)
    return judge(
        Candidate(publication.manifest.model, figures, predictions),
        standing_champion(mlflow.MlflowClient(), params.registered_model),
        [*publication.below_floor, *failed_gates(reports)],
        rule,
    )


def _known(client: Any, store: Store, digest: str, model: str) -> Registered | None:
    found = client.search_runs(
        [store.experiment_id], f"tags.\"{RESULTS_TAG}\" = '{digest}' and attributes.status = 'FINISHED'", max_results=1
    )
    return registered_by(client, model, found[0].info.run_id) if found else None


def _tags(root: Path, publication: Publication) -> dict[str, str]:
    manifest = publication.manifest
    note = (
        "Logged by the publish stage. `dvc.md5/` tags: the outputs in dvc.lock. `time/` figures: what each stage took."
    )
    return (
        {"mlflow.note.content": note, "bothsides.version": manifest.version, "bothsides.model": manifest.model}
        | provenance(root)
        | environment()
    )


def _times(root: Path, watch: Stopwatch) -> dict[str, float]:
    """Flatten the timings of the stages; that of publish itself ends here, before it is registered."""
    workspace = store_folder(root)
    timings = read_timings(root, *([] if workspace == root.resolve() else [workspace]))
    timings["publish"] = watch.read()
    total = Timing(
        sum(t.wall_s for t in timings.values()),
        sum(t.cpu_s for t in timings.values()),
        max(t.peak_mib for t in timings.values()),
    )
    return {f"time/{s}/{k}": v for s, t in {**timings, "total": total}.items() for k, v in vars(t).items()}
