"""The staff's page in a real browser: each thing that it is for, as somebody at the city does it."""

import contextlib
import json
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from hjalpsam.channels import staff_cases, web
from hjalpsam.channels.staff import StaffInput
from hjalpsam.channels.web import WebInput
from hjalpsam.content.facts import parse_facts
from hjalpsam.content.yaml_files import read_yaml
from hjalpsam.storage.access import hashed
from hjalpsam.storage.models import Models
from hjalpsam.storage.resources import facts_file
from hjalpsam.storage.review import shared_inbox
from tests.client import ChatClient
from tests.conftest import serving
from tests.web.conftest import ask, tab

PASSWORD = "korrekt häst batteri"
UNLIMITED = {"messages_per_minute": 0, "address_messages_per_minute": 0, "sessions_per_minute": 0}
REFUSED = "Failed to load resource: the server responded with a status of 401 (Unauthorized)"


@pytest.fixture(scope="module")
async def served(agent):
    """Both channels beside each other; without slowing down those who log in, of whom there are many here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HJALPSAM_STAFF_PASSWORD_HASH", hashed(PASSWORD))
        patch.setattr("hjalpsam.channels.staff.ATTEMPTS", 0)
        patch.setattr("hjalpsam.channels.staff.ATTEMPTS_OF_ALL", 0)
        patch.setattr(web, "COUNT_AFTER", 0)
        async with serving(agent, StaffInput(**UNLIMITED), beside=[WebInput(**UNLIMITED)]) as client:
            yield client


@contextlib.asynccontextmanager
async def logged_in(browser, served, part="", noise=None, **options):
    """A tab of somebody who has logged in."""
    async with tab(browser, noise, permissions=["clipboard-read", "clipboard-write"], **options) as page:
        await page.goto(f"{served.address}/staff/{part}")
        await page.get_by_label("Ditt namn").fill("Kim")
        await page.get_by_label("Lösenord").fill(PASSWORD)
        await page.get_by_role("button", name="Logga in").click()
        await expect(page.get_by_role("navigation")).to_be_visible()
        yield page


@pytest.fixture
async def staff_page(browser, served):
    """Provkör, with the greeting; anything in the console fails the test."""
    noise = []
    async with logged_in(browser, served, noise=noise) as page:
        await page.wait_for_selector(".said.bot")
        yield page
    assert noise == []


def latest(page):
    """The explanation of the last message."""
    return page.locator(".turn").first


async def told(page, text):
    """Wait until the page says what it has done."""
    done = page.locator(".page:not([hidden]) .done").filter(has_text=text)
    await expect(done).to_be_visible()


async def pretend(page, now):
    await page.get_by_label("Låtsas att det är").fill(now)
    await page.get_by_role("button", name="Använd tiden").click()
    await told(page, "Klockan står still")


async def go(page, name):
    await page.get_by_role("navigation").get_by_role("link", name=name).click()
    await expect(page.get_by_role("heading", level=1, name=name)).to_be_focused()


# --- coming in -----------------------------------------------------------------------------------


async def test_a_wrong_password_is_told_and_the_right_one_opens(browser, served):
    noise = []
    async with tab(browser, noise) as page:
        await page.goto(served.address + "/staff/")
        await page.get_by_label("Ditt namn").fill("Kim")
        await page.get_by_label("Lösenord").fill("fel")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert").filter(has_text="Det var fel lösenord.")).to_be_visible()
        await expect(page.get_by_role("navigation")).to_be_hidden()
        await page.get_by_label("Lösenord").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".said.bot")
        kept = await page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage) + document.cookie")
        assert PASSWORD not in kept
    assert noise == [REFUSED]


async def test_a_reload_stays_in_and_logging_out_leaves_nothing(staff_page):
    await staff_page.reload()
    await staff_page.wait_for_selector(".said.bot")
    await staff_page.get_by_role("button", name="Logga ut").click()
    await expect(staff_page.get_by_role("heading", name="Logga in")).to_be_visible()
    assert await staff_page.evaluate("sessionStorage.length") == 0


async def test_who_is_no_longer_in_is_asked_to_log_in(browser, served):
    async with logged_in(browser, served) as page:
        await page.wait_for_selector(".said.bot")
        await page.evaluate("sessionStorage['hjalpsam.staff'] = JSON.stringify({bearer: 'gammal', since: Date.now()})")
        await page.reload()
        await expect(page.get_by_role("heading", name="Logga in")).to_be_visible()


# --- Provkör ---------------------------------------------------------------------------------------


async def test_a_message_is_explained(staff_page):
    await ask(staff_page, "hej! vad är NMR?")
    turn = latest(staff_page)
    await expect(turn).to_contain_text("en av miljöerna ask_milieu")
    await expect(turn.locator("mark")).to_have_text("NMR miljö: Högerextremism")
    await expect(turn.get_by_role("group", name="Troligaste tolkningarna").locator("tbody tr")).to_have_count(5)
    await expect(turn.get_by_role("group", name="Vad boten gjorde")).to_contain_text("utter_ask_milieu_right")
    await expect(turn.get_by_role("group", name="Vad boten gjorde")).to_contain_text("ask milieu, right")
    await expect(turn.get_by_role("group", name="Vad boten minns")).to_contain_text("ämne topic–milieuändrat")
    await expect(turn.get_by_role("group", name="Uppgifter i svaret")).to_contain_text(
        "Säkerhetspolisenboras.se 2022-10-01"
    )
    await expect(turn).to_contain_text("ms för att förstå")
    await told(staff_page, "Förstods som: en av miljöerna")
    await turn.get_by_text("Rådata (JSON)").click()
    await expect(turn.locator("pre")).to_be_visible()
    events = json.loads(await turn.locator("pre").inner_text())
    assert events[0]["text"] == "hej! vad är NMR?"


async def test_danger_names_its_pattern(staff_page):
    await ask(staff_page, "han har en kniv")
    await expect(latest(staff_page).locator(".danger")).to_have_text("Fara: farovakten slog till på «någon med vapen».")


async def test_a_possible_danger_is_said_to_be_one(staff_page):
    await ask(staff_page, "jag har gett upp")
    await expect(latest(staff_page).locator(".danger")).to_contain_text(
        "Kanske fara: farovakten slog till på «gett upp"
    )


async def test_christmas_eve_can_be_tried_any_day_and_in_the_header_too(staff_page):
    await pretend(staff_page, "2026-12-24T10:00")
    await expect(staff_page.locator(".state")).to_have_text("enligt boras.se (2022): stängd nu – öppnar måndag 9.00")
    await ask(staff_page, "är den öppen nu?")
    await expect(staff_page.locator(".log")).to_contain_text("I dag är det julafton.")
    await staff_page.get_by_role("button", name="Nu på riktigt").click()
    await told(staff_page, "Klockan går som vanligt.")
    await ask(staff_page, "är den öppen nu?")
    assert (await staff_page.locator(".log").inner_text()).count("julafton") == 1


async def test_the_last_message_is_sent_again_or_taken_back(staff_page):
    await ask(staff_page, "vad är CKS?")
    await expect(staff_page.locator(".turn")).to_have_count(2)
    await staff_page.get_by_role("button", name="Skicka det senaste igen").click()
    await expect(staff_page.locator(".turn")).to_have_count(3)
    await staff_page.get_by_role("button", name="Ta tillbaka det senaste").click()
    await expect(staff_page.locator(".turn")).to_have_count(2)
    await expect(staff_page.locator(".said.me")).to_have_count(1)
    await ask(staff_page, "berätta mer")
    await expect(latest(staff_page)).to_contain_text("utter_more_cks")


async def test_a_reload_keeps_conversation_explanation_and_pretended_time(staff_page):
    await pretend(staff_page, "2026-12-24T10:00")
    await ask(staff_page, "är den öppen nu?")
    await expect(staff_page.locator(".turn")).to_have_count(2)
    await staff_page.reload()
    await expect(staff_page.locator(".turn")).to_have_count(2)
    await expect(staff_page.locator(".said.me")).to_have_count(1)
    assert await staff_page.get_by_label("Låtsas att det är").input_value() == "2026-12-24T10:00"
    await expect(staff_page.locator(".state")).to_contain_text("öppnar måndag 9.00")


async def test_what_is_erased_in_the_chat_is_no_longer_explained(staff_page):
    await ask(staff_page, "vad är CKS?")
    await staff_page.get_by_role("button", name="Radera samtalet").click()
    await expect(staff_page.locator(".turn")).to_have_count(0)
    await expect(staff_page.get_by_role("button", name="Ta tillbaka det senaste")).to_be_disabled()


async def test_a_new_conversation_begins_with_the_greeting(staff_page):
    await ask(staff_page, "vad är CKS?")
    await staff_page.get_by_role("button", name="Nytt samtal").click()
    await expect(staff_page.locator(".turn")).to_have_count(1)
    await expect(staff_page.locator(".said")).to_have_count(1)
    await expect(staff_page.get_by_role("button", name="Ta tillbaka det senaste")).to_be_disabled()


async def test_a_link_gives_somebody_else_the_same_conversation(browser, served, staff_page):
    await pretend(staff_page, "2026-12-24T10:00")
    await ask(staff_page, "är den öppen nu?")
    await staff_page.locator(".choices").get_by_role("button", name="Får jag vara anonym?").click()
    await expect(staff_page.locator(".turn")).to_have_count(3)
    await staff_page.get_by_role("button", name="Kopiera länk").click()
    await told(staff_page, "Länken är kopierad.")
    link = await staff_page.evaluate("navigator.clipboard.readText()")
    async with logged_in(browser, served, part=link.partition("/staff/")[2]) as other:
        await expect(other.locator(".turn")).to_have_count(3)
        await expect(other.locator(".log")).to_contain_text("julafton")
        await expect(other.locator(".said.me")).to_have_text(["Du: är den öppen nu?", "Du: Får jag vara anonym?"])
        assert await other.get_by_label("Låtsas att det är").input_value() == "2026-12-24T10:00"


async def test_a_link_works_in_a_tab_that_is_open_and_a_broken_one_is_told(staff_page):
    await ask(staff_page, "vad är CKS?")
    await staff_page.evaluate("""location.hash = '#prova?samtal={"turns":[{"says":"hej"}]}'""")
    await told(staff_page, "Det här är samtalet i länken.")
    await expect(staff_page.locator(".said.me")).to_have_text(["Du: hej"])
    await staff_page.evaluate("location.hash = '#prova?samtal=trasig'")
    await expect(staff_page.locator("#prova .why .problem")).to_have_text("Länken är trasig. Be om en ny.")


# --- Testfall ----------------------------------------------------------------------------------------


async def saved(page, name, *messages):
    """A conversation saved as a case."""
    for message in messages:
        await ask(page, message)
    await page.get_by_label("Spara som testfall").fill(name)
    await page.get_by_role("button", name="Spara", exact=True).click()
    await told(page, f"«{name}» ligger nu under Testfall.")


async def downloaded(page, button):
    async with page.expect_download() as download:
        await page.get_by_role("button", name=button).click()
    return Path(await (await download.value).path()).read_text(encoding="utf-8")


async def test_a_conversation_is_saved_downloaded_and_run(staff_page):
    await saved(staff_page, "Om CKS", "vad är CKS?", "berätta mer")
    case = await downloaded(staff_page, "Ladda ner testfallet")
    assert case.startswith("- name: Om CKS\n")
    assert "- story: Om CKS" in await downloaded(staff_page, "Ladda ner som Rasa-berättelse")
    await staff_page.get_by_role("button", name="Kopiera testfallet").click()
    await told(staff_page, "Testfallet är kopierat.")
    assert await staff_page.evaluate("navigator.clipboard.readText()") == case
    await go(staff_page, "Testfall")
    await staff_page.get_by_role("button", name="Kör alla").click()
    await told(staff_page, "1 av 1 gick bra.")
    assert await downloaded(staff_page, "Ladda ner alla") == case


SUITE = """
- name: Hälsning
  turns:
    - says: hej
      must: [Hej]
- name: Gammalt svar
  turns:
    - says: vad är CKS?
      must: [CKS är ett bageri.]
"""


async def upload(page, text, name="suite.yml"):
    await page.get_by_label("Läs in testfall").set_input_files(
        [{"name": name, "mimeType": "application/yaml", "buffer": text.encode()}]
    )


async def test_a_suite_is_read_run_and_what_changed_is_shown_and_approved(browser, served):
    async with logged_in(browser, served, part="#testfall") as page:
        await upload(page, SUITE)
        await told(page, "2 testfall i listan.")
        await page.get_by_role("button", name="Kör alla").click()
        await told(page, "1 av 2 gick bra.")
        failed = page.locator("#outcomes details").filter(has_text="Gammalt svar")
        await expect(failed).to_contain_text("saknas: «CKS är ett bageri.»")
        await expect(failed.locator(".gone")).to_have_text("Borta: CKS är ett bageri.")
        assert await failed.locator(".new").count() >= 2
        await failed.get_by_role("button", name="Godkänn det nya").click()
        await told(page, "är uppdaterat")
        await page.get_by_role("button", name="Kör alla").click()
        await told(page, "2 av 2 gick bra.")


async def test_cases_are_not_lost_or_replaced_unasked(staff_page):
    asked = []
    staff_page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss())[1])
    await saved(staff_page, "Om CKS", "vad är CKS?")
    await staff_page.get_by_label("Spara som testfall").fill("Om CKS")
    await staff_page.get_by_role("button", name="Spara", exact=True).click()
    await told(staff_page, "Inget är sparat.")
    await staff_page.get_by_role("button", name="Logga ut").click()
    await go(staff_page, "Testfall")
    await staff_page.get_by_role("button", name="Töm listan").click()
    assert len(asked) == 3
    await expect(staff_page.locator("#list li")).to_have_count(1)
    await downloaded(staff_page, "Ladda ner alla")
    await staff_page.get_by_role("button", name="Töm listan").click()
    await expect(staff_page.locator("#list")).to_have_text("Inga testfall än.")


@pytest.fixture
def another(model, tmp_path, monkeypatch):
    """A second model beside the live one; its name."""
    monkeypatch.setattr(staff_cases, "installed", Models(tmp_path))
    for name in (model.name, "another.tar.gz"):
        shutil.copy(model, tmp_path / name)
    return "another.tar.gz"


async def compare(page, name):
    await upload(page, SUITE)
    await page.get_by_label("Jämför med").select_option(name)
    await page.get_by_role("button", name="Kör alla").click()


async def test_a_model_that_cannot_be_read_is_told(browser, served, another, monkeypatch):
    async def unreadable(*_):
        yield '{"problem": "Den andra modellen gick inte att läsa in."}'

    monkeypatch.setattr(staff_cases, "elsewhere_run", unreadable)
    async with logged_in(browser, served, part="#testfall") as page:
        await compare(page, another)
        await expect(page.locator("#testfall .problem").last).to_have_text("Den andra modellen gick inte att läsa in.")
        await expect(page.locator("#outcomes")).not_to_contain_text("skiljer sig")
        await expect(page.get_by_role("button", name="Kör alla")).to_be_enabled()


async def test_a_suite_with_a_fault_is_refused_with_its_place(browser, served):
    async with logged_in(browser, served, part="#testfall") as page:
        await upload(page, "- name: Hej\n  turns: [{says: hej, mst: x}]")
        await expect(page.locator("#testfall .problem").first).to_contain_text(
            "«Hej»): meddelande 1: «mst» är ett fält som inte finns"
        )
        await expect(page.locator("#list")).to_have_text("Inga testfall än.")


async def test_two_models_are_compared_side_by_side(browser, served, another):
    async with logged_in(browser, served, part="#testfall") as page:
        await compare(page, another)
        done = page.locator("#testfall .done").last
        await expect(done).to_have_text(
            "Modellen: 1 av 2 gick bra. Den andra: 1 av 2 gick bra. 0 samtal skiljer sig.", timeout=240_000
        )
        await expect(page.locator("#outcomes details").first).to_contain_text("gick bra, den andra: gick bra")


# --- Granska -----------------------------------------------------------------------------------------


@pytest.fixture
def reviewing(monkeypatch):
    """As in a city that has switched review on."""
    facts = facts_file()
    monkeypatch.setattr(facts, "_facts", parse_facts({**read_yaml(facts.path), "review_days": 14}, facts.path))
    shared_inbox().forget()
    yield
    shared_inbox().forget()


async def asked_by_residents(served, *messages):
    async with ChatClient(served.address) as residents:
        for message in messages:
            await residents.ask(message)


async def test_where_review_is_off_it_says_how_to_switch_it_on(browser, served):
    async with logged_in(browser, served, part="#granska") as page:
        await expect(page.locator("#inbox")).to_contain_text("Granskning är inte påslagen")
        await expect(page.locator("#inbox")).to_contain_text("review_days")


@pytest.mark.usefixtures("reviewing")
async def test_messages_are_judged_by_keys_and_become_a_file(browser, served):
    await asked_by_residents(
        served, "hur blir man pedagog", "hur blir man en pedagog", "kan ni hjälpa mej mä nåt konstigt"
    )
    async with logged_in(browser, served, part="#granska") as page:
        await expect(page.get_by_role("heading", name="2 meddelanden som liknar varandra")).to_be_visible()
        group = page.locator("section").filter(has_text="liknar varandra")
        await group.get_by_label("borde vara …: alla i gruppen").select_option("ask_staff_training")
        await group.get_by_role("button", name="välj ämnet: alla i gruppen").click()
        await told(page, "Sparat: stöd och utbildning för personal.")
        await expect(group.locator(".item .judged")).to_have_text(
            ["Ert val: borde vara stöd och utbildning för personal"] * 2
        )
        await page.locator(".item").nth(1).focus()
        await page.keyboard.press("j")
        await expect(page.get_by_role("group", name="kan ni hjälpa mej mä nåt konstigt")).to_be_focused()
        await page.keyboard.press("n")
        await told(page, "Sparat: nytt ämne.")
        await page.keyboard.press("n")
        await told(page, "Valet är borttaget.")
        await page.keyboard.press("i")
        await told(page, "Sparat: inte vår fråga.")
        proposed = await downloaded(page, "Hämta förslagen som fil")
        assert "- intent: ask_staff_training" in proposed
        assert proposed.count("pedagog") == 2
        assert "- intent: out_of_scope" in proposed
        await page.reload()
        await page.get_by_text("Vem har tittat").click()
        await expect(page.locator("#inbox")).to_contain_text("Kim hämtade förslagen")


@pytest.mark.usefixtures("reviewing")
async def test_everything_can_be_deleted_at_once(browser, served):
    await asked_by_residents(served, "hur blir man pedagog")
    async with logged_in(browser, served, part="#granska") as page:
        await expect(page.locator(".item")).to_have_count(1)
        page.on("dialog", lambda dialog: dialog.accept())
        await page.get_by_role("button", name="Radera allt nu").click()
        await expect(page.locator("#inbox")).to_contain_text("Det finns inget att granska just nu.")
        assert shared_inbox().items() == []


# --- Översikt ----------------------------------------------------------------------------------------


async def test_counts_are_shown_in_pictures_and_as_numbers_and_fetched(browser, served):
    await asked_by_residents(served, "vad är CKS?", "vad är CKS?", "han har en kniv", "hur blir man pedagog")
    async with logged_in(browser, served, part="#oversikt") as page:
        for heading in ("Samtal per dag", "Skrivna meddelanden per dag", "Meddelanden per timme på dygnet"):
            await expect(page.get_by_role("heading", name=heading)).to_be_visible()
        asked = page.get_by_role("group", name="Vad folk frågar om")
        await expect(asked).to_contain_text("vad CKS är")
        await expect(page.get_by_role("group", name="Farovakten slog till")).to_contain_text("någon med vapen")
        await expect(page.get_by_role("group", name="Hur skrivna meddelanden gick")).to_contain_text("frågade tillbaka")
        await page.get_by_label("Period").select_option("365")
        await page.get_by_role("button", name="Visa perioden").click()
        await expect(page.get_by_role("heading", name="Samtal per vecka")).to_be_visible()
        assert "intent;ask_cks;" in await downloaded(page, "Ladda ner som CSV")
        await page.get_by_label("Period").select_option("")
        await page.get_by_label("från", exact=True).fill("2020-01-01")
        await page.get_by_label("till", exact=True).fill("2020-01-31")
        await page.get_by_role("button", name="Visa perioden").click()
        await told(page, "Inget har räknats mellan 2020-01-01 och 2020-01-31.")
        await page.get_by_label("från", exact=True).fill("2020-02-01")
        await page.get_by_role("button", name="Visa perioden").click()
        await expect(page.locator("#oversikt .problem")).to_contain_text("Från-datumet ska vara före till-datumet")
        await expect(page.locator("#pictures")).to_be_empty()


# --- on a small screen, and for everybody ----------------------------------------------------------


@contextlib.asynccontextmanager
async def in_part(browser, served, part, **options):
    """A part of the page with something in it."""
    async with logged_in(browser, served, part=part, **options) as page:
        if part == "#prova" and not options.get("viewport"):
            await page.wait_for_selector(".said.bot")
            await ask(page, "hej! vad är NMR och när är telefonen öppen?")
            await expect(page.locator(".turn")).to_have_count(3)
        if part == "#testfall":
            await upload(page, SUITE)
            await told(page, "2 testfall")
            await page.get_by_role("button", name="Kör alla").click()
            await told(page, "1 av 2 gick bra.")
        if part == "#granska":
            await page.wait_for_selector(".item")
        if part == "#oversikt":
            await page.wait_for_selector("figure")
        await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        yield page


@pytest.mark.usefixtures("reviewing")
@pytest.mark.parametrize(
    "options", [{}, {"color_scheme": "dark", "viewport": {"width": 320, "height": 640}}], ids=["light", "dark, narrow"]
)
@pytest.mark.parametrize("part", ["#prova", "#testfall", "#granska", "#oversikt"])
async def test_axe_finds_nothing_and_nothing_is_cut_off(browser, served, part, options):
    await asked_by_residents(served, "hur blir man pedagog", "hur blir man en pedagog", "vad är CKS?")
    async with in_part(browser, served, part, **options) as page:
        await page.wait_for_timeout(200)
        results = await Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_open_chat_does_not_lock_the_other_parts_on_a_small_screen(browser, served):
    async with logged_in(browser, served, viewport={"width": 360, "height": 640}) as page:
        await page.get_by_role("button", name="Fråga chattboten").click()
        await page.wait_for_selector(".said.bot")
        await page.evaluate("location.hash = '#testfall'")
        await page.get_by_role("button", name="Logga ut").click()
        await expect(page.get_by_role("heading", name="Logga in")).to_be_visible()


async def test_each_part_has_a_title_of_its_own(staff_page):
    for name in ("Testfall", "Granska", "Översikt", "Provkör"):
        await go(staff_page, name)
        assert (await staff_page.title()).startswith(f"{name} – HjälpSam för personal")


async def test_axe_finds_nothing_at_the_door(browser, served):
    async with tab(browser) as page:
        await page.goto(served.address + "/staff/")
        results = await Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
