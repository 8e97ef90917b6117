"""Measures how soon a resident can chat on a slow phone: `make bench-page`. Reports; asserts nothing.

A small page of another site embeds the element. The processor is slowed four times, the network
to 1.6 Mbit/s with a round trip of 150 ms, the screen is a phone's.
"""

import asyncio
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from benchmarks.speed import LEFT_OUT, running
from hjalpsam.channels.page import ELEMENT_PATH
from hjalpsam.paths import ROOT

SITE = "https://www.kommun.test"
ROUNDS = 7
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}  # bytes a second
PAGE = (
    '<!doctype html><html lang="sv"><meta name="viewport" content="width=device-width"><title>Kommunen</title>'
    '<h1>Kommunen</h1><p>Text.</p><script src="{}" defer data-hjalpsam></script>'
)
SHIFT = """new Promise((done) => { let sum = 0;
new PerformanceObserver((list) => list.getEntries().forEach((one) => { sum += one.value; }))
.observe({type: "layout-shift", buffered: true}); setTimeout(() => done(sum), 300); })"""


async def one_visit(browser: Browser, server: str) -> tuple[float, float, float]:
    """Milliseconds to the button and from its press to the greeting; the layout shift (web.dev/cls) till the press."""
    context = await browser.new_context(viewport={"width": 360, "height": 640}, is_mobile=True, has_touch=True)
    page = await context.new_page()
    html = PAGE.format(server + ELEMENT_PATH)
    await page.route(SITE + "/", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    slowed = await context.new_cdp_session(page)
    await slowed.send("Network.enable")
    await slowed.send("Network.emulateNetworkConditions", SLOW)
    await slowed.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    await page.goto(SITE + "/", wait_until="commit")
    await page.wait_for_selector(".launcher")
    shown = float(await page.evaluate("performance.now()"))
    shift = float(await page.evaluate(SHIFT))
    pressed = float(await page.evaluate("performance.now()"))
    await page.tap(".launcher")
    await page.wait_for_selector(".said.bot")
    greeted = float(await page.evaluate("performance.now()")) - pressed
    await context.close()
    return shown, greeted, shift


async def main() -> None:
    """Print the figures as a Markdown table."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "project"
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        shutil.copytree(ROOT / "models", folder / "models")
        os.environ["HJALPSAM_ORIGINS"] = SITE
        with running(folder) as (address, _):
            async with async_playwright() as playwright:
                path = shutil.which("chromium") or shutil.which("google-chrome")
                # a website may not talk to this machine without asking; a chat's real server is no such machine
                arguments = ["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"]
                browser = await playwright.chromium.launch(executable_path=path, args=arguments)
                visits = [await one_visit(browser, address.replace("/webhooks/web", "")) for _ in range(ROUNDS)]
                await browser.close()
    shown, greeted, shift = (statistics.median(figures) for figures in zip(*visits, strict=True))
    print("| on a slow phone | figure |\n|---|---|")
    print(f"| from the page to the chat's button | median {shown:.0f} ms |")
    print(f"| from its press to the greeting | median {greeted:.0f} ms |")
    print(f"| layout shift of the page | {shift:.3f} |")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
