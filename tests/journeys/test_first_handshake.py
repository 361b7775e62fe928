"""A stranger's way from the front page to the first matches, with its clicks counted."""

import re
import time
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import expect

from tests.factories import PASSWORD, OfferFactory, OrderFactory, category
from tests.faults.conftest import eventually
from tests.journeys.mail import text
from tests.journeys.people import enter_workbench, week_label

PHONE = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "locale": "zh-CN",
}
DESK = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}
MOST_CLICKS, MOST_OF_AN_OFFICER = 12, 2


class Visitor:
    """Somebody at a browser: every click counts, so does a link of a mail and a choice."""

    def __init__(self, page):
        self.page, self.clicks, self.began = page, 0, time.monotonic()

    def click(self, selector):
        self.clicks += 1
        self.page.locator(selector).locator("visible=true").first.click()

    def choose(self, selector, value):
        self.clicks += 1
        self.page.locator(selector).select_option(value)

    def follow(self, mails, email, words, part):
        self.clicks += 1
        mail = mails.wait(email, words)
        self.page.goto(re.search(rf"http\S*{part}\S*", text(mail))[0])

    def write(self, **fields):
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").locator("visible=true").first.fill(value)

    @property
    def seconds(self):
        return time.monotonic() - self.began


def by_mail(visitor, mails, stack, email):
    del stack
    visitor.write(name="Lin", email=email, password1=PASSWORD)
    visitor.click("main form .form-actions button")
    visitor.page.wait_for_url("**/confirm-email/")
    visitor.follow(mails, email, "confirm-email", "confirm-email")
    visitor.click("main form button")


def by_number(visitor, mails, stack, email):
    del mails, email
    visitor.page.wait_for_url("**/signup/phone/")
    visitor.write(name="Lin", phone="138 0013 8000")
    visitor.click("main form .form-actions button")
    visitor.page.wait_for_url("**/phone/verify/")
    texts = stack.home / "texts"
    eventually(lambda: list(texts.glob("*.eml")), 30)
    (kept,) = texts.glob("*.eml")
    words = message_from_bytes(kept.read_bytes(), policy=policy.default).get_content()
    visitor.write(code=re.search(r"\b\d{6}\b", words)[0])
    visitor.click("main form .form-actions button")


def begin(visitor, mails, stack, email, company, kind, sign_up):
    """Come from the front page to the form of the first post."""
    visitor.page.goto("/")
    visitor.click("a[href*='/account/signup/']")
    sign_up(visitor, mails, stack, email)
    visitor.page.wait_for_url("**/company/register/")
    visitor.click(f"[name=kind][value={kind}]")
    visitor.write(name_zh=company, contact="13800001111")
    visitor.click("main form .form-actions button")
    visitor.page.wait_for_url("**/new/")


def order(visitor):
    visitor.write(title="Spring runner", pairs="6万", target_unit_price_cny="46.5")
    visitor.choose("[name=category]", str(category().pk))
    visitor.write(due_week=week_label(20))


def capacity(visitor):
    visitor.write(title="Line 2")
    box = f"[name=categories][value='{category().pk}']"
    visitor.click(f"details.family:has({box}) > summary")
    visitor.click(box)
    visitor.page.locator("#editor-rate").fill("6000")
    visitor.click("[data-do=fill]")


def matches_of(visitor):
    return visitor.page.locator("main a[href$='/matches/']")


def admit(desk, company):
    """Decide on the open company and its post; return the clicks that it took."""
    desk.goto("/admin/accounts/company/?queue=waiting")
    desk.locator("#result_list").get_by_role("link", name=company).click()
    officer = Visitor(desk)
    officer.click(".wb-actions a[href*='/step/admit/']")
    desk.wait_for_url("**/step/**")
    officer.click("form.wb-form .wb-actions button")
    expect(desk.locator(".wb-actions a[href*='/step/admit/']")).to_have_count(0)
    return officer.clicks


@pytest.mark.parametrize(
    ("kind", "company", "browser_of", "post", "sign_up"),
    [
        ("brand", "新潮鞋业有限公司", PHONE, order, by_number),
        ("factory", "Quick Shoes Ltd.", DESK, capacity, by_mail),
    ],
    ids=["brand-360-zh", "factory-1280-en"],
)
def test_a_stranger_comes_to_matches_in_a_dozen_clicks(
    visit,
    mails,
    stack,
    officer,
    brand_company,
    factory_company,
    kind,
    company,
    browser_of,
    post,
    sign_up,
):
    OrderFactory.create_batch(2, company=brand_company)
    OfferFactory.create_batch(2, company=factory_company)
    email = f"{kind}@example.net"
    visitor, desk = Visitor(visit(**browser_of)), visit()
    begin(visitor, mails, stack, email, company, kind, sign_up)
    post(visitor)
    visitor.click("#post-form button[value=submit]")
    visitor.page.wait_for_url(lambda url: not url.endswith("/new/"))
    seconds = visitor.seconds

    enter_workbench(desk, officer)
    decided = admit(desk, company)

    path = "/orders/" if kind == "brand" else "/offers/"
    if sign_up is by_mail:
        visitor.follow(mails, email, path, path)
        assert len([one for one in mails.to(email) if "confirm-email" not in text(one)]) == 1
    else:
        visitor.clicks += 1  # the list of own posts, where the matches stand when they are there
        eventually(lambda: visitor.page.goto(path) and matches_of(visitor).count(), 60)
    matches_of(visitor).first.click()
    visitor.clicks += 1
    expect(visitor.page.locator("#best")).to_be_visible()
    print(f"{kind}: {visitor.clicks} clicks, {seconds:.1f} s of pages before the decision")  # noqa: T201 -- a promise kept
    assert visitor.clicks <= MOST_CLICKS
    assert decided <= MOST_OF_AN_OFFICER
