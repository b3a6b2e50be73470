"""Where the peers are: an environment of their own, made as README.md says, and what of it is there."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent
VERBS = "quote_verb_list.txt"


class Peers:
    """The peers that can be run in an environment, and a line for each one that cannot."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.missing: dict[str, str] = {}
        names = ["textacy", "gendergaptracker", "parse"]
        if not (folder / "bin/python").exists():
            self.missing = dict.fromkeys(names, f"no environment {folder.name}: see benchmarks/README.md")
        elif not (folder / VERBS).exists():
            self.missing = {"gendergaptracker": f"no {folder.name}/{VERBS}: see benchmarks/README.md"}
        self.names = [name for name in names if name not in self.missing]

    def command(self, mode: str, name: str, source: Path, output: Path | None = None) -> list[str | Path]:
        """Give the command that runs a peer; see `peers.py`."""
        verbs = [self._folder / VERBS] if name == "gendergaptracker" else []
        return [
            self._folder / "bin/python",
            HERE / "peers.py",
            mode,
            name,
            source,
            *([output] if output else []),
            *verbs,
        ]
