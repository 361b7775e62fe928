"""Steps of people in the browser."""

import datetime as dt

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from playwright.sync_api import expect

from matchmaking.core import weeks
from tests.factories import PASSWORD, category, this_monday
from tests.journeys.stack import HOST


def confirmed(person):
    """Let the person have followed the link of the first mail."""
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def make_officer(person):
    """Give the person an officer's rights and second factor, in ``totp_secret``."""
    confirmed(person)
    person.groups.add(Group.objects.get(name="Officers"))
    person.totp_secret = auth.generate_totp_secret()
    auth.TOTP.activate(person, person.totp_secret)
    return person


def sign_up(page, mails, email, *, name="Lin", start="/account/signup/"):
    """Sign up, and confirm the address by the link of the mail."""
    page.goto(start)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Email").fill(email)
    page.locator("[name=password1]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    page.wait_for_url("**/confirm-email/")
    page.goto(mails.link(email, "confirm-email"))
    page.get_by_role("button", name="Yes, confirm").click()


def sign_in(page, person, *, start="/account/login/"):
    """Sign in by password, in whatever language the page speaks."""
    page.goto(start)
    page.locator("[name=login]").fill(person.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/account/login/" not in url.split("?")[0])


def come_back(page, person, to):
    """Open a page as somebody whose session of an earlier day goes on."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "domain": HOST, "path": "/"}
    page.context.add_cookies([cookie])
    page.goto(to)


def enter_workbench(page, officer):
    """Sign in by password and second factor; end on the workbench's first page."""
    sign_in(page, officer, start="/admin/")
    counter = max(auth.yield_hotp_counters_from_time())  # good for the longest time
    code = auth.format_hotp_value(auth.hotp_value(officer.totp_secret, counter))
    page.locator("[name=code]").fill(code)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Waiting for a decision")).to_be_visible()


def register(page, name, kind):
    """Fill in the company; the page of the first post follows."""
    page.wait_for_url("**/company/register/")
    page.locator("[name=name_zh]").fill(name)
    page.locator(f"[name=kind][value={kind}]").check()
    page.locator("[name=contact]").fill("13800001111")
    page.get_by_role("main").locator("form button.button").last.click()
    page.wait_for_url("**/new/")


def fill_order(page, *, weeks_ahead=20, title="Running shoe, spring"):
    """Fill in the five fields that an order needs."""
    page.goto("/orders/new/")
    page.locator("[name=title]").fill(title)
    page.locator("[name=category]").select_option(str(category().pk))
    page.locator("[name=pairs]").fill("60,000")
    page.locator("[name=target_unit_price_cny]").fill("46.50")
    page.locator("[name=due_week]").fill(week_day(weeks_ahead))


def post_order(page, **options):
    fill_order(page, **options)
    page.get_by_role("button", name="Submit for approval").click()
    page.wait_for_url("**/orders/*-*/")


def post_capacity(page, *, rate="6,000", title="Line 2"):
    """Post capacity as a rate over half a year."""
    page.goto("/offers/new/")
    page.locator("[name=title]").fill(title)
    tick_category(page)
    page.locator("#editor-rate").fill(rate)
    page.get_by_role("button", name="Fill in", exact=True).click()
    page.get_by_role("button", name="Submit for approval").click()
    page.wait_for_url("**/offers/*-*/")


def tick_category(page, code="athletic"):
    """Open the family of the category, and tick it."""
    box = page.locator(f"[name=categories][value='{category(code).pk}']")
    family = page.locator("details.family").filter(has=box)
    if family.get_attribute("open") is None:
        family.locator("summary").click()
    box.check()


def best_match(page):
    """Return the link to the first match of the page."""
    return page.locator(".matches").get_by_role("rowheader").get_by_role("link").first


def week_label(weeks_ahead):
    return weeks.label(this_monday() + dt.timedelta(weeks=weeks_ahead))


def week_day(weeks_ahead):
    """Return the Monday as a field of days takes it."""
    return (this_monday() + dt.timedelta(weeks=weeks_ahead)).isoformat()


def open_waiting(page, queue, name):
    """Go from the workbench's first page into the queue, and open what waits there."""
    page.goto("/admin/")
    page.locator(".wb-cards").get_by_role("link", name=queue).click()
    page.locator("#result_list").get_by_role("link", name=name).first.click()


def step(page, label, *, reason=None):
    """Do a step on the open row; return once the site has answered it."""
    page.locator(".wb-actions").get_by_role("link", name=label, exact=True).click()
    page.wait_for_url("**/step/**")
    if reason:
        page.get_by_label("Reason").fill(reason)
    with page.expect_response(lambda got: got.request.method == "POST") as answer:
        page.locator("form.wb-form").get_by_role("button", name=label, exact=True).click()
    assert answer.value.status == 302
