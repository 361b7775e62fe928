"""Filters and tags of the workbench's pages."""

import datetime as dt

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from matchmaking.core import business_time
from matchmaking.core.localized import localized
from matchmaking.core.workbench import navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def crumbs(context: Context) -> list[navigation.Crumb]:
    return navigation.crumbs(context.flatten())


@register.filter
def office_moment(moment: dt.datetime) -> str:
    """Return a deadline with its weekday, on the office's clock."""
    here = timezone.localtime(moment, timezone.get_default_timezone())
    return date_format(here, localized("n月j日 l H:i", "D j M H:i"))


@register.filter
def office_minutes(minutes: int) -> str:
    """Return office minutes in working days, hours and minutes."""
    days, rest = divmod(minutes, business_time.minutes_of_day() or 1)
    hours, left = divmod(rest, 60)
    if days:
        return gettext("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours:
        return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": left}
    return gettext("%(minutes)s min") % {"minutes": left}
