"""Take the screenshots of docs/: `make screenshots`. They show generated articles and, where `make` has been run,
the overview of the three real ones."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from browser import FLAGS, chromium_path
from playwright.sync_api import Browser, Page, sync_playwright
from report_corpus import STRIKE, write_corpus

from bothsides.cli import main

ARTICLES = 500
REAL = Path("results")


def take(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        report = Path(name) / "report.html"
        if (REAL / "articles.csv").is_file():
            assert main(["report", str(REAL), "-o", str(report)]) == 0
            opened(browser, report, "light").screenshot(path=folder / "report-three.png")
        results = write_corpus(Path(name) / "results", ARTICLES)
        assert main(["report", str(results), "--strike", STRIKE, "-o", str(report)]) == 0
        opened(browser, report, "dark").screenshot(path=folder / "report-overview-dark.png")
        page = opened(browser, report, "light")
        page.screenshot(path=folder / "report-overview.png")
        page.locator("#time figure").first.screenshot(path=folder / "report-time.png")
        page.click("#article-table tbody a >> nth=0")
        page.locator("#text a.unit").first.hover()
        page.wait_for_selector("#tip:not([hidden])")
        page.screenshot(path=folder / "report-article.png")
        browser.close()


def opened(browser: Browser, report: Path, scheme: str) -> Page:
    page = browser.new_page(viewport={"width": 1200, "height": 860}, color_scheme=scheme)
    page.goto(report.as_uri())
    page.evaluate("() => { document.querySelector('nav.sections').style.position = 'static' }")
    return page


if __name__ == "__main__":
    take(Path(sys.argv[1]))
