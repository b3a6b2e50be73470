"""Take the screenshots of docs/: `make screenshots`. They show generated articles, in Chromium."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from browser import FLAGS, chromium_path
from playwright.sync_api import sync_playwright
from report_corpus import STRIKE, write_corpus

from bothsides.cli import main

ARTICLES = 500


def take(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        results = write_corpus(Path(name) / "results", ARTICLES)
        assert main(["report", str(results), "--strike", STRIKE]) == 0
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": 1200, "height": 860}, color_scheme=scheme)
            page.goto((results / "report.html").as_uri())
            end = "" if scheme == "light" else "-dark"
            page.screenshot(path=folder / f"report-overview{end}.png")
            for section in ("time", "outlets", "sources", "articles"):
                if scheme == "light":
                    page.locator(f"#{section}").screenshot(path=folder / f"report-{section}.png")
            page.click("#article-table tbody a >> nth=0")
            page.locator("#text a.unit").first.hover()
            page.wait_for_selector("#tip:not([hidden])")
            page.screenshot(path=folder / f"report-article{end}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
