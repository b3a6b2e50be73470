"""MLflow mirrors what the stages have written: one run a result, and the registry of published models.

The only part of the library that imports mlflow (besides `pyfunc`, which MLflow itself runs).
"""
