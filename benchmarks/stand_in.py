"""`bothsides` with the tests' stand-in for a model, for runs that try the engine and not the model: starts at once.

python benchmarks/stand_in.py predict news/ -o results
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fake_model import slow_predictor

from bothsides.predict.predictor import Predictor

Predictor.load = slow_predictor  # type: ignore[method-assign, assignment]
Predictor.identity = lambda bundle=None: "stand-in"  # type: ignore[method-assign, assignment]

if __name__ == "__main__":
    from bothsides.cli import main

    sys.exit(main())
