"""Services of pasted texts: kept, taken over, forgotten; words and rates that officers keep."""

import datetime as dt
from decimal import Decimal

import pytest

from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.listings.models import ExchangeRate, PastedText, TradeWord
from matchmaking.listings.services import glossary, texts
from matchmaking.listings.texts import links
from matchmaking.listings.texts.readings import read_text
from tests.factories import CompanyFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_text_with_a_lone_surrogate_is_refused(paste):
    with pytest.raises(InvalidInput, match="Control characters"):
        paste("跑鞋 \ud800")
    assert not PastedText.objects.exists()


def test_person_keeps_only_so_many_texts_a_day(paste, monkeypatch):
    monkeypatch.setattr(texts, "MOST_A_DAY", 2)
    for _ in range(2):
        paste("找厂 跑鞋 3万双")
    with pytest.raises(Conflict):
        paste("找厂 跑鞋 3万双")


def test_texts_are_forgotten_after_their_days(paste, at, settings):
    paste("找厂 跑鞋 3万双 13800000000")
    days = dt.timedelta(days=settings.TEXT_KEPT_DAYS)
    assert texts.forget_texts(at=at + days - dt.timedelta(hours=1)) == 0
    assert texts.forget_texts(at=at + days + dt.timedelta(hours=1)) == 1
    assert not PastedText.objects.exists()


def test_message_of_a_group_is_taken_over_by_one_person(at, brand, brand_company, stranger):
    text = texts.keep_text(text="找厂 跑鞋 3万双", company=None, by=None, at=at)
    assert links.read(links.text_url(text).rsplit("/", 2)[1]) == text
    texts.take_over_text(text=text, company=brand_company, by=brand)
    other = CompanyFactory()
    MembershipFactory(company=other, user=stranger)
    with pytest.raises(Conflict):
        texts.take_over_text(text=text, company=other, by=stranger)
    text.refresh_from_db()
    assert (text.written_by, text.company) == (brand, brand_company)


def test_message_of_a_company_is_taken_over_by_its_people_alone(at, brand_company):
    text = texts.keep_text(text="找厂 跑鞋 3万双", company=brand_company, by=None, at=at)
    with pytest.raises(Conflict):
        texts.take_over_text(text=text, company=CompanyFactory(), by=UserFactory())


def test_word_of_an_officer_is_read_from_the_next_text_on(paste):
    glossary.save_word(word=TradeWord(kind="category", word="飞马鞋", codes=["athletic"]))
    assert read_text(paste("找厂 飞马鞋 3万双")).posts[0].values["category"] == "athletic"


def test_word_switched_off_strikes_the_shipped_one_out(paste):
    glossary.save_word(
        word=TradeWord(kind="category", word="跑鞋", codes=["athletic"], is_active=False)
    )
    assert "category" not in read_text(paste("找厂 跑鞋 3万双")).posts[0].values


@pytest.mark.parametrize(
    ("kind", "codes", "field"),
    [("category", ["no_such"], "codes"), ("category", [], "codes"), ("place", ["1"], "codes")],
)
def test_word_without_a_known_term_is_refused(kind, codes, field):
    with pytest.raises(InvalidInput) as refusal:
        glossary.save_word(word=TradeWord(kind=kind, word="某词", codes=codes))
    assert refusal.value.field == field
    assert not TradeWord.objects.exists()


def test_word_is_folded_and_stands_once(db):
    glossary.save_word(
        word=TradeWord(kind="category", word=" ＲＵＮＮＥＲＳ Ｘ ", codes=["athletic"])
    )
    assert TradeWord.objects.get().word == "runners x"
    with pytest.raises(Conflict):
        glossary.save_word(word=TradeWord(kind="category", word="Runners X", codes=["athletic"]))


def test_price_in_dollars_is_converted_with_the_rate_shown(paste, at):
    words = "找厂 跑鞋 3万双 FOB USD 7.8"
    asked = {one.field: one for one in read_text(paste(words)).posts[0].asked}
    assert asked["target_unit_price_cny"].choices == ()
    day = at.date()
    ExchangeRate.objects.create(currency="USD", day=day, yuan=Decimal("7.10"), source="PBoC")
    post = read_text(paste(words)).posts[0]
    [one] = [one for one in post.asked if one.field == "target_unit_price_cny"]
    assert [choice.value for choice in one.choices] == ["55.38"]
    assert "One USD was 7.1 yuan" in one.sentence
    assert "target_unit_price_cny" not in post.values


def test_rate_that_is_too_old_is_not_used(at):
    day = at.date()
    ExchangeRate.objects.create(
        currency="USD", day=day - dt.timedelta(days=40), yuan=Decimal("7.10"), source="PBoC"
    )
    assert ExchangeRate.objects.on("USD", day) is None
