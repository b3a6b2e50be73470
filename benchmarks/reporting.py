"""Lay the measurements of `speed.json` out as `results.md` and `results.png`.

python benchmarks/reporting.py
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from measuring import provisional

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- cost -->", "<!-- /cost -->"
MILLION = 1_000_000
BLUE, GREY, INK = "#0072B2", "#999999", "#222222"
NAMES = {
    "bothsides": "bothsides, end to end",
    "ort": "bothsides (ONNX Runtime, sorted by length)",
    "hf": "transformers pipeline, batch 32",
    "floor": "fp32 matrix products alone (OpenBLAS)",
    "textacy": "textacy, direct quotations only",
    "gendergaptracker": "GenderGapTracker's rules, units only",
    "parse": "spaCy's small parse alone, batched",
}
TARGETS = {
    "stance": 52.0,
    "against_hf": 1.65,
    "articles": 6.0,
    "gain": 1.85,
    "cpu_s": 1.0,
    "peak_mib": 300.0,
    "growth": 0.1,
}
HEAD = """\
# Speed

Written by `python benchmarks/speed.py`, which README.md in this folder explains; do not edit. Every figure is the
median of the rounds, with the smallest and the largest. CPU-seconds are user and system time of all threads and
children; each program had one thread, and those of a table took turns.
"""

Results = Mapping[str, Any]


def report(results: Results) -> str:
    """Write all sections that were measured as Markdown."""
    layouts = {"stance": _stance, "articles": _articles, "start": _start, "jobs": _jobs, "memory": _memory}
    parts = [HEAD]
    if (HERE / "results.png").exists():
        parts.append("![rates of bothsides and its peers](results.png)\n")
    parts += [layout(results[name]) + _footer(results[name]) for name, layout in layouts.items() if name in results]
    return "\n".join(parts)


def _stance(found: Results) -> str:
    rows = [[NAMES[n], _range(r)] for n, r in _ordered(found["rates"])]
    met = _met(found["rates"]["ort"]["median"] >= TARGETS["stance"])
    gain = found["against_hf"]
    enough = _met(gain["median"] >= TARGETS["against_hf"])
    return f"""\
## Stance of given quotes

{found["quotes"]} quotes of {found["tokens"]} tokens on average (with who says it, after what), three classes,
MiniLM-L6.

{_table(["engine", "quotes a CPU-second"], rows)}

Target 52 or more: {met}. Against the pipeline: {_range(gain)} times; target 1.65: {enough}.
Both gave {found["same_labels"]} of {found["quotes"]} quotes the same label.
"""


def _articles(found: Results) -> str:
    rows = [
        [
            NAMES[n],
            _range(r),
            str(found["units"][n]) if n != "parse" else "",
            str(found["refused"].get(n, "")) if n == "textacy" else "",
        ]
        for n, r in _ordered(found["rates"])
    ]
    rows += [[NAMES[n], f"not run ({why})", "", ""] for n, why in found["not_run"].items()]
    ours = found["rates"]["bothsides"]["median"]
    return f"""\
## Articles

{found["articles"]} written articles of about 300 words. bothsides finds the units, resolves their speakers and
classifies their stance; the peers find units only. textacy refuses an article with an odd number of quotation marks.

{_table(["tool", "300-word articles a CPU-second", "units found", "articles refused"], rows)}

Target 6 or more: {_met(ours >= TARGETS["articles"])}; stretch 10: {_met(ours >= 10)}.
"""


def _start(found: Results) -> str:
    names = {**NAMES, "bothsides": "bothsides predict, one article", "hf": "transformers pipeline, one quote"}
    rows = [
        [names[n], _range(r), _range(found["wall_s"][n]), _range(found["peak_mib"][n])]
        for n, r in _ordered(found["cpu_s"])
    ]
    cpu, peak = found["cpu_s"]["bothsides"]["median"], found["peak_mib"]["bothsides"]["median"]
    return f"""\
## Start to first row

A whole run on one input, from the start of the process to its end.

{_table(["command", "CPU-seconds", "seconds", "peak MiB"], rows)}

Targets: 1.0 CPU-seconds or less: {_met(cpu <= TARGETS["cpu_s"])}; 300 MiB or less: {_met(peak <= TARGETS["peak_mib"])}.
"""


def _jobs(found: Results) -> str:
    if "not_run" in found:
        return f"## Two jobs against one\n\nNot run: {found['not_run']}.\n"
    rows = [[count, _range(wall)] for count, wall in found["wall_s"].items()]
    gain = found["gain"]
    # Wall time tells nothing where others take the cores, and two processes cannot do more than twice as much.
    busy = found["machine"]["load"] > found["machine"]["cores"] or gain["median"] > 2.1
    verdict = "not to be judged on a busy machine" if busy else _met(gain["median"] >= TARGETS["gain"])
    return f"""\
## Two jobs against one

`bothsides predict` over {found["articles"]} articles of 300 words, the start of the processes included.

{_table(["--jobs", "seconds"], rows)}

{_range(gain)} times as fast; target 1.85: {verdict}.
"""


def _memory(found: Results) -> str:
    rows = [[f"{int(count):,}", f"{peak:.0f}"] for count, peak in found["peak_mib"].items()]
    return f"""\
## Memory

The largest process of a run with one job over articles of {found["words"]} words.

{_table(["articles", "peak MiB"], rows)}

Grows by {found["growth"]:.1%}; target less than 10%: {_met(found["growth"] < TARGETS["growth"])}.
"""


def _footer(found: Results) -> str:
    m = found["machine"]
    return (
        f"\n{provisional(m, found['rounds'])}<sub>{m['cpu']}, {m['cores']} cores, Python {m['python']}, "
        f"load {m['load']} at the end; {found['rounds']} rounds; model {found['model']}</sub>\n"
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _range(value: Mapping[str, float]) -> str:
    return f"{value['median']:.3g} ({value['low']:.3g} to {value['high']:.3g})"


def _ordered(values: Results) -> list[tuple[str, Any]]:
    """Give the items in the order of the names shown: JSON keeps them by the alphabet."""
    return [(name, values[name]) for name in NAMES if name in values]


def _met(met: bool) -> str:
    return "met" if met else "not met"


def plot(results: Results, path: Path) -> None:
    """Draw the rates as bars with the range of the rounds; ours in colour, the targets as dashed lines."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    panels = [
        (title, results[name][key], target)
        for name, key, title, target in (
            ("stance", "rates", "quotes a CPU-second, more is better", TARGETS["stance"]),
            ("articles", "rates", "300-word articles a CPU-second, more is better", TARGETS["articles"]),
            ("start", "cpu_s", "CPU-seconds of a run on one input, less is better", TARGETS["cpu_s"]),
        )
        if name in results
    ]
    heights = [len(rates) for _, rates, _ in panels]
    figure = Figure(figsize=(9, 0.9 * len(panels) + 0.42 * sum(heights)), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights)
    for axes, (title, rates, target) in zip(grid[:, 0], panels, strict=True):
        names = [name for name, _ in _ordered(rates)][::-1]
        middle = [rates[n]["median"] for n in names]
        ends = [
            [rates[n]["median"] - rates[n]["low"] for n in names],
            [rates[n]["high"] - rates[n]["median"] for n in names],
        ]
        colours = [BLUE if n in ("ort", "bothsides") else GREY for n in names]
        bars = axes.barh([NAMES[n] for n in names], middle, xerr=ends, color=colours, ecolor=INK, capsize=3)
        plain = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        axes.axvline(target, linestyle="--", color=INK, linewidth=1)
        axes.bar_label(bars, [f"{m:.3g}" for m in middle], padding=7, bbox=plain)
        axes.set_title(f"{title}; target {target:g}, dashed", loc="left", fontsize=10)
        axes.margins(x=0.12)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Software": None})


def cost(results: Results) -> str:
    """Extrapolate what a million articles cost from what a few did."""
    rate = results["articles"]["rates"]["bothsides"]["median"]
    m = results["articles"]["machine"]
    hours = MILLION / rate / 3600
    gain = results.get("jobs", {}).get("gain")
    rows = [["a million 300-word articles", f"{hours:.0f} CPU-hours"], ["on one core", f"{hours / 24:.1f} days"]]
    if gain:
        rows.append([f"on two ({gain['median']:.3g} times one)", f"{hours / gain['median'] / 24:.1f} days"])
    rows.append(["on 64 cores, at the same rate a core", f"{hours / 64:.1f} hours"])
    warning = provisional(m, results["articles"]["rounds"])
    measured = f"{warning}From {results['articles']['articles']} articles at {rate:.3g} a CPU-second"
    return f"{_table(['what', 'takes'], rows)}\n\n{measured} on: {m['cpu']}, {m['cores']} cores, load {m['load']}.\n"


def fill(page: Path, text: str) -> None:
    """Put a text between the marks of a page.

    Raises `ValueError` where the page has no marks.
    """
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    page.write_text(f"{before}{BEGIN}\n{text}{END}{after}", encoding="utf-8")


def main() -> None:
    """Write the page, the plot, and the cost."""
    results = json.loads((HERE / "speed.json").read_text(encoding="utf-8"))
    if results.keys() & {"stance", "articles", "start"}:
        plot(results, HERE / "results.png")
    (HERE / "results.md").write_text(report(results), encoding="utf-8")
    if "articles" in results:
        fill(HERE.parent / "docs/scaling.md", cost(results))


if __name__ == "__main__":
    main()
