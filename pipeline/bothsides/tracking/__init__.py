"""MLflow mirrors what the stages have written: one run a result, and the registry of published models.

Besides it only `stages/ui.py`, which starts the server, and `pyfunc`, which MLflow itself runs, import mlflow.
"""
