"""Takes the pictures in docs/images/ anew: `make pictures`, with a state folder of its own. Look before you commit."""

import asyncio
import datetime
import os
import random

from playwright.async_api import async_playwright

from hjalpsam.channels.staff import StaffInput
from hjalpsam.channels.web import WebInput
from hjalpsam.content.facts import parse_facts
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.engine.assistant import load_assistant
from hjalpsam.operations.train import ensure_model
from hjalpsam.paths import ROOT
from hjalpsam.storage.access import hashed
from hjalpsam.storage.resources import facts_file
from hjalpsam.storage.statistics import shared_statistics
from tests.conftest import serving
from tests.web.conftest import ARGUMENTS, ask, chromium_path, tab
from tests.web.test_element import in_state
from tests.web.test_staff import PASSWORD, SUITE, UNLIMITED, asked_by_residents, logged_in, pretend, upload

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
    """One picture of each state of the chat, the one of the README, and those of the staff guide."""
    os.environ["HJALPSAM_STAFF_PASSWORD_HASH"] = hashed(PASSWORD)
    agent = await load_assistant(ensure_model())
    asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())  # Sanic's own cannot start a browser
    channels = [StaffInput(**UNLIMITED), WebInput(**UNLIMITED)]
    async with async_playwright() as playwright, serving(agent, channels[0], beside=channels[1:]) as client:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        await chat_pictures(browser, client)
        await staff_pictures(browser, client)
        await browser.close()


async def chat_pictures(browser, client):
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


async def staff_pictures(browser, client):
    async with tab(browser) as page:
        await page.goto(client.address + "/staff/")
        await page.locator("#login").screenshot(path=FOLDER / "personal-logga-in.png")
    async with logged_in(browser, client, viewport={"width": 1360, "height": 1150}, reduced_motion="reduce") as page:
        await page.wait_for_selector(".said.bot")
        await pretend(page, "2026-12-24T10:00")
        await ask(page, "hej! vad är NMR och är telefonen öppen nu?")
        await ask(page, "jag vet inte vad jag ska göra med min son")
        await page.wait_for_timeout(500)
        await page.screenshot(path=FOLDER / "personal-provkor.png")
        await page.get_by_label("Spara som testfall").fill("Julafton: orolig förälder")
        await page.get_by_role("button", name="Spara", exact=True).click()
        await page.goto(client.address + "/staff/#testfall")
        await upload(page, SUITE)
        await page.get_by_role("button", name="Kör alla").click()
        await page.wait_for_timeout(3_000)
        await page.screenshot(path=FOLDER / "personal-testfall.png")
        made_up_counts()
        await page.goto(client.address + "/staff/#oversikt")
        await page.wait_for_selector("figure")
        await page.screenshot(path=FOLDER / "personal-oversikt.png")
        facts = facts_file()
        facts._facts = parse_facts({**read_yaml(facts.path), "review_days": 14}, facts.path)
        await asked_by_residents(
            client, "hur blir man pedagog", "hur blir man en pedagog", "kan ni hjälpa mej mä nåt konstigt"
        )
        await page.wait_for_timeout(1_500)
        await page.goto(client.address + "/staff/#granska")
        await page.wait_for_selector(".item")
        await page.locator(".item").last.focus()
        await page.screenshot(path=FOLDER / "personal-granska.png")


def made_up_counts():
    """A month as it could be; the same every time."""
    chance = random.Random(1)
    asked = [
        "express_concern",
        "ask_helpline_hours",
        "ask_milieu",
        "ask_extremism",
        "ask_cks",
        "want_to_leave",
        "out_of_scope",
    ]
    turns = []
    for day in range(30):
        morning = datetime.datetime.now().replace(hour=0) - datetime.timedelta(days=day)
        for _ in range(chance.randint(5, 25)):
            moment = morning + datetime.timedelta(hours=min(23, max(0, int(chance.gauss(15, 5)))))
            outcome = chance.choices(["understood", "asked_back", "not_understood"], [92, 5, 3])[0]
            intent = chance.choices(asked, range(len(asked), 0, -1))[0]
            turns += [
                (moment, {("intent", "open_chat")}),
                (moment, {("intent", intent), ("outcome", outcome), ("language", "sv")}),
            ]
    turns += [(turns[0][0], {("feedback", f"{value} utter_ask_cks")}) for value in ("up", "up", "up", "down")]
    turns += [(turns[0][0], {("danger", "någon med vapen")})] * 2
    shared_statistics().count(turns)


if __name__ == "__main__":
    asyncio.run(main())
