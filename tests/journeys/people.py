"""What people do in the browser."""

import datetime as dt

from matchmaking.core import weeks
from tests.factories import category, this_monday

PASSWORD = "a long and odd one 42"


def sign_up(page, site, email):
    page.goto(f"{site}/account/signup/")
    page.locator("[name=name]").fill("Lin")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.locator("main form button").last.click()
    page.wait_for_url("**/confirm-email/")


def register(page, site, name, kind):
    page.goto(f"{site}/company/register/")
    page.locator("[name=name_zh]").fill(name)
    field = page.locator("[name=kind]")
    if field.first.evaluate("one => one.tagName") == "SELECT":
        field.select_option(kind)
    else:
        page.locator(f"[name=kind][value={kind}]").check()
    page.locator("main form button[type=submit], main form button:not([type])").last.click()
    page.wait_for_url("**/company/")


def post_order(page, site, *, weeks_ahead):
    """Fill in the five fields that an order needs, and submit it."""
    page.goto(f"{site}/orders/new/")
    page.locator("[name=title]").fill("Running shoe, spring")
    page.locator("[name=category]").select_option(str(category().pk))
    page.locator("[name=pairs]").fill("60,000")
    page.locator("[name=target_unit_price_cny]").fill("46.50")
    due = this_monday() + dt.timedelta(weeks=weeks_ahead)
    page.locator("[name=due_week]").fill(weeks.label(due))
    page.locator("button[name=action][value=submit]").click()
    page.wait_for_url("**/orders/*-*/")
