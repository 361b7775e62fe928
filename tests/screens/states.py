"""States of pages that have no address of their own, and pages for when something goes wrong."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from matchmaking.listings.models import Category
from tests.screens.scenario import ANONYMOUS, PASSWORD
from tests.screens.sights import Sight

SUBMIT = "button[type=submit], button:not([type]), input[type=submit]"
ALL_WANTED = "button[name=action][value=submit]"  # a draft may lack anything
EMPTY = """form => {
  form.noValidate = true;
  for (const one of form.elements) {
    if (one.tagName === "TEXTAREA" || (one.tagName === "INPUT" &&
        !["hidden", "checkbox", "radio", "submit", "button", "file"].includes(one.type))) one.value = "";
    if (one.tagName === "SELECT" && [...one.options].some(o => o.value === "")) one.value = "";
    if (["checkbox", "radio"].includes(one.type)) one.checked = false;
  }
}"""
BAD = {
    "email": "no address", "login": "no address", "password1": "123", "password2": "456",
    "pairs": "-5", "target_unit_price_cny": "many", "due_week": "2020-W01", "name_zh": "x" * 300,
    "uscc": "12345", "value": "?", "number": "x" * 200, "rate": "-1", "days": "-3",
    "min_order_pairs": "0", "lead_days": "9999", "price_low_cny": "99", "price_high_cny": "1",
    "partner": "nobody", "title": "x" * 300, "oldpassword": "wrong", "expires_on": "2020-01-01",
}  # fmt: skip


def url(name, *args):
    return settings.SITE_URL + reverse(name, args=args)


def submit(values):
    """Return an act that empties the page's form, fills in ``values`` and sends it."""

    async def act(page):
        form = page.locator("main form[method=post]:not([data-language])").filter(
            has=page.locator("input:not([type=hidden]), select, textarea")
        )
        form = form.first
        await form.evaluate(EMPTY)
        for name, value in values.items():
            field = form.locator(f"input[name={name}]:not([type=hidden]), textarea[name={name}]")
            if await field.count() and await field.first.is_visible():
                kind = await field.first.get_attribute("type")
                if kind in {"checkbox", "radio", "file", "date"}:
                    continue
                await field.first.evaluate("(one, value) => { one.value = value }", value)
        pressed = form.locator(ALL_WANTED)
        if not await pressed.count():
            pressed = form.locator(SUBMIT)
        async with page.expect_navigation(wait_until="load"):
            await pressed.last.evaluate("one => one.form.requestSubmit(one)")

    return act


FORMS = (
    ("account_login", ANONYMOUS, ()),
    ("account_signup", ANONYMOUS, ()),
    ("account_reset_password", ANONYMOUS, ()),
    ("account_email", "brand", ()),
    ("account_change_password", "brand", ()),
    ("accounts:company-register", "newcomer", ()),
    ("accounts:company-edit", "brand", ()),
    ("accounts:certificates", "brand", ()),
    ("accounts:contacts", "brand", ()),
    ("accounts:blocks", "brand", ()),
    ("accounts:tokens", "brand", ()),
    ("accounts:members", "brand", ()),
    ("accounts:profile", "brand", ()),
    ("listings:order-new", "brand", ()),
    ("listings:offer-new", "factory", ()),
    ("imports:import-new", "brand", ("orders",)),
)


def _form_errors():
    for name, role, args in FORMS:
        for label, values in (("empty", {}), ("bad", BAD)):
            yield Sight(f"{name}~{label}", role, url(name, *args), act=submit(values), alone=True)


def _wrong():
    base = settings.SITE_URL
    for number in (400, 403, 429, 500):
        yield Sight(f"wrong:{number}", ANONYMOUS, f"{base}/looks/{number}/", status=number)
    yield Sight("wrong:403-csrf", ANONYMOUS, f"{base}/looks/403-csrf/", status=403)
    yield Sight("wrong:404", ANONYMOUS, f"{base}/nowhere/", status=404)
    for number in (403, 500):
        yield Sight(f"wrong:{number}", "brand", f"{base}/looks/{number}/", status=number)
    yield Sight("wrong:404", "brand", f"{base}/nowhere/", status=404)
    yield Sight("wrong:404-workbench", "officer", f"{base}/admin/nowhere/", status=404)


def _links(scenario):
    over = scenario.objects["over_link"][0][1]["token"]
    yield Sight("accounts:invitation~over", ANONYMOUS, url("accounts:invitation", over), status=410)
    yield Sight(
        "accounts:invitation~forged", ANONYMOUS, url("accounts:invitation", "forged"), status=404
    )
    gone = "notifications:unsubscribe"
    yield Sight(f"{gone}~forged", ANONYMOUS, url(gone, "forged"), status=404)
    token = scenario.objects["unsubscribe"][0][1]["token"]
    yield Sight(f"{gone}~done", ANONYMOUS, url(gone, token), act=press("main form"), alone=True)
    yield Sight(
        "listings:renew-by-link~forged", ANONYMOUS, url("listings:renew-by-link", "x"), status=404
    )


def press(form):
    """Return an act that sends the form as it stands."""

    async def act(page):
        async with page.expect_navigation(wait_until="load"):
            await page.locator(form).first.locator(SUBMIT).last.click()

    return act


def fill_and_press(values, form="main form"):
    """Return an act that fills fields by name and sends their form."""

    async def act(page):
        for name, value in values.items():
            await page.locator(f"{form} [name={name}]").first.fill(value)
        await press(form)(page)

    return act


async def sign_in_as_officer(page):
    await fill_and_press({"login": "officer@example.com", "password": PASSWORD})(page)


def _steps():
    yield Sight(
        "mfa_authenticate~asked", ANONYMOUS, url("account_login"), act=sign_in_as_officer, keeps=True,
        alone=True,
    )  # fmt: skip
    yield Sight(
        "accounts:tokens~issued", "brand", url("accounts:tokens"),
        act=fill_and_press({"name": "ERP 2"}, "main form:has([name=scope])"), alone=True,
    )  # fmt: skip
    rare = Category.objects.latest("pk").code
    for kind in ("orders", "offers"):
        market = url(f"listings:market-{kind}")
        yield Sight(
            f"listings:market-{kind}~nothing",
            ANONYMOUS,
            f"{market}?category={rare}&cluster=350500&pairs=1000000-",
        )


def _texts(scenario):
    for kind, role, label in (
        ("order", "brand", "order"), ("order", "brand", "dollars"), ("offer", "factory", "offer"),
    ):  # fmt: skip
        code = dict(scenario.objects["text"])[label]["code"]
        page = url(f"listings:{kind}-new")
        yield Sight(f"listings:{kind}-new~{label}", role, f"{page}?text={code}")


def states(scenario):
    """Return the sights that the route table cannot tell of."""
    return [*_form_errors(), *_wrong(), *_links(scenario), *_texts(scenario), *_steps()]
