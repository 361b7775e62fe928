"""Filters and tags of the workbench's pages."""

from django import template
from django.template.context import Context

from matchmaking.core.workbench import navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def crumbs(context: Context) -> list[navigation.Crumb]:
    return navigation.crumbs(context.flatten())
