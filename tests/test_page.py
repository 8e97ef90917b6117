"""The page in a real browser, as a resident uses it."""

import contextlib
import shutil

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright, expect

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
async def browser():
    """Debian's Chromium by path, or the one Playwright has downloaded."""
    async with async_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        try:
            browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Exception as error:
            pytest.fail(f"No browser. Install one: apt-get install chromium, or playwright install chromium. {error}")
        yield browser
        await browser.close()


@contextlib.asynccontextmanager
async def tab(browser, residents, noise=None):
    """The page in a tab of its own, after the greeting; what it says in the console goes to `noise`."""
    context = await browser.new_context(locale="sv-SE", viewport={"width": 1100, "height": 800})
    page = await context.new_page()
    if noise is not None:
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
    await page.goto(residents.address + "/")
    await page.wait_for_selector(".said.bot")
    yield page
    await context.close()


@pytest.fixture
async def page(browser, residents):
    """The page; a message in the console or an error fails the test."""
    noise = []
    async with tab(browser, residents, noise) as page:
        yield page
    assert noise == []


async def ask(page, text):
    answers = await page.locator(".said.bot").count()
    await page.fill("#message", text)
    await page.keyboard.press("Enter")
    await expect(page.locator(".said.bot").nth(answers)).to_be_visible()


async def test_the_main_job(page):
    await ask(page, "är orostelefonen öppen nu?")
    said = await page.locator("#log").inner_text()
    assert "020-100 200" in said
    assert "stängd just nu" in said or "öppen nu" in said
    assert await page.locator("#log a[href='tel:020100200']").count() >= 1


async def test_a_button_leads_on_and_stays_readable_as_what_was_said(page):
    await page.get_by_role("button", name="Vad kan du hjälpa till med?").click()
    await page.wait_for_selector("text=Jag kan berätta om")
    assert await page.locator(".said.me").text_content() == "Du: Vad kan du hjälpa till med?"
    assert await page.locator(".choices").count() == 1, "old choices are gone"


async def test_a_page_change_keeps_the_conversation(page):
    await ask(page, "vad är cks?")
    await page.reload()
    await page.wait_for_selector("text=Centrum för kunskap och säkerhet")
    await ask(page, "tack")
    assert "Varsågod" in await page.locator("#log").inner_text()


async def test_deleting_begins_anew_on_the_server_too(page, agent):
    await ask(page, "min hemliga fråga om brå")
    sender = await page.evaluate("JSON.parse(sessionStorage.hjalpsam).sender")
    await page.get_by_role("button", name="Radera samtalet").click()
    await expect(page.locator(".said")).to_have_count(1)
    assert await agent.tracker_store.retrieve(sender) is None


async def test_a_forgotten_conversation_goes_on_in_a_new_one(browser, residents):
    async with tab(browser, residents) as page:
        sender = await page.evaluate("JSON.parse(sessionStorage.hjalpsam).sender")
        await residents.request("DELETE", "/session", {"sender": sender})
        await ask(page, "vad är cks?")
        await page.wait_for_selector("text=Centrum för kunskap och säkerhet")


async def test_without_javascript_the_facts_are_there(browser, residents):
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(residents.address + "/")
    text = await page.locator("body").inner_text()
    for fact in ("020-100 200", "112", "90101", "114 14", "måndag till fredag 9.00–12.00", "behöver JavaScript"):
        assert fact in text
    assert not await page.locator("#chat").is_visible()
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1100, 800), (360, 640), (320, 256)])
async def test_axe_finds_nothing_and_nothing_is_cut_off(page, scheme, size):
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await ask(page, "vilka miljöer finns?")
    results = await Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_each_message_is_announced_once(page):
    await page.evaluate(
        """() => { window.heard = [];
        new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach((n) => heard.push(n.textContent))))
        .observe(document.getElementById("announcer"), {childList: true}); }"""
    )
    await ask(page, "är orostelefonen öppen nu?")
    await expect(page.locator(".said.bot")).to_have_count(3)
    await page.wait_for_timeout(1_500)  # what is announced is taken away after a second
    heard = await page.evaluate("heard")
    assert len(heard) == 2, "number and hours, then the status"
    assert await page.locator("#announcer").inner_text() == ""
    assert "når du på" in heard[0]
    assert "Val: " in heard[1]


async def test_the_keyboard_alone_is_enough(page):
    await page.locator("#message").focus()
    await page.keyboard.type("hej")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said.bot")).to_have_count(2)
    assert await page.evaluate("document.activeElement.id") == "message", "an answer does not move the focus"
    await page.keyboard.press("Shift+Tab")
    assert await page.evaluate("document.activeElement.parentElement.className") == "choices"
    await page.keyboard.press("Enter")
    await expect(page.locator(".said.me")).to_have_count(2)


async def test_an_unreachable_server_is_said_plainly(browser, residents):
    async with tab(browser, residents) as page:
        await page.context.set_offline(True)
        await page.fill("#message", "hej")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("text=Det går inte att nå chatten just nu")
        assert "Telefonnumren" in await page.locator("#problem").inner_text()
