"""The registry: one registered model, its versions, and who of them is champion and challenger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..bundle import MANIFEST, Manifest
from ..errors import ModelError
from ..promotion import Candidate, Verdict
from .content import PREDICTIONS, read_predictions

CHAMPION, CHALLENGER = "champion", "challenger"
NEITHER = "neither champion nor challenger"
"""What a version is called that others have taken the place of."""

_DESCRIPTION = (
    "Quote units of news on teachers' strikes: who is reported to have said what, and for which side it speaks."
)
_NOT_THERE = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
"""MLflow's error codes for a model that is not there, and for an alias that the model does not have."""


@dataclass(frozen=True)
class Registered:
    """A registered version, the alias that it has, and why; `new` is false where the result had been logged before."""

    run_id: str
    version: str
    alias: str
    reason: str
    new: bool = True


def register(name: str, run_id: str, uri: str, manifest: Manifest, verdict: Verdict, card: str) -> Registered:
    """Register a logged model, with its card as description, and give it the alias that the verdict says."""
    import mlflow

    client = mlflow.MlflowClient()
    tags = {"model": manifest.model, "version": manifest.version, "reason": verdict.reason}
    version = str(mlflow.register_model(uri, name, tags=tags).version)
    client.update_registered_model(name, _DESCRIPTION)
    client.update_model_version(name, version, card)
    alias = CHAMPION if verdict.promoted else CHALLENGER
    client.set_registered_model_alias(name, alias, version)
    if verdict.promoted and _version_of(client, name, CHALLENGER) is not None:
        client.delete_registered_model_alias(name, CHALLENGER)  # it challenged a champion that is no more
    return Registered(run_id, version, alias, verdict.reason)


def registered_by(client: Any, name: str, run_id: str) -> Registered | None:
    """Give the version that a run registered, as it stands now; None where it is gone from the registry.

    The run's tags say what the version was when it was logged: another one may have become the champion since.
    """
    versions = client.search_model_versions(f"name = '{name}' and run_id = '{run_id}'")
    if not versions:
        return None
    version, tags = str(versions[0].version), client.get_run(run_id).data.tags
    aliases = client.get_model_version(name, version).aliases  # a search leaves them out
    alias = next((a for a in (CHAMPION, CHALLENGER) if a in aliases), NEITHER)
    then, reason = tags.get("bothsides.alias", alias), tags.get("bothsides.reason", "")
    return Registered(run_id, version, alias, reason if alias == then else f"it was {then}: {reason}", new=False)


def standing_champion(client: Any, name: str) -> Candidate | None:
    """Give the standing champion with its figures and predictions; None where there is none.

    Every other error of MLflow is raised: a registry that cannot be read must not crown a model by that.
    """
    import tempfile

    from mlflow.exceptions import MlflowException

    version = _version_of(client, name, CHAMPION)
    if version is None:
        return None
    try:
        run = client.get_run(version.run_id)
    except MlflowException as error:
        if error.error_code not in _NOT_THERE:
            raise
        return Candidate(version.tags.get("model", ""), {})
    with tempfile.TemporaryDirectory() as folder:
        try:
            rows = read_predictions(Path(client.download_artifacts(run.info.run_id, PREDICTIONS, folder)))
        except (OSError, MlflowException):
            rows = None
    return Candidate(version.tags.get("model", ""), run.data.metrics, rows)


def champion_run(client: Any, name: str) -> str | None:
    """Give the id of the run that made the standing champion; None where there is none."""
    version = _version_of(client, name, CHAMPION)
    return str(version.run_id) if version else None


def bundle_of(uri: str) -> Path:
    """Give the bundle's folder of a model of MLflow, such as `models:/bothsides@champion`.

    The store is that of $MLFLOW_TRACKING_URI, else ./mlflow.db. Raises `ModelError` where MLflow is not installed, or
    the model is not there or has no bundle.
    """
    import os

    try:
        import mlflow
    except ImportError as error:
        raise ModelError(f"{uri}: needs MLflow, which is not installed here; give the folder of a bundle") from error
    if "MLFLOW_TRACKING_URI" not in os.environ:
        if not Path("mlflow.db").is_file():
            raise ModelError(
                f"{uri}: there is no mlflow.db here; change to the project's folder or set $MLFLOW_TRACKING_URI"
            )
        store = f"sqlite:///{Path('mlflow.db').resolve()}"
        mlflow.set_tracking_uri(store)
        mlflow.set_registry_uri(store)
    try:
        folder = Path(mlflow.artifacts.download_artifacts(artifact_uri=uri))
    except (OSError, mlflow.exceptions.MlflowException) as error:
        raise ModelError(f"{uri}: {' '.join(str(error).split())}; `bothsides runs` shows what there is") from error
    bundle = next((path.parent for path in folder.rglob(MANIFEST)), None)
    if bundle is None:
        raise ModelError(f"{uri}: is no model of bothsides (it holds no {MANIFEST})")
    return bundle


def _version_of(client: Any, name: str, alias: str) -> Any:
    from mlflow.exceptions import MlflowException

    try:
        return client.get_model_version_by_alias(name, alias)
    except MlflowException as error:
        if error.error_code not in _NOT_THERE:
            raise
        return None
