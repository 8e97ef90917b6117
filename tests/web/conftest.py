"""A real browser, and pages with the chat element in it."""

import contextlib
import shutil

import pytest
from playwright.async_api import async_playwright, expect

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
# a website may not talk to this machine without asking; a chat's real server is no such machine
ARGUMENTS += ["--disable-features=LocalNetworkAccessChecks"]


def chromium_path():
    """The system's Chromium; None for Playwright's own."""
    return shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
async def browser():
    """Debian's Chromium by path, or the one Playwright has downloaded."""
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        except Exception as error:
            pytest.fail(f"No browser. Install one: apt-get install chromium, or playwright install chromium. {error}")
        yield browser
        await browser.close()


@contextlib.asynccontextmanager
async def tab(browser, noise=None, **options):
    """An empty tab of its own; what it says in the console goes to `noise`."""
    context = await browser.new_context(**{"locale": "sv-SE", "viewport": {"width": 1280, "height": 860}, **options})
    page = await context.new_page()
    if noise is not None:
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
    yield page
    await context.close()


@pytest.fixture
async def page(browser, residents):
    """The demonstration page after the greeting; a message in the console or an error fails the test."""
    noise = []
    async with tab(browser, noise) as page:
        await page.goto(residents.address + "/")
        await page.wait_for_selector(".said.bot")
        yield page
    assert noise == []


async def ask(page, text):
    """Type a question and wait for the answer."""
    answers = await page.locator(".said.bot").count()
    await page.fill("#field", text)
    await page.keyboard.press("Enter")
    await expect(page.locator(".said.bot").nth(answers)).to_be_visible()


async def kept(page):
    """What the tab remembers."""
    return await page.evaluate('JSON.parse(sessionStorage["hjalpsam.1"])')
