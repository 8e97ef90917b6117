"""Takes the pictures in docs/images/ anew: `make pictures`. Look at them before you commit them."""

import asyncio

from playwright.async_api import async_playwright

from hjalpsam.channels.web import WebInput
from hjalpsam.operations.assistant import load_assistant
from hjalpsam.operations.train import ensure_model
from hjalpsam.resources import ROOT
from tests.conftest import serving
from tests.web.conftest import ARGUMENTS, ask, chromium_path, tab
from tests.web.test_element import in_state

FOLDER = ROOT / "docs" / "images"
STATES = {
    "closed": "stangd",
    "with buttons": "knappar",
    "error": "natfel",
    "English": "engelska",
    "dark": "morkt",
    "forced colours": "tvingade-farger",
    "phone": "telefon",
    "400 %": "forstorad",
}


async def main():
    """One picture of each state, and the one of the README."""
    agent = await load_assistant(ensure_model())
    asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())  # Sanic's own cannot start a browser
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        async with serving(agent, WebInput(messages_per_minute=0, sessions_per_minute=0)) as client:
            async with tab(browser, reduced_motion="reduce") as page:
                await page.goto(client.address + "/")
                await page.wait_for_selector(".said.bot")
                await ask(page, "e den öpen nu")
                await page.wait_for_timeout(800)
                await page.screenshot(path=FOLDER / "chat.png")
            for state, name in STATES.items():
                async with in_state(browser, client, state) as page:
                    await page.wait_for_timeout(300)
                    await page.screenshot(path=FOLDER / f"{name}.png")
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
