"""The cast: always brand, factory, stranger, officer."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.db import connection
from django.test import TransactionTestCase

from accounts.choices import CompanyKind
from tests.factories import CompanyFactory, MembershipFactory, UserFactory


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let a test with real transactions clean up after itself without losing what migrations
    loaded: it empties the tables that were empty before the first test.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        empty = [table for table in tables if not _has_rows(cursor, table)]

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
    # The server may notice late that a process which a test killed is gone.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _has_rows(cursor, table):
    cursor.execute(f"SELECT EXISTS (SELECT FROM {connection.ops.quote_name(table)})")  # noqa: S608
    return cursor.fetchone()[0]


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
