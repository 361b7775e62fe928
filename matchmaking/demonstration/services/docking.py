"""Docking days of the demonstration."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import Cluster
from matchmaking.core.trade_day import trade_day
from matchmaking.docking.models import DockingEvent
from matchmaking.docking.services import events
from matchmaking.docking.states import EventPhase

if TYPE_CHECKING:
    from accounts.models import User

DAYS_AHEAD = 40
HALLS = (("一号厅", "Hall 1", 12), ("二号厅", "Hall 2", 8))
LUNCH = (dt.time(12), dt.time(13, 30))
TEA = (dt.time(10, 20), dt.time(10, 40))
ABOUT_ZH = "品牌带着下季订单来，工厂带着空闲周来，按预约一对一洽谈，每场二十分钟。"
ABOUT_EN = "Brands bring orders, factories free weeks: talks by appointment, twenty minutes each."


def make_events(*, officer: User, at: dt.datetime) -> None:
    """Announce a docking day to come, for which companies may register."""
    evening = timezone.localtime(at).replace(hour=18, minute=0, second=0, microsecond=0)
    event = DockingEvent.objects.create(
        name_zh="莆泉鞋业春季供需对接会",
        name_en="Putian and Quanzhou spring docking day",
        about_zh=ABOUT_ZH,
        about_en=ABOUT_EN,
        venue_zh="莆田会展中心（示例）",
        venue_en="Putian Convention Centre (made up)",
        address="莆田市示例路 1 号",
        languages="中文、English",
        host_cluster=Cluster.objects.get(code="350300"),
        partner_cluster=Cluster.objects.get(code="350500"),
        registration_until=evening + dt.timedelta(days=DAYS_AHEAD - 20),
        preferences_until=evening + dt.timedelta(days=DAYS_AHEAD - 10),
    )
    lay_out(event, trade_day(at) + dt.timedelta(days=DAYS_AHEAD), officer=officer, at=at)
    events.move_phase(event=event, target=EventPhase.REGISTRATION, by=officer, at=at)


def lay_out(event: DockingEvent, on: dt.date, *, officer: User, at: dt.datetime) -> None:
    """Give the event a day from nine to half past four, and its halls."""
    events.lay_out_day(
        event=event,
        on=on,
        begins=dt.time(9),
        ends=dt.time(16, 30),
        minutes=20,
        breaks=[TEA, LUNCH],
        by=officer,
        at=at,
    )
    halls = [
        events.add_hall(event=event, name_zh=name_zh, name_en=name_en, tables=tables, by=officer)
        for name_zh, name_en, tables in HALLS
    ]
    events.set_walk(event=event, one=halls[0], other=halls[1], minutes=3, by=officer)
