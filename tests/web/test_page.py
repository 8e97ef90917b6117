"""The demonstration page: the facts without JavaScript, and how it looks."""

import pytest
from axe_playwright_python.async_playwright import Axe

from hjalpsam.channels.page import as_html
from tests.web.conftest import tab


async def test_without_javascript_the_facts_are_there(browser, residents):
    async with tab(browser, java_script_enabled=False) as page:
        await page.goto(residents.address + "/")
        text = await page.locator("body").inner_text()
        for fact in ("020-100 200", "112", "90101", "114 14", "måndag till fredag 9.00–12.00", "behöver JavaScript"):
            assert fact in text
        for heading in ("Vad är våldsbejakande extremism?", "Vilka miljöer finns?", "Jag vill lämna en grupp"):
            assert heading in text
        assert "den vänsterextrema eller autonoma miljön" in text, "responses of domain.yml stand there too"
        assert "Rädda Barnen ger rådet: fråga, lyssna" in text
        assert "Vill du ha råd om hur ni kan prata?" not in text, "only buttons could answer that"
        assert not set("{}") & set(text), "every fact is filled in"


def test_a_response_becomes_paragraphs_lists_and_links():
    assert as_html("Två & tre:\n• ett\n• två\nSe https://x.se/a?b=1&c=2.") == (
        "<p>Två &amp; tre:</p><ul><li>ett</li><li>två</li></ul>"
        '<p>Se <a href="https://x.se/a?b=1&amp;c=2">https://x.se/a?b=1&amp;c=2</a>.</p>'
    )
    assert as_html("<script>") == "<p>&lt;script&gt;</p>"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 860), (360, 640), (320, 256)])
async def test_axe_finds_nothing_and_nothing_is_cut_off(browser, residents, scheme, size):
    async with tab(browser, color_scheme=scheme, viewport={"width": size[0], "height": size[1]}) as page:
        await page.goto(residents.address + "/")
        await page.wait_for_timeout(300)
        results = await Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
