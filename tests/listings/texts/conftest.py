"""Fixtures of the tests of pasted texts."""

import datetime as dt

import pytest

from matchmaking.core.trade_day import trade_day
from matchmaking.listings.services import texts

ORDER = "急找莆田工厂 跑鞋冷粘 3万双 两色 目标价48 {due}前出货 要有BSCI 电话13800000000"
OFFER = "莆田工厂找单 2条线 冷粘运动鞋 两条线合计日产3000双 起订3000双 加微信shoe0000"


@pytest.fixture
def due():
    """A day some months ahead, as people write it."""
    day = trade_day() + dt.timedelta(days=120)
    return f"{day.year}年{day.month}月{day.day}号"


@pytest.fixture
def paste(brand, brand_company, at):
    """Keep a text of the brand's."""

    def keep(words, side="order", by=brand, company=brand_company):
        return texts.keep_text(text=words, company=company, by=by, at=at, side=side)

    return keep
