"""Contents, search, topics, glossary and handbook, and the link to them at the foot of each page."""

import pytest
from django.conf import settings

from matchmaking.help import library
from matchmaking.help.glossary import terms
from matchmaking.help.topics import TOPICS
from tests.help.check import faults

pytestmark = pytest.mark.django_db


def test_every_page_has_its_help_and_every_link_an_end(figures):
    count, without, wrong = faults()
    figures.update(pages=count, without_help=len(without), dead_links=len(wrong))
    assert without == []
    assert wrong == []


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_contents_name_every_topic(client, language):
    answer = client.get("/help/", HTTP_ACCEPT_LANGUAGE=language)
    for topic in TOPICS:
        assert f'/help/{topic.slug}/"' in answer.text
        assert library.page(topic.slug, language).title in answer.text


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("拆单", "order"),
        ("拆單", "order"),
        ("密码", "sign-in"),
        ("验证码 手机", None),
        ("意向书", "deal"),
    ],
)
def test_search_finds_words_however_they_are_written(client, query, slug):
    found = [page.topic.slug for page in library.search(query, "zh-hans")]
    assert (slug in found) if slug else found == []
    answer = client.get("/help/", {"q": query}, HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert f'value="{query}"' in answer.text


def test_titles_come_before_texts():
    assert library.search("score", "en")[0].topic.slug == "score"


def test_a_search_that_finds_nothing_says_where_to_ask(client):
    answer = client.get("/help/", {"q": "zzz"}, HTTP_ACCEPT_LANGUAGE="en")
    assert "0 pages found" in answer.text
    assert "/association/" in answer.text


def test_a_topic_is_written_in_the_readers_language(client):
    assert "交货周" in client.get("/help/order/", HTTP_ACCEPT_LANGUAGE="zh-hans").text
    assert "due week" in client.get("/help/order/", HTTP_ACCEPT_LANGUAGE="en").text
    assert client.get("/help/nothing-of-the-kind/").status_code == 404


def test_numbers_are_those_of_the_settings(settings):
    assert f"{settings.POST_LIFETIME_DAYS} days" in library.page("order", "en").html


def test_labels_are_those_of_the_interface():
    assert "<strong>提交审核</strong>" in library.page("order", "zh-hans").html


def test_raw_html_is_shown_and_not_run():
    assert "&lt;script&gt;" in library.markdown.render("<script>x</script>")


def test_terms_stand_in_both_languages(client):
    for term in terms().values():
        assert all((term.zh, term.en, term.zh_text, term.en_text)), term.slug
    answer = client.get("/help/glossary/", HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert 'id="moq"' in answer.text
    assert "起订量" in answer.text
    assert "minimum order" in answer.text


def test_the_handbook_holds_every_topic_of_officers(client):
    answer = client.get("/help/handbook/", HTTP_ACCEPT_LANGUAGE="en")
    for slug in ("workbench", "count-results", "outage"):
        assert f'id="{slug}"' in answer.text
    assert 'id="order"' not in answer.text


def test_pages_lead_to_their_own_topic(client, brand, officer):
    client.force_login(brand)
    assert 'href="/help/order/"' in client.get("/orders/new/").text
    client.force_login(officer)
    assert 'href="/help/workbench/"' in client.get("/admin/").text


def test_a_page_that_no_view_shows_has_no_link(client):
    answer = client.get("/nothing/", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 404
    assert 'href="/help/' not in answer.text.split("<footer")[-1]
