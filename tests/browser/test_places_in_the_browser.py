"""The map of acceptance points in a real browser: drawn by ourselves, keyboard and phone; and the list without JavaScript."""

import re

from looks import LAPTOP, PHONE, barriers
from playwright.sync_api import expect

from tegoed.demo.story import MERCHANTS
from tegoed.merchants.importing import import_merchants

BLAND = "<img src=x onerror=alert(1)>"
HOSTILE = f"Merchant;Street;Postcode;Town;Vouchers\n{BLAND};Markt 1;9810;Gavere;eco\n"
GHENT = "/acceptance-points/?where=Gent&radius=25"


def test_the_map_beside_the_list(site, axe) -> None:
    import_merchants(file_name="demo.csv", content=MERCHANTS.read_bytes(), is_invented=True, actor=None)
    import_merchants(file_name="hostile.csv", content=HOSTILE.encode(), actor=None)

    plain = site.open_page(java_script_enabled=False)
    plain.goto("/acceptance-points/")
    plain.get_by_label("Postcode or town").fill("Gand")
    plain.get_by_label("Within").select_option("25")
    plain.get_by_role("button", name="Search", exact=True).click()
    expect(plain.get_by_role("heading", name=re.compile(r"^\d+ acceptance points around Ghent$"))).to_be_visible()
    expect(plain.get_by_text("3.2 km")).to_be_visible()
    expect(plain.get_by_role("button", name="Show map")).to_be_hidden()

    page = site.open_page(viewport={"width": LAPTOP, "height": 900}, reduced_motion="reduce")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(GHENT)
    expect(page.locator(".map-pin, .map-cluster").first).to_be_visible()
    expect(page.locator(".map-town span").first).to_be_visible()
    assert page.locator("path.map-edge").get_attribute("d")
    assert [url for url in asked if not url.startswith((site.address, "data:"))] == []
    page.get_by_role("button", name=f"On the map {BLAND}").click()
    card = page.locator(".leaflet-popup .map-card")
    expect(card.locator(".map-card-name")).to_have_text(BLAND)
    page.get_by_role("button", name="Close", exact=True).click()
    page.locator(".map-cluster").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup .map-card-name").first).to_be_visible()
    page.evaluate(axe)
    found = page.evaluate(
        "async () => (await axe.run(document.getElementById('places-map'))).violations.map(v => v.id)"
    )
    assert found == []

    phone = site.open_page(viewport={"width": PHONE, "height": 800}, locale="nl-BE")
    phone.goto(GHENT)
    expect(phone.locator("#places-map")).to_be_hidden()
    assert phone.evaluate("'L' in window") is False
    phone.get_by_role("button", name="Kaart tonen").click()
    expect(phone.locator(".map-pin, .map-cluster").first).to_be_visible()
    phone.get_by_role("button", name="Kaart verbergen").click()
    expect(phone.locator("#places-map")).to_be_hidden()

    addresses = [
        "/acceptance-points/",
        GHENT,
        "/acceptance-points/?where=Beveren",
        "/acceptance-points/?where=Gent&name=zzz",
    ]
    assert barriers(page, addresses, axe=axe) == {}
    site.sign_in(page, site.cast.staff_member.email)
    offices = [
        "/office/merchants/",
        "/office/merchants/1/",
        "/office/merchants/1/points/add/",
        "/office/merchants/lists/",
    ]
    assert barriers(page, offices, axe=axe) == {}
