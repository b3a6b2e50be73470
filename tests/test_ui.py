"""`make ui` end to end: the real server, a real browser, the figures of two runs side by side.

`make screenshots` runs this file on the project's own runs and writes what the browser shows into docs/images.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from bothsides.errors import InputError
from bothsides.params import load_params
from bothsides.stages import ui
from bothsides.tracking.compare import TrackedRun, changed, finished_runs

_SCREENSHOTS = os.environ.get("BOTHSIDES_SCREENSHOTS", "")
_START = """
import logging, pathlib, sys
from bothsides.params import load_params
from bothsides.stages import ui
logging.basicConfig(level=logging.INFO, format="%(message)s")
root = pathlib.Path(sys.argv[1])
ui.main(root, load_params(root / "params.yaml"), sys.argv[2])
"""
_ROW_OF_METRIC = """async (any, name) => {
  const both = any.closest(".ReactVirtualized__Grid").parentElement.parentElement;
  const [names, values] = both.querySelectorAll(".ReactVirtualized__Grid");
  const scroll = async at => {
    values.scrollTop = at;
    values.dispatchEvent(new Event("scroll"));
    await new Promise(done => setTimeout(done, 30));
  };
  let found = [];
  for (let at = 0; !found.length && at < names.firstChild.clientHeight; at += 100) {
    await scroll(at);
    const link = [...names.querySelectorAll("a")].find(a => a.innerText === name);
    const top = link && link.parentElement.style.top;
    const cells = link ? [...values.firstChild.children].filter(cell => cell.style.top === top) : [];
    found = cells.map(cell => cell.innerText);
  }
  return found;
}"""
"""MLflow's list of metrics is two grids beside each other, which hold just the rows in view."""
_PATIENCE = 120_000  # milliseconds; a busy machine takes its time


@dataclass(frozen=True)
class Server:
    """The running server: the link that it printed, and the runs that it shows, best first."""

    link: str
    runs: list[TrackedRun]

    def page(self, path: str) -> str:
        """Give the address of a page."""
        return f"{self.link.partition('#')[0]}#/{path}"


@pytest.fixture(scope="module")
def server(two_runs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    project = ROOT if _SCREENSHOTS else two_runs
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("ui") / "log"
    path = os.pathsep.join([str(ROOT / "pipeline"), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", _START, str(project), str(port)]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env=os.environ | {"PYTHONPATH": path}, start_new_session=True
        )
    try:
        for _ in range(1200):
            assert process.poll() is None, log.read_text()
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5)
                break
            except OSError:
                time.sleep(0.1)
        link = log.read_text().split("best first:")[1].split()[0]
        params = load_params(project / "params.yaml")
        yield Server(link, finished_runs(project, params, params.publish.headline))
    finally:
        os.killpg(process.pid, 15)
        process.wait(timeout=60)


def _open(browser: Any, address: str) -> Any:
    page = browser.new_page(viewport={"width": 1700, "height": 1400})
    page.set_default_timeout(_PATIENCE)
    page.goto(address)
    return page


def _figures(page: Any, metric: str) -> list[str]:
    """Give what the list of metrics shows of one metric, a text a run."""
    found: list[str] = page.locator("a[href*='metric?']").first.evaluate(_ROW_OF_METRIC, metric)
    return found


def _shot(page: Any, name: str) -> None:
    if _SCREENSHOTS:
        page.wait_for_timeout(1500)  # the charts are drawn step by step
        page.screenshot(path=str(Path(_SCREENSHOTS) / f"{name}.png"))


def test_the_link_opens_the_table_of_runs_best_first_with_the_columns_that_matter(browser: Any, server: Server) -> None:
    page = _open(browser, server.link)
    best, worst = server.runs[0], server.runs[-1]
    for text in (best.name, worst.name, "end_to_end/macro_f1", "units/joint_f1", "bothsides.alias"):
        page.get_by_text(text, exact=True).first.wait_for()
    shown = page.inner_text("body")
    assert f"{best.metrics['units/joint_f1']:.6g}" in shown and "challenger" in shown
    assert shown.index(best.name) < shown.index(worst.name)
    _shot(page, "runs")
    page.close()


def test_two_runs_are_compared_in_what_they_changed(browser: Any, server: Server) -> None:
    one, other = server.runs[0], server.runs[-1]
    chosen = f'runs=["{one.id}","{other.id}"]&experiments=["{_experiment(server)}"]'
    page = _open(browser, server.page(f"compare-runs?{chosen}"))
    page.get_by_text("Comparing 2 Runs from 1 Experiment").wait_for()
    params = changed(one.params, other.params)
    assert params
    page.get_by_text(next(iter(params)), exact=True).first.wait_for()
    shown = page.inner_text("body")
    for name, values in params.items():
        assert name in shown and all(value in shown for value in values if value)
    assert one.name in shown and other.name in shown
    page.locator("a[href*='metric?']").first.scroll_into_view_if_needed()
    _shot(page, "compare")  # before the list is scrolled by force, which parts its two halves
    for name in (min(one.metrics), "end_to_end/macro_f1"):
        shown = [float(text) for text in _figures(page, name)]
        assert shown == pytest.approx([run.metrics[name] for run in (one, other)], rel=1e-3), name
    page.close()


def test_the_curves_of_two_runs_stand_in_one_plot(browser: Any, server: Server) -> None:
    one, other = server.runs[0], server.runs[-1]
    curve = "train_splitter/epochs/loss"
    chosen = f'runs=["{one.id}","{other.id}"]&experiments=["{_experiment(server)}"]'
    page = _open(browser, server.page(f'metric?{chosen}&metric="{curve}"&plot_metric_keys=["{curve}"]&x_axis=step'))
    page.locator(".js-plotly-plot .scatterlayer .trace").nth(1).wait_for(state="attached")
    for run in (one, other):
        page.get_by_text(f"{run.name} ({curve})").first.wait_for(state="attached")
    _shot(page, "curves")
    page.close()


def test_a_run_shows_its_plots_and_its_table_of_errors(browser: Any, server: Server) -> None:
    best = server.runs[0]
    page = _open(browser, server.page(f"experiments/{_experiment(server)}/runs/{best.id}/artifacts/errors.json"))
    page.get_by_text("boundary", exact=True).first.wait_for()
    _shot(page, "errors")
    page.goto(server.page(f"experiments/{_experiment(server)}/runs/{best.id}/artifacts/plots/classes.png"))
    page.locator("img[src*='classes.png'], img[src^='blob:'], img[src^='data:image/png']").first.wait_for()
    page.close()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_one_line(tmp_path: Path, port: str) -> None:
    with pytest.raises(InputError, match="is no port; give a number"):
        ui.main(tmp_path, load_params(ROOT / "params.yaml"), port)
    assert not list(tmp_path.iterdir())


def _experiment(server: Server) -> str:
    return server.link.split("/experiments/")[1].split("/")[0]
