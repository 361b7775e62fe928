"""Kinds and states of connections."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EndpointKind(models.TextChoices):
    """Where news go: a system of the company, or a group chat through its robot."""

    WEBHOOK = "webhook", _("Own system (webhook)")
    WECOM = "wecom", _("WeCom group robot")
    DINGTALK = "dingtalk", _("DingTalk group robot")
    FEISHU = "feishu", _("Feishu group robot")


ROBOTS = (EndpointKind.WECOM, EndpointKind.DINGTALK, EndpointKind.FEISHU)


class OffReason(models.TextChoices):
    """Why nothing is sent to an endpoint."""

    BY_HAND = "by_hand", _("switched off by hand")
    FAILING = "failing", _("it failed for days")
    GONE = "gone", _("the other side answered that it is gone")


class DeliveryState(models.TextChoices):
    """One event on its way to one endpoint."""

    WAITING = "not_sent", _("Not sent yet")
    DELIVERED = "arrived", _("Arrived")
    FAILED = "not_arrived", _("Not arrived")


DELIVERY_TRANSITIONS: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.WAITING: frozenset({DeliveryState.DELIVERED, DeliveryState.FAILED}),
    DeliveryState.FAILED: frozenset({DeliveryState.DELIVERED, DeliveryState.FAILED}),
    # Sent again because somebody asked for it.
    DeliveryState.DELIVERED: frozenset({DeliveryState.DELIVERED, DeliveryState.FAILED}),
}
