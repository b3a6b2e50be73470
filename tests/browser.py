"""A headless Chromium for the tests of pages, with axe-core for their accessibility; skipped where there is none.

`.ci/run` installs Chromium where it can. Playwright brings no browser of its own here: it drives the installed one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def chromium_path() -> str:
    """Find Chromium: $CHROMIUM, else one on the path; empty where there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), "")


# One browser a module, and not a session: while Playwright runs, its event loop counts as running in this thread, and
# whatever calls `asyncio.run` in other modules would fail.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
    path = chromium_path()
    if not path:
        pytest.skip("no Chromium: install it (apt-get install chromium) or set CHROMIUM=/path/to/chromium")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, headless=True, chromium_sandbox=False, args=FLAGS)
        yield started
        started.close()


def accessibility_problems(page: Page) -> list[str]:
    """Run axe-core on the page as it stands and name what it finds, one line a rule with its first elements."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(_RULES)}}).response["violations"]
    return [f"{v['id']}: {v['help']}: {[n['html'][:160] for n in v['nodes'][:3]]}" for v in found]
