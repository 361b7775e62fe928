import datetime as dt
import uuid

import pytest
from django.db import IntegrityError

from accounts import queries
from accounts.models import Block, BlockRequest, Company
from accounts.services import companies, partners
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.protections import Protection
from matchmaking.core.trade_day import trade_day
from matchmaking.core.transitions import IllegalTransition
from matchmaking.notifications.models import Notification
from tests.accounts.conftest import published

CODE = "91350300683079378B"


def tomorrow():
    return trade_day() + dt.timedelta(days=1)


def test_block_partner_by_uscc_works_both_ways(brand, brand_company, factory_company, now):
    Company.objects.filter(pk=factory_company.pk).update(uscc=CODE)
    factory_company.refresh_from_db()

    partners.block_partner(company=brand_company, partner=f" {CODE.lower()} ", by=brand)

    both = {brand_company.pk, factory_company.pk}
    assert queries.excluded_companies(brand_company) == both
    assert queries.excluded_companies(factory_company) == both
    assert queries.blocked_pairs(tomorrow()) == {(brand_company.pk, factory_company.pk)}


def test_block_partner_by_code_works_both_ways(brand, brand_company, factory_company, now):
    partners.block_partner(company=brand_company, partner=str(factory_company.code), by=brand)

    both = {brand_company.pk, factory_company.pk}
    assert queries.excluded_companies(brand_company) == both
    assert queries.excluded_companies(factory_company) == both
    assert queries.blocked_pairs(tomorrow()) == {(brand_company.pk, factory_company.pk)}


@pytest.mark.parametrize("partner", [CODE, str(uuid.UUID(int=7))])
def test_block_partner_stores_what_does_not_exist(brand, brand_company, partner, now):
    block = partners.block_partner(company=brand_company, partner=partner, by=brand)

    assert (block.uscc or str(block.partner_code)) == partner
    assert queries.excluded_companies(brand_company) == {brand_company.pk}
    assert queries.blocked_pairs(tomorrow()) == set()
    assert published("accounts.company_changed") == 1


@pytest.mark.parametrize("partner", ["", "12345", "莆田示例鞋厂"])
def test_block_partner_refuses_what_is_no_code(brand, brand_company, partner, now):
    with pytest.raises(InvalidInput):
        partners.block_partner(company=brand_company, partner=partner, by=brand)

    assert Block.objects.count() == 0


def test_block_partner_refuses_the_own_company_and_repetition(brand, brand_company, now):
    with pytest.raises(InvalidInput):
        partners.block_partner(company=brand_company, partner=str(brand_company.code), by=brand)
    partners.block_partner(company=brand_company, partner=CODE, by=brand)
    with pytest.raises(Conflict):
        partners.block_partner(company=brand_company, partner=CODE, by=brand)

    assert Block.objects.count() == 1


def test_unblock_partner_lets_them_meet_again(brand, brand_company, now):
    block = partners.block_partner(company=brand_company, partner=CODE, by=brand)

    partners.unblock_partner(block=block)

    assert (Block.objects.standing().count(), published("accounts.company_changed")) == (0, 2)


def test_block_page_answers_the_same_for_known_and_unknown(
    client, brand, factory_company, brand_company
):
    """The list of blocks is no way to learn who takes part."""
    Company.objects.filter(pk=factory_company.pk).update(uscc=CODE)
    client.force_login(brand)

    pages = []
    for partner in (CODE, "91350582MA2XXXXX0X"):
        answer = client.post("/company/blocks/", {"partner": partner}, follow=True)
        pages.append((answer.status_code, answer.content.decode().count(partner)))

    assert pages == [(200, 1), (200, 1)]
    assert factory_company.name_zh not in answer.content.decode()


@pytest.mark.parametrize("is_held", [True, False])
def test_a_stated_number_is_the_own_one_whoever_holds_it(
    brand, pending_company, factory_company, now, is_held
):
    """Else a firm would learn who takes part: it states a number, blocks it, reads the answer."""
    if is_held:
        Company.objects.filter(pk=factory_company.pk).update(uscc=CODE)
    companies.change_company(company=pending_company, by=brand, at=now, uscc=CODE)

    with pytest.raises(InvalidInput, match="your own company"):
        partners.block_partner(company=pending_company, partner=CODE, by=brand)


def test_the_rule_before_told_whether_somebody_holds_a_number(
    brand, pending_company, factory_company, now, settings
):
    settings.PROTECTIONS_OFF = [Protection.BLOCKS_ANSWER_ALIKE.value]
    Company.objects.filter(pk=factory_company.pk).update(uscc=CODE)
    companies.change_company(company=pending_company, by=brand, at=now, uscc=CODE)

    partners.block_partner(company=pending_company, partner=CODE, by=brand)

    assert Block.objects.count() == 1


def test_a_block_holds_from_the_next_day_on_and_so_does_its_end(
    brand, brand_company, factory_company, time_machine
):
    """Alone and at once, the market's answer would name the partner's posts."""
    time_machine.move_to("2027-02-01T02:00:00Z", tick=False)
    today = trade_day()
    block = partners.block_partner(
        company=brand_company, partner=str(factory_company.code), by=brand
    )
    on_the_day = queries.blocked_pairs(today), queries.blocked_pairs(tomorrow())
    time_machine.move_to("2027-02-05T02:00:00Z", tick=False)
    partners.unblock_partner(block=block)

    pair = {(brand_company.pk, factory_company.pk)}
    assert on_the_day == (set(), pair)
    assert (queries.blocked_pairs(trade_day()), queries.blocked_pairs(tomorrow())) == (pair, set())


def test_five_firms_a_year_and_more_by_the_association(
    brand, brand_company, officer, time_machine, now
):
    for number in range(5):
        block = partners.block_partner(
            company=brand_company, partner=str(uuid.UUID(int=number)), by=brand
        )
    partners.unblock_partner(block=block)

    with pytest.raises(Conflict, match="ask the association"):
        partners.block_partner(company=brand_company, partner=CODE, by=brand)
    companies.change_company(
        company=brand_company, by=officer, at=now, as_officer=True, most_blocks=6
    )
    partners.block_partner(company=brand_company, partner=CODE, by=brand)
    assert Block.objects.standing().count() == 5

    time_machine.move_to(now + dt.timedelta(days=366))
    partners.block_partner(company=brand_company, partner=str(uuid.UUID(int=9)), by=brand)


def test_who_was_let_in_again_can_be_kept_out_again(brand, brand_company):
    for _ in range(2):
        block = partners.block_partner(company=brand_company, partner=CODE, by=brand)
        partners.unblock_partner(block=block)

    assert Block.objects.count() == 2


def test_before_numbers_were_blocked_without_an_end(brand, brand_company, settings):
    settings.PROTECTIONS_OFF = [Protection.EXCLUSION_LIMIT.value]
    for number in range(9):
        partners.block_partner(company=brand_company, partner=str(uuid.UUID(int=number)), by=brand)

    assert Block.objects.count() == 9


def ask(company, by, more=3, note="A former partner copies our lasts."):
    return partners.ask_for_blocks(company=company, more=more, note=note, by=by)


def test_an_officer_lets_a_company_keep_out_more_firms(brand, brand_company, officer, now):
    for number in range(5):
        partners.block_partner(company=brand_company, partner=str(uuid.UUID(int=number)), by=brand)
    wish = ask(brand_company, brand)

    partners.decide_block_request(request=wish, accept=True, by=officer, at=now)

    brand_company.refresh_from_db()
    assert (brand_company.most_blocks, partners.tried(brand_company)) == (8, 5)
    partners.block_partner(company=brand_company, partner=CODE, by=brand)
    notice = Notification.objects.get(kind="blocks_decided")
    assert notice.recipient_id == brand.pk
    with pytest.raises(IllegalTransition):
        partners.decide_block_request(request=wish, accept=True, by=officer, at=now)
    brand_company.refresh_from_db()
    assert brand_company.most_blocks == 8


def test_a_refused_request_leaves_the_number_and_needs_a_reason(brand, brand_company, officer, now):
    wish = ask(brand_company, brand)

    with pytest.raises(InvalidInput, match="Give the reason"):
        partners.decide_block_request(request=wish, accept=False, by=officer, at=now)
    partners.decide_block_request(
        request=wish, accept=False, note="Say why these.", by=officer, at=now
    )

    brand_company.refresh_from_db()
    assert brand_company.most_blocks == 5
    assert ask(brand_company, brand).status == "open"


@pytest.mark.parametrize(("more", "note"), [(0, "Why"), (51, "Why"), (3, "  ")])
def test_a_request_of_no_or_too_many_firms_or_without_a_reason_is_refused(
    brand, brand_company, more, note
):
    with pytest.raises(InvalidInput):
        ask(brand_company, brand, more, note)

    assert not BlockRequest.objects.exists()


def test_one_request_waits_at_a_time(brand, brand_company):
    ask(brand_company, brand)

    with pytest.raises(Conflict, match="earlier request"):
        ask(brand_company, brand)
    with pytest.raises(IntegrityError):
        BlockRequest.objects.create(company=brand_company, more=1)


def test_the_page_says_what_is_used_and_asks_for_more(client, brand, brand_company):
    client.force_login(brand)
    partners.block_partner(company=brand_company, partner=CODE, by=brand)

    before = " ".join(client.get("/company/blocks/").content.decode().split())
    answer = client.post(
        "/company/blocks/more/", {"more": "3", "note": "A former partner"}, follow=True
    )
    after = " ".join(answer.content.decode().split())

    assert "1 of 5 firms within a year are used" in before
    assert "/company/blocks/more/" in before
    assert "decides about your request for 3 more" in after
    assert "Ask for more" not in after
    assert BlockRequest.objects.get().asked_by == brand
