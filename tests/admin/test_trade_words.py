"""Officers keep the words that texts are read with, and the rates of exchange."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaking.listings.models import ExchangeRate, TradeWord
from matchmaking.listings.services import texts

pytestmark = pytest.mark.django_db
ADD = "admin:listings_tradeword_add"


def test_officer_adds_a_word_and_its_history_names_her(desk, officer):
    sent = {
        "kind": "category",
        "word": "飞马款",
        "codes": "athletic",
        "is_active": "on",
        "note": "",
    }
    assert desk.post(reverse(ADD), sent).status_code == 302
    word = TradeWord.objects.get()
    assert word.codes == ["athletic"]
    page = desk.get(reverse("admin:listings_tradeword_history", args=[word.pk]))
    assert officer.name in page.content.decode()


@pytest.mark.parametrize("codes", ["nothing_known", ""])
def test_word_without_a_known_term_is_refused_at_its_field(desk, codes):
    sent = {"kind": "category", "word": "飞马款", "codes": codes, "is_active": "on"}
    answer = desk.post(reverse(ADD), sent)
    assert answer.context["adminform"].form.errors["codes"]
    assert not TradeWord.objects.exists()


def test_officer_adds_the_rate_of_a_day(desk):
    sent = {"currency": "USD", "day": "2026-11-30", "yuan": "7.09", "source": "PBoC"}
    assert desk.post(reverse("admin:listings_exchangerate_add"), sent).status_code == 302
    assert ExchangeRate.objects.get().source == "PBoC"


def test_officer_reads_a_text_and_what_nobody_understood(desk, brand_company, brand):
    text = texts.keep_text(
        text="找厂 哪吒款 3万双", company=brand_company, by=brand, at=timezone.now()
    )
    page = desk.get(reverse("admin:listings_pastedtext_change", args=[text.pk]))
    assert page.status_code == 200
    assert "哪吒款" in page.content.decode()
    assert not page.context["has_change_permission"]
