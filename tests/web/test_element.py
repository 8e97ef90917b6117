"""The chat element in a real browser, as a resident uses it."""

import contextlib
import gzip
import json

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from hjalpsam.channels.page import ELEMENT_PATH, element
from hjalpsam.paths import ROOT
from tests.web.conftest import ask, kept, tab

SMALLEST = {"width": 320, "height": 256}  # 1280 x 1024 at 400 %
PHONE = {"width": 360, "height": 640}


async def said(page, text):
    """Wait until a text stands in the conversation."""
    await expect(page.locator(".log").get_by_text(text)).to_be_visible()


def launcher(page):
    return page.get_by_role("button", name="Fråga chattboten")


async def opened(page, address):
    """The page with the panel opened by its button."""
    await page.goto(address + "/")
    await page.evaluate("sessionStorage.clear()")
    if await page.locator("dialog[open]").count():
        await page.get_by_role("button", name="Stäng chatten").click()
    await launcher(page).click()
    await page.wait_for_selector(".said.bot")


# --- asking ----------------------------------------------------------------------------------


async def test_the_main_job(page):
    await ask(page, "är orostelefonen öppen nu?")
    said = await page.locator(".log").inner_text()
    assert "020-100 200" in said
    assert "stängd just nu" in said or "öppen nu" in said
    assert await page.locator(".log a[href='tel:020100200']").count() >= 1


async def test_the_header_always_has_the_numbers_and_says_who_says_so(page):
    header = page.locator(".head")
    assert await header.get_by_role("link", name="Orostelefonen 020-100 200").get_attribute("href") == "tel:020100200"
    assert await header.get_by_role("link", name="Ring 112").get_attribute("href") == "tel:112"
    state = await page.locator(".state").inner_text()
    assert state.startswith("enligt boras.se (2022): öppen nu – stänger") or state.startswith(
        "enligt boras.se (2022): stängd nu – öppnar"
    )


@pytest.mark.parametrize(
    ("iso", "language", "words"),
    [
        ("2026-11-25T16:00:00+01:00", "sv", "16.00"),
        ("2026-11-26T09:00:00+01:00", "sv", "torsdag 9.00"),
        ("2027-01-04T09:00:00+01:00", "sv", "måndag 4 januari 9.00"),
        ("2027-01-04T09:00:00+01:00", "en", "Monday 4 January 9:00"),
        ("2026-11-25T16:00:00+01:00", "en", "16:00"),
        ("2026-11-26T09:30:00+01:00", "en", "Thursday 9:30"),
    ],
)
async def test_when_that_changes_in_words(page, iso, language, words):
    """At half past midnight on 25 November in the helpline's time zone, the evening before in UTC."""
    script = (ROOT / "web" / "element" / "texts.js").read_text(encoding="utf-8")
    call = f"whenInWords({json.dumps(iso)}, TEXTS.{language}, Date.parse('2026-11-24T23:30:00Z'))"
    assert await page.evaluate(f"(() => {{ {script}; return {call}; }})()") == words


async def test_a_button_leads_on_and_stays_readable_as_what_was_said(page):
    await page.get_by_role("button", name="Vad kan du hjälpa till med?").click()
    await said(page, "Jag kan berätta om")
    assert await page.locator(".said.me").text_content() == "Du: Vad kan du hjälpa till med?"
    assert await page.locator(".choices").count() == 1, "old choices are gone"


async def test_a_slow_answer_is_announced_by_a_typing_sign(browser, residents):
    async with tab(browser) as page:
        await opened(page, residents.address)

        async def slowly(route):
            await page.wait_for_timeout(1_200)
            await route.continue_()

        await page.route("**/webhook", slowly)
        await page.fill("#field", "vad är cks?")
        await page.keyboard.press("Enter")
        await expect(page.locator("[role=status]")).to_have_text("Chattboten skriver …")
        await said(page, "Centrum för kunskap och säkerhet")
        assert await page.locator("[role=status]").text_content() == ""


async def test_lists_are_lists(page):
    await ask(page, "vilka miljöer finns?")
    assert await page.locator(".said.bot ul li").count() == 3


async def test_what_a_resident_types_is_never_markup(page):
    await ask(page, "<img src=x onerror=alert(1)>")
    assert await page.locator(".said.me").text_content() == "Du: <img src=x onerror=alert(1)>"
    assert await page.locator(".log img").count() == 0


# --- keeping, ending, leaving ----------------------------------------------------------------


async def test_a_page_change_keeps_the_conversation_and_announces_nothing(page):
    await ask(page, "vad är cks?")
    await page.reload()
    await said(page, "Centrum för kunskap och säkerhet")
    assert await page.locator("[role=log]").text_content() == ""
    await ask(page, "tack")
    assert "Varsågod" in await page.locator(".log").inner_text()


async def test_erasing_takes_the_conversation_from_the_server_too(page, agent):
    await ask(page, "min hemliga fråga om brå")
    sender = (await kept(page))["sender"]
    await page.get_by_role("button", name="Radera samtalet").click()
    await said(page, "Samtalet är raderat, också hos oss")
    assert await page.locator(".said").count() == 1
    assert await agent.tracker_store.retrieve(sender) is None
    assert "hemliga" not in json.dumps(await kept(page))
    await ask(page, "vad är cks?")
    await said(page, "Centrum för kunskap och säkerhet")


async def test_starting_again_gives_a_new_greeting(page, agent):
    await ask(page, "vad är cks?")
    sender = (await kept(page))["sender"]
    await page.get_by_role("button", name="Börja om").click()
    await expect(page.locator(".said")).to_have_count(1)
    assert "ingen människa" in await page.locator(".said").inner_text()
    assert await agent.tracker_store.retrieve(sender) is None
    assert (await kept(page))["sender"] != sender


async def test_leaving_quickly_replaces_the_page_and_leaves_nothing(page, agent):
    await page.route("https://www.smhi.se/", lambda route: route.fulfill(body="vädret", content_type="text/html"))
    await ask(page, "vad är cks?")
    sender, pages = (await kept(page))["sender"], await page.evaluate("history.length")
    await page.get_by_role("button", name="Lämna sidan snabbt").click()
    await page.wait_for_url("https://www.smhi.se/")
    assert await page.evaluate("history.length") == pages, "going back does not lead to the chat"
    for _ in range(20):
        if await agent.tracker_store.retrieve(sender) is None:
            break
        await page.wait_for_timeout(100)
    assert await agent.tracker_store.retrieve(sender) is None


async def test_the_conversation_can_be_saved_as_text(page):
    await ask(page, "vad är cks?")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Spara som text").click()
    text = (await (await download.value).path()).read_text(encoding="utf-8")
    assert "Du: vad är cks?\n" in text
    assert "Chattboten: CKS betyder" in text


async def test_a_forgotten_conversation_is_told_and_goes_on_in_a_new_one(browser, residents):
    async with tab(browser) as page:
        await opened(page, residents.address)
        await residents.request("DELETE", "/session", {"sender": (await kept(page))["sender"]})
        await page.fill("#field", "vad är cks?")
        await page.keyboard.press("Enter")
        await said(page, "Centrum för kunskap och säkerhet")
        assert [await one.text_content() for one in await page.locator(".said").all()][:2] == [
            "Samtalet var avslutat hos oss. Vi fortsätter i ett nytt.",
            "Du: vad är cks?",
        ]


async def test_after_half_an_hour_the_conversation_is_gone_here_too(browser, residents):
    async with tab(browser) as page:
        await page.clock.install()
        await opened(page, residents.address)
        await ask(page, "min hemliga fråga om brå")
        await page.clock.fast_forward("31:00")
        await said(page, "Du kan fortsätta här i ett nytt")
        await said(page, "ingen människa")
        assert "hemliga" not in await page.locator(".log").inner_text()
        assert "hemliga" not in json.dumps(await kept(page))


async def test_a_page_opened_after_half_an_hour_shows_and_sends_nothing_of_the_old_conversation(browser, residents):
    async with tab(browser) as page:
        await opened(page, residents.address)
        await page.route("**/webhook", lambda route: route.abort())
        await page.fill("#field", "min hemliga fråga")
        await page.keyboard.press("Enter")
        await expect(page.locator(".problem")).to_contain_text("Chatten går inte att nå just nu")
        memory = {**await kept(page), "lastActive": 0}
        sent = []
        page.on("request", lambda request: sent.append(request.post_data or ""))
        await page.add_init_script(f"sessionStorage['hjalpsam.1'] = {json.dumps(json.dumps(memory))}")
        await page.reload()
        await said(page, "Du kan fortsätta här i ett nytt")
        await said(page, "ingen människa")
        assert "hemliga" not in await page.locator(".log").inner_text()
        assert not any("hemliga" in body for body in sent)


# --- the network -----------------------------------------------------------------------------


async def test_a_cut_network_is_said_plainly_and_the_message_is_sent_when_it_is_back(browser, residents):
    async with tab(browser) as page:
        await opened(page, residents.address)
        await page.context.set_offline(True)
        await page.fill("#field", "vad är cks?")
        await page.keyboard.press("Enter")
        await expect(page.locator(".problem")).to_contain_text("Chatten går inte att nå just nu")
        assert await page.get_by_role("link", name="Orostelefonen 020-100 200").is_visible()
        await page.context.set_offline(False)
        await said(page, "Centrum för kunskap och säkerhet")
        assert await page.locator(".problem").text_content() == ""
        assert await page.locator(".said.me").count() == 1


async def test_a_cut_network_does_not_keep_anybody_from_erasing(browser, residents):
    async with tab(browser) as page:
        await opened(page, residents.address)
        await page.context.set_offline(True)
        await page.fill("#field", "min hemliga fråga")
        await page.keyboard.press("Enter")
        await expect(page.locator(".problem")).to_contain_text("Chatten går inte att nå just nu")
        await page.get_by_role("button", name="Radera samtalet").click()
        await said(page, "Hos oss raderas det av sig självt")
        assert "hemliga" not in json.dumps(await kept(page))
        await page.context.set_offline(False)
        await page.wait_for_timeout(1_500)
        assert await page.locator(".said").count() == 1, "what was on its way is dropped"


async def test_the_servers_own_words_are_shown_with_its_numbers_as_links(browser, residents):
    async with tab(browser) as page:
        await opened(page, residents.address)
        answer = {"error": "Det blev för många meddelanden. Ring 112 vid fara."}
        await page.route("**/webhook", lambda route: route.fulfill(status=429, json=answer))
        await page.fill("#field", "hej")
        await page.keyboard.press("Enter")
        await expect(page.locator(".problem")).to_contain_text("Det blev för många meddelanden")
        assert await page.locator(".problem a[href='tel:112']").count() == 1


async def test_what_is_written_while_another_message_waits_is_seen_at_once_and_survives_a_page_change(
    browser, residents
):
    async with tab(browser) as page:
        await opened(page, residents.address)
        await page.route("**/webhook", lambda route: route.abort())
        for text in ("vad är cks?", "tack"):
            await page.fill("#field", text)
            await page.keyboard.press("Enter")
            await said(page, text)
        await page.unroute("**/webhook")
        await page.reload()
        await said(page, "Centrum för kunskap och säkerhet")
        await said(page, "Varsågod")
        assert await page.locator(".said.me").count() == 2


async def test_an_answer_that_is_none_is_tried_again(browser, residents):
    async with tab(browser) as page:
        await opened(page, residents.address)
        html = "<html>Logga in på gästnätet"
        await page.route("**/webhook", lambda route: route.fulfill(body=html, content_type="text/html"), times=1)
        await page.route("**/helpline", lambda route: route.fulfill(body=html, content_type="text/html"), times=1)
        await ask(page, "vad är cks?")
        await said(page, "Centrum för kunskap och säkerhet")
        assert await page.get_by_role("link", name="Orostelefonen 020-100 200").is_visible()


async def test_what_was_not_taken_is_put_back_and_choices_come_back(browser, residents):
    async with tab(browser) as page:
        await opened(page, residents.address)
        await page.route("**/webhook", lambda route: route.fulfill(status=429, json={"error": "Vänta. Ring 112."}))
        await page.fill("#field", "hej")
        await page.keyboard.press("Enter")
        await expect(page.locator(".problem")).to_contain_text("Vänta")
        assert await page.input_value("#field") == "hej"
        assert await page.locator(".said.me").count() == 0
        assert await page.get_by_role("button", name="Vem kan jag ringa?").is_visible()


async def test_what_is_erased_on_its_way_is_never_sent_again(browser, residents):
    """The server has forgotten the conversation just when the resident erases it."""
    async with tab(browser) as page:
        await opened(page, residents.address)
        sent = []
        page.on("request", lambda request: sent.append(request.post_data or ""))

        async def slow_and_unknown(route):
            await page.wait_for_timeout(700)
            with contextlib.suppress(Exception):  # the page has given it up
                await route.fulfill(status=401, json={"error": "Börja om. Ring 112."})

        await page.route("**/webhook", slow_and_unknown)
        await page.fill("#field", "min hemliga fråga")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Radera samtalet").click()
        await said(page, "Samtalet är raderat, också hos oss")
        await page.wait_for_timeout(1_000)
        assert sum("hemliga" in body for body in sent) == 1
        assert not any(body == "{}" for body in sent), "no new conversation"
        assert await page.locator(".said").count() == 1


async def test_pressing_twice_begins_once(page):
    button = page.get_by_role("button", name="Börja om")
    await button.dblclick()
    await expect(page.locator(".said")).to_have_count(1)
    await page.wait_for_timeout(500)
    assert await page.locator(".said").count() == 1


async def test_the_hours_are_not_called_open_when_that_may_be_over(browser, residents):
    async def open_until_noon(route):
        response = await route.fetch()
        changed = {"open": True, "state": "open", "changes_at": "2026-11-25T12:00:00+01:00"}
        await route.fulfill(json={**await response.json(), **changed})

    async with tab(browser) as page:
        await page.clock.install(time="2026-11-25T11:50:00+01:00")
        await page.route("**/helpline", open_until_noon)
        await page.goto(residents.address + "/")
        await expect(page.locator(".state")).to_have_text("enligt boras.se (2022): öppen nu – stänger 12.00")
        await page.unroute("**/helpline")
        await page.route("**/helpline", lambda route: route.abort())
        await page.clock.fast_forward("11:00")
        await expect(page.locator(".state")).to_contain_text("enligt boras.se (2022): måndag till fredag")


@pytest.mark.parametrize("odd", ["{}", "[]", "no JSON", '{"messages": []}', "null"])
async def test_odd_memory_is_as_none(browser, residents, odd):
    async with tab(browser) as page:
        await page.add_init_script(f"sessionStorage['hjalpsam.1'] = {json.dumps(odd)}")
        await page.goto(residents.address + "/")
        await said(page, "ingen människa")


async def test_going_back_shows_what_holds_now(page):
    """The browser may bring a page back as it was left, with a conversation that has since been erased."""
    await ask(page, "min hemliga fråga om brå")
    await page.evaluate(
        """() => { sessionStorage.clear();
        dispatchEvent(new PageTransitionEvent("pageshow", {persisted: true})); }"""
    )
    await expect(page.locator(".said")).to_have_count(0)


# --- feedback --------------------------------------------------------------------------------


async def test_a_resident_can_say_that_an_answer_did_not_help_and_why(page):
    sent = []
    page.on("request", lambda request: sent.append(request.post_data_json) if "feedback" in request.url else None)
    assert await page.locator(".rate").count() == 0, "a greeting is no answer"
    await ask(page, "vad är cks?")
    await page.get_by_role("button", name="Nej", exact=True).click()
    await page.get_by_role("button", name="Svårt att förstå").click()
    await said(page, "Tack! Då kan vi göra")
    assert [(one["value"], one.get("reason")) for one in sent] == [("down", None), ("down", "unclear")]


async def test_after_a_no_a_person_is_one_button_away(page):
    await ask(page, "vad är cks?")
    await page.get_by_role("button", name="Nej", exact=True).click()
    await page.get_by_role("button", name="Svårt att förstå").click()
    await page.locator(".rate").get_by_role("button", name="Jag vill prata med en människa").click()
    await said(page, "Självklart ska du få prata med en människa")


async def test_an_english_answer_is_marked_and_asked_about_in_english(page):
    await ask(page, "what is cks and what do they do?")
    await said(page, "Centre for Knowledge and Safety")
    assert await page.locator(".said.bot").last.get_attribute("lang") == "en"
    assert await page.locator(".rate").get_attribute("lang") == "en"
    await page.get_by_role("button", name="Yes", exact=True).click()
    await said(page, "Thank you!")


async def test_a_long_conversation_does_not_push_the_head_off_a_phone(browser, residents):
    """What only screen readers read once stood below the panel, which then could be scrolled."""
    async with tab(browser, viewport={"width": 390, "height": 844}, reduced_motion="reduce") as page:
        await page.goto(residents.address + "/")
        await launcher(page).click()
        await page.wait_for_selector(".said.bot")
        for question in ("jag är orolig för min son", "ja gärna", "vad är brå?"):
            await ask(page, question)
            await page.wait_for_timeout(600)
        assert await page.locator("dialog").evaluate("panel => panel.scrollHeight - panel.clientHeight") <= 1
        assert await page.locator("dialog").evaluate("panel => panel.scrollTop") == 0


async def test_arabic_runs_from_the_right(page):
    await ask(page, "مرحبا، أنا خائفة على ابني، ماذا أفعل؟")
    await said(page, "العربية")
    line = page.locator(".said.bot[lang=ar] p").last
    assert await line.evaluate("line => getComputedStyle(line).direction") == "rtl"
    number = page.locator(".said.bot[lang=ar] a[href^='tel:020']")
    assert await number.inner_text() == "020-100 200"


async def test_nobody_is_asked_whether_an_answer_about_danger_helped(page):
    await ask(page, "han har en pistol")
    await said(page, "Ring 112 nu")
    assert await page.locator(".rate").count() == 0


async def test_or_that_it_did(page):
    await ask(page, "vad är cks?")
    async with page.expect_response("**/feedback") as response:
        await page.get_by_role("button", name="Ja", exact=True).click()
    assert (await response.value).status == 204
    await said(page, "Tack! Då kan vi göra")


# --- accessibility ---------------------------------------------------------------------------


async def test_each_message_is_announced_once(page):
    await page.evaluate(
        """() => { window.heard = [];
        const spoken = document.querySelector("hjalpsam-chatt").shadowRoot.querySelector("[role=log]");
        new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach((n) => heard.push(n.textContent))))
        .observe(spoken, {childList: true}); }"""
    )
    await ask(page, "är orostelefonen öppen nu?")
    await expect(page.locator(".said.bot")).to_have_count(3)
    await page.wait_for_timeout(1_500)  # what is announced is taken away after a second
    heard = await page.evaluate("heard")
    assert len(heard) == 2, "number and hours, then the status"
    assert await page.locator("[role=log]").text_content() == ""
    assert "är stängd" in heard[0] or "bör vara öppen" in heard[0]
    assert "Val: " in heard[1]


async def active(page):
    """The id, class or text of what has the focus inside the element."""
    return await page.evaluate(
        """() => { const at = document.querySelector("hjalpsam-chatt").shadowRoot.activeElement;
        return at && (at.id || at.className || at.textContent); }"""
    )


async def test_the_keyboard_alone_is_enough(browser, residents):
    async with tab(browser) as page:
        await page.goto(residents.address + "/")
        await page.get_by_role("button", name="Stäng chatten").press("Enter")
        assert await active(page) == "launcher", "the focus is back where the panel was opened"
        await page.keyboard.press("Enter")
        assert await active(page) == "field"
        await page.keyboard.type("hej")
        await page.keyboard.press("Enter")
        await expect(page.locator(".said.bot")).to_have_count(2)
        assert await active(page) == "field", "an answer does not move the focus"
        for _ in range(3):  # past the question whether it helped
            await page.keyboard.press("Shift+Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator(".said.me")).to_have_count(2)
        assert await active(page) == "field"
        await page.keyboard.press("Escape")
        assert not await page.locator("dialog").is_visible()
        assert await active(page) == "launcher"


async def test_a_panel_that_was_opened_by_the_page_does_not_take_the_focus(page):
    assert await page.evaluate("document.activeElement === document.body")


async def test_on_a_phone_the_panel_fills_the_screen_and_no_keyboard_jumps_up(browser, residents):
    async with tab(browser, viewport=PHONE, has_touch=True, is_mobile=True) as page:
        await page.goto(residents.address + "/")
        await page.wait_for_timeout(200)
        assert not await page.locator("dialog").is_visible(), "it does not cover what a resident came to read"
        await launcher(page).tap()
        await page.wait_for_selector(".said.bot")
        assert await active(page) == "log"
        box = await page.locator("dialog").bounding_box()
        assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 360, 640)
        assert await page.locator("dialog").evaluate("(panel) => panel.matches(':modal')")


@pytest.mark.parametrize("size", [SMALLEST, PHONE, {"width": 1280, "height": 860}])
async def test_all_can_be_reached_at_any_size(browser, residents, size):
    async with tab(browser, viewport=size) as page:
        await opened(page, residents.address)
        await ask(page, "vilka miljöer finns?")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        targets = page.locator("hjalpsam-chatt").locator("button:visible, textarea:visible, .head a:visible")
        boxes = [await target.bounding_box() for target in await targets.all()]
        assert min(min(box["width"], box["height"]) for box in boxes) >= 44
        field = page.locator("#field")
        await field.scroll_into_view_if_needed()
        box = await field.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= size["height"]


@contextlib.asynccontextmanager
async def in_state(browser, residents, state):
    """A page with the element in one of its states."""
    options = {"dark": {"color_scheme": "dark"}, "forced colours": {"forced_colors": "active"}}.get(state, {})
    size = {"400 %": SMALLEST, "phone": PHONE}.get(state, {"width": 1280, "height": 860})
    async with tab(browser, viewport=size, reduced_motion="reduce", **options) as page:
        if state == "English":
            await page.route(residents.address + "/", english)
        await page.goto(residents.address + "/")
        if state in ("400 %", "phone"):
            await launcher(page).click()
        await page.wait_for_selector(".said.bot")
        if state == "closed":
            await page.get_by_role("button", name="Stäng chatten").click()
        elif state == "error":
            await page.context.set_offline(True)
            await page.fill("#field", "hej")
            await page.keyboard.press("Enter")
            await expect(page.locator(".problem")).to_contain_text("Chatten går inte att nå just nu")
        elif state != "open":
            await ask(page, "vilka miljöer finns?")
        yield page


async def english(route):
    """The demonstration page with the element in English."""
    response = await route.fetch()
    body = (await response.text()).replace("data-hjalpsam ", 'data-hjalpsam data-language="en" ')
    await route.fulfill(response=response, body=body)


STATES = ["closed", "open", "with buttons", "error", "English", "dark", "forced colours", "phone", "400 %"]


@pytest.mark.parametrize("state", STATES)
async def test_axe_finds_nothing(browser, residents, state):
    async with in_state(browser, residents, state) as page:
        results = await Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


async def test_in_another_language_only_the_answers_are_in_swedish(browser, residents):
    async with in_state(browser, residents, "English") as page:
        assert await page.get_by_role("button", name="Close the chat").is_visible()
        assert await page.locator("dialog").get_attribute("lang") == "en"
        assert await page.locator(".said.bot").first.get_attribute("lang") == "sv"
        assert "according to boras.se (2022): " in await page.locator(".state").inner_text()


# --- on a municipality's own page ------------------------------------------------------------

POLICY = "default-src 'none'; script-src {server}; connect-src {server}; require-trusted-types-for 'script'"


async def embedded(page, server, attributes="", policy=POLICY):
    """A page of another origin, under a strict policy, with the one line that embeds the chat."""
    from tests.conftest import WEBSITE

    line = f'<script src="{server}{ELEMENT_PATH}" defer data-hjalpsam {attributes}></script>'
    await page.route(
        WEBSITE + "/",
        lambda route: route.fulfill(
            body=f"<!doctype html><html lang=sv><title>Kommunen</title><h1>Kommunen</h1>{line}",
            headers={
                "Content-Security-Policy": policy.format(server=server),
                "Content-Type": "text/html; charset=utf-8",
            },
        ),
    )
    await page.goto(WEBSITE + "/")


async def test_one_line_is_enough_on_another_site_under_a_strict_policy(browser, residents):
    noise = []
    async with tab(browser, noise) as page:
        await embedded(page, residents.address)
        await launcher(page).click()
        await page.wait_for_selector(".said.bot")
        await ask(page, "vad är cks?")
        await page.get_by_role("button", name="Radera samtalet").click()
        await said(page, "Samtalet är raderat, också hos oss")
    assert [line for line in noise if "favicon" not in line] == []


async def test_its_hash_can_be_checked(browser, residents):
    """SRI: the script is the same bytes for every site."""
    from base64 import b64encode
    from hashlib import sha384

    digest = b64encode(sha384(element().encode()).digest()).decode()
    async with tab(browser) as page:
        await embedded(page, residents.address, f'integrity="sha384-{digest}" crossorigin')
        await launcher(page).wait_for()


async def test_a_site_that_was_not_let_in_cannot_talk_to_the_chat(browser, residents):
    async with tab(browser) as page:
        await page.route("http://annan.test/", lambda route: route.fulfill(body="<!doctype html>"))
        await page.goto("http://annan.test/")
        call = "(url) => fetch(url, {method: 'POST', body: '{}'}).then(() => 'read', () => 'refused')"
        assert await page.evaluate(call, residents.base + "/session") == "refused"


async def test_a_site_can_choose_colours_place_and_words(browser, residents):
    async with tab(browser) as page:
        attributes = (
            'data-color="rgb(90, 20, 60)" data-position="left" data-title="Stöd" data-launcher="Behöver du stöd?"'
        )
        await embedded(page, residents.address, attributes)
        button = page.get_by_role("button", name="Behöver du stöd?")
        assert await button.evaluate("(one) => getComputedStyle(one).backgroundColor") == "rgb(90, 20, 60)"
        assert (await button.bounding_box())["x"] == 16
        await button.click()
        assert await page.get_by_role("dialog", name="Stöd").is_visible()
        assert (await page.locator("dialog").bounding_box())["x"] == 16


async def test_the_panel_stands_at_the_right_edge(page):
    box = await page.locator("dialog").bounding_box()
    assert box["x"] + box["width"] == await page.evaluate("document.documentElement.clientWidth") - 16


async def test_the_pages_own_styles_do_not_reach_in(browser, residents):
    async with tab(browser) as page:
        await embedded(page, residents.address, policy="default-src * 'unsafe-inline'")
        await page.add_style_tag(
            content="html { font-size: 62.5%; direction: rtl } body { text-transform: uppercase; text-align: center }"
        )
        looks = "(one) => ['fontSize', 'textTransform', 'direction'].map((name) => getComputedStyle(one)[name])"
        assert await launcher(page).evaluate(looks) == ["16px", "none", "ltr"]


async def test_a_script_that_stands_twice_gives_one_chat(browser, residents):
    noise = []
    async with tab(browser, noise) as page:
        await embedded(page, residents.address, policy="default-src * 'unsafe-inline'")
        await page.add_script_tag(url=residents.address + ELEMENT_PATH)
        await page.evaluate("document.body.append(document.createElement('hjalpsam-chatt'))")
        assert await page.locator("dialog").count() == 1
        await page.evaluate("document.querySelector('hjalpsam-chatt').remove()")
        await page.wait_for_timeout(200)
    assert [line for line in noise if "favicon" not in line] == ["hjalpsam: there is a chat on this page already."]


async def test_a_chat_that_is_removed_at_once_says_nothing(browser, residents):
    """A page that builds itself anew may do so, before the chat has looked at its colours."""
    noise = []
    async with tab(browser, noise) as page:
        await embedded(page, residents.address, policy="default-src * 'unsafe-inline'")
        await page.evaluate(
            "() => { document.querySelector('hjalpsam-chatt').remove();"
            " const chat = document.createElement('hjalpsam-chatt'); document.body.append(chat); chat.remove(); }"
        )
        await page.wait_for_timeout(1_500)
    assert [line for line in noise if "favicon" not in line] == []


async def test_a_turned_or_enlarged_screen_changes_the_panel(page):
    is_modal = "document.querySelector('hjalpsam-chatt').shadowRoot.querySelector('dialog').matches(':modal')"
    await page.locator("#field").focus()
    assert not await page.evaluate(is_modal)
    await page.set_viewport_size(SMALLEST)
    await page.wait_for_timeout(200)
    assert await page.evaluate(is_modal)
    assert await active(page) == "field"
    await page.set_viewport_size({"width": 1280, "height": 860})
    await page.wait_for_timeout(200)
    assert not await page.evaluate(is_modal)


async def test_colours_that_are_too_faint_are_told_in_the_console(browser, residents):
    noise = []
    async with tab(browser, noise) as page:
        await embedded(page, residents.address, 'data-color="rgb(250, 220, 90)"')
        await page.wait_for_timeout(1_500)
    assert any("has a contrast of" in line and "needs 4.5" in line for line in noise)


async def test_without_a_server_what_the_page_has_put_inside_is_shown(browser, residents):
    async with tab(browser) as page:
        await page.route("**/webhooks/**", lambda route: route.abort())
        await page.goto(residents.address + "/")
        await page.evaluate(
            """() => { const line = document.createElement("p"); line.textContent = "Ring växeln";
            document.querySelector("hjalpsam-chatt").append(line); }"""
        )
        await expect(page.locator(".problem")).to_contain_text("Chatten går inte att nå just nu")
        assert await page.get_by_text("Ring växeln").is_visible()


async def test_the_operators_notice_stands_on_top(browser, residents):
    async def with_notice(route):
        response = await route.fetch()
        await route.fulfill(json={**await response.json(), "notice": "Något har hänt. Ring 112 vid fara."})

    async with tab(browser) as page:
        await page.route("**/helpline", with_notice)
        await page.goto(residents.address + "/")
        await page.wait_for_selector("text=Något har hänt")
        assert await page.locator(".notice a[href='tel:112']").count() == 1


def test_it_is_small():
    """The budget of the element, as it is sent."""
    assert len(gzip.compress(element().encode(), 9)) < 15_000


def test_it_has_no_markup_from_strings_no_storage_beyond_the_tab_and_no_facts():
    code = element()
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "localStorage", "document.cookie"):
        assert forbidden not in code
    for fact in ("112", "020", "90101", "Orostelefonen", "Borås", "boras"):
        assert fact not in code
