"""Tables of a company's records say what may be done to each."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Certificate, Certification
from accounts.views.record_tables import certificates_table, members_table, tokens_table

pytestmark = pytest.mark.django_db


def labels(table):
    return {
        record.title: [str(action.label) for action in record.actions] for record in table.records
    }


@pytest.mark.parametrize(
    ("reader", "others"), [("brand", ["Make owner", "Remove member"]), ("member", [])]
)
def test_an_owner_changes_others_and_everybody_may_leave(
    request, brand_company, brand, member, reader, others
):
    rows = brand_company.memberships.select_related("user").order_by("joined_at", "pk")
    people = {"brand": brand, "member": member}
    table = members_table(rows, reader=people[reader], is_owner=reader == "brand")

    other = people["member" if reader == "brand" else "brand"]
    assert labels(table) == {
        people[reader].name or people[reader].email: ["Leave"],
        other.name or other.email: others,
    }


@pytest.mark.parametrize(
    ("days", "is_reviewed", "state"),
    [(-1, True, "expired"), (30, True, "documents"), (30, False, "pending")],
)
def test_a_certificate_shows_whether_it_holds(brand_company, officer, days, is_reviewed, state):
    today, now = timezone.localdate(), timezone.now()
    Certificate.objects.create(
        company=brand_company,
        certification=Certification.objects.first(),
        expires_on=today + dt.timedelta(days=days),
        entered_on=today - dt.timedelta(days=2),
        reviewed_at=now if is_reviewed else None,
        reviewed_by=officer if is_reviewed else None,
    )

    [record] = certificates_table(brand_company.certificates.all(), can_edit=False).records

    number, validity, proof = record.cells
    assert (validity.state, number.value, proof.value, record.actions) == (state, "", "", ())


def test_no_token_is_an_empty_table():
    assert tokens_table([]).records == []
