"""The cast: always brand, factory, stranger, officer."""

import gc
import subprocess
import sys
from contextlib import suppress

import pytest
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django import template
from django.conf import settings as site
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase
from django.test.signals import template_rendered
from xdist.scheduler import LoadScopeScheduling

from accounts.choices import CompanyKind
from matchmaking.matching.tasks import load_kernels
from tests.databases import Template, has_rows, wait_until_left
from tests.factories import CompanyFactory, MembershipFactory, UserFactory


def _with_both_steps(request, user, **_rest):
    """Let ``force_login`` stand for a sign-in with both steps, where the person has two."""
    if "REMOTE_ADDR" in request.META or not Authenticator.objects.filter(user=user).exists():
        return
    request.session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    request.session["account_authentication_methods_user"] = user_id_to_str(user)


user_logged_in.connect(_with_both_steps, dispatch_uid="tests.both_steps")

# Few and long tests, many of which wait: begun last they would keep one worker busy alone.
# Those of the platform need no database, while one worker migrates that of all others.
LONG = (
    "tests/guards/test_canary.py",
    "tests/platform/",
    "tests/faults/",
    "tests/journeys/",
    "tests/guards/",
    "tests/demonstration/",
)


# They start a site of their own, once for the folder, and mostly wait.
TOGETHER = ("tests/journeys/", "tests/faults/")


class ByModule(LoadScopeScheduling):
    """One worker for a module, and for a whole folder whose modules share what is dear."""

    def _split_scope(self, nodeid):
        folder = next((path for path in TOGETHER if nodeid.startswith(path)), None)
        return folder or super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config, log):
    return ByModule(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Put long modules first; the others keep the order that chance gave them."""
    items.sort(key=_turn)


def _turn(item):
    return next((n for n, path in enumerate(LONG) if item.nodeid.startswith(path)), len(LONG))


def pytest_sessionstart(session):
    """Compile the kernels while the workers of xdist begin, so that nobody waits long for them."""
    if session.config.getoption("numprocesses", None):
        compiling = "from matchmaking.matching.tasks import load_kernels; load_kernels()"
        started = subprocess.Popen([sys.executable, "-c", compiling])
        session.config.add_cleanup(started.wait)


def pytest_collection_finish():
    """Spare the collector what lives as long as the run: it would look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def pages_are_those_of_production(django_test_environment):
    """Development adds to a page and asks for more than a page of production does."""
    site.DEVELOPMENT = False


@pytest.fixture(scope="session", autouse=True)
def pages_alone_tell_their_context(django_test_environment):
    """Let the test client copy the context of a page, not that of each of its components."""

    def render(shown, context):
        if context.template is shown:
            template_rendered.send(sender=shown, template=shown, context=context)
        return shown.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(template.Template, "_render", render)
        yield


@pytest.fixture(scope="session", autouse=True)
def cache_of_its_own(worker_id):
    """Give each of several workers a database of Valkey: to clear a cache empties all of it."""
    if worker_id == "master":
        return
    cache = site.CACHES["default"]
    number = 2 + int(worker_id.removeprefix("gw"))
    cache["LOCATION"] = f"{cache['LOCATION'].removesuffix('1')}{number}"
    with suppress(AttributeError):  # nobody asked for it so far
        del caches["default"]


@pytest.fixture(scope="session", autouse=True)
def static_files_on_demand():
    """Look for a static file when it is asked for: each test's client would list all of them."""
    site.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session")
def template_database(
    request, django_db_modify_db_settings_parallel_suffix, django_db_keepdb, django_db_blocker
):
    """Let one of several workers migrate, and the others copy its database."""
    if django_db_keepdb:
        yield None
        return
    run = getattr(request.config, "workerinput", {}).get("testrunuid", "alone")
    template = Template(run)
    with django_db_blocker.unblock():
        template.take()
    yield template
    with django_db_blocker.unblock():
        template.remove()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(template_database):
    """Know what to copy before the database is made."""


@pytest.fixture(scope="session")
def django_db_setup(template_database, django_db_setup, django_db_blocker):
    """Let a test with real transactions clean up after itself without losing what migrations
    loaded: it empties the tables that were empty before the first test.
    """
    with django_db_blocker.unblock():
        if template_database:
            template_database.leave()
            load_kernels()
        with connection.cursor() as cursor:
            tables = connection.introspection.table_names(cursor)
            empty = [table for table in tables if not has_rows(cursor, table)]

    def delete_all(_case):
        with connection.cursor() as cursor:
            # No foreign keys and no history while everything goes.
            cursor.execute("SET session_replication_role = replica")
            for table in empty:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608
            cursor.execute("SET session_replication_role = origin")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", delete_all)
        yield
    with django_db_blocker.unblock():
        assert wait_until_left() == [], "a test left a session open"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Hash passwords in no time: a real hash takes longer than most tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def brand_company(db):
    return CompanyFactory(kind=CompanyKind.BRAND, name_en="Brand Co.")


@pytest.fixture
def factory_company(db):
    return CompanyFactory(kind=CompanyKind.FACTORY, name_en="Factory Co.")


@pytest.fixture
def stranger_company(db):
    return CompanyFactory(kind=CompanyKind.BOTH, name_en="Stranger Co.")


@pytest.fixture
def brand(brand_company):
    return MembershipFactory(company=brand_company).user


@pytest.fixture
def factory(factory_company):
    return MembershipFactory(company=factory_company).user


@pytest.fixture
def stranger(stranger_company):
    return MembershipFactory(company=stranger_company).user


@pytest.fixture
def officer(db):
    user = UserFactory(is_staff=True, name="Officer")
    user.groups.add(Group.objects.get(name="Officers"))
    TOTP.activate(user, generate_totp_secret())  # settings.OFFICERS_NEED_TOTP
    return user
