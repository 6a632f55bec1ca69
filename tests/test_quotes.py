"""The basket of quotes in a real browser."""

import pytest
from browsing import CHROMIUM, complain, visit
from conftest import HARBOUR
from test_bibliography import DEFENSE, PIER

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")

CITE = f"/cite/{DEFENSE}"


def count(page):
    link = page.locator("#quotes")
    return link.inner_text() if link.is_visible() else ""


def test_quotes_are_collected_shown_and_removed(page, address):
    page.goto(address + CITE)
    assert count(page) == ""
    page.get_by_role("button", name="Add to quotes").click()
    assert count(page) == "Quotes 1"
    page.get_by_role("status").filter(has_text="Added to your quotes.").wait_for()
    page.goto(f"{address}/cite/{PIER}")
    page.get_by_role("button", name="Add to quotes").click()
    page.get_by_role("link", name="Quotes 2").click()
    page.wait_for_url("**/bibliography?p=*")
    assert page.locator("#entries p").count() == 1
    assert [quote.inner_text() for quote in page.locator("blockquote").all()] == [
        "“Defense is a well-known word,”", "“the old pier.”",
    ]  # fmt: skip
    page.locator("select[name=style]").select_option("apa")
    page.get_by_role("button", name="Show").click()
    assert page.locator("#entries").inner_text().startswith("Okoro, T. (2024, March 5). Harbour Talk: ")
    page.get_by_role("button", name="Remove").first.click()
    page.wait_for_function("document.querySelectorAll('blockquote').length === 1")
    page.locator("#quotes").wait_for()
    assert (count(page), page.locator("blockquote").inner_text()) == ("Quotes 1", "“the old pier.”")
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("No quotes yet.").wait_for()
    assert count(page) == ""


def test_a_quote_is_taken_out_again_where_it_was_added(page, address):
    page.goto(address + CITE)
    page.get_by_role("button", name="Add to quotes").click()
    page.get_by_role("button", name="Remove from quotes").click()
    assert page.get_by_role("button", name="Add to quotes").is_visible()
    assert page.evaluate("localStorage.getItem('airquote-quotes')") == "[]"


def test_other_modules_use_the_basket(page, address):
    page.goto(address)
    kept = page.evaluate("""async () => {
      const quotes = await import(document.querySelector('script[type="module"][src*="quotes"]').src);
      for (const each of ["a?t=1,2", "b?s=1,2", "a?t=1,2"]) quotes.addQuote(each);
      quotes.removeQuote("b?s=1,2");
      return [quotes.listQuotes(), localStorage.getItem("airquote-quotes")];
    }""")
    assert kept == [["a?t=1,2"], '["a?t=1,2"]']
    assert count(page) == "Quotes 1"


@pytest.mark.parametrize("kept", ["nonsense", "{}", "[1, null]"])
def test_something_else_under_its_name_is_no_basket(page, address, kept):
    page.goto(address)
    page.evaluate("kept => localStorage.setItem('airquote-quotes', kept)", kept)
    page.goto(address + CITE)
    assert count(page) == ""
    page.get_by_role("button", name="Add to quotes").click()
    assert count(page) == "Quotes 1"


def test_a_quote_that_cannot_be_cited_any_more_is_removed_too(page, address):
    page.goto(address)
    page.evaluate("localStorage.setItem('airquote-quotes', '[\"nobody?t=1,2\"]')")
    page.reload()
    page.get_by_role("link", name="Quotes 1").click()
    page.get_by_text("There is no such clip.").wait_for()
    page.get_by_role("button", name="Remove from quotes: nobody?t=1,2").click()
    page.get_by_text("No quotes yet.").wait_for()
    assert count(page) == ""


def test_somebody_elses_bibliography_has_nothing_to_remove(page, address):
    page.goto(f"{address}/bibliography?p={DEFENSE.replace('&', '%26')}")
    assert page.locator("blockquote").count() == 1
    assert not page.locator("button[data-remove]").is_visible()


def test_without_javascript_the_style_is_chosen_and_no_basket_is_shown(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + CITE)
    assert not page.locator("[data-quote]").is_visible()
    page.locator("select[name=style]").select_option("harvard")
    page.get_by_label("Leave out").check()
    page.get_by_role("button", name="Show").click()
    assert page.locator("section.citation h2").first.inner_text() == "Harvard"
    assert page.locator("#harvard-2").inner_text() == "(Okoro, 2024, 0:05–07)"
    assert "words as" not in page.locator("#harvard-1").inner_text()
    context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1100), ("dark", 1100), ("light", 360)])
def test_axe_finds_nothing_to_complain_of_in_citations(browser, address, scheme, width):
    found = []
    with visit(browser, scheme, width) as page:
        page.goto(f"{address}/cite/{HARBOUR}?t=5.0,6.0")
        page.get_by_role("button", name="Add to quotes").click()
        page.get_by_text("All other styles").click()
        found += complain(page)
        page.get_by_role("link", name="Quotes 1").click()
        page.wait_for_url("**/bibliography?p=*")
        found += complain(page)
        page.goto(f"{address}/bibliography?p=nobody")
        found += complain(page)
    assert found == []
