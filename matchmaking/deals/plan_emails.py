"""Mail and inbox lines about split orders: a factory's own part, news of a brand's plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.core.formatting import money, pairs
from matchmaking.core.links import absolute
from matchmaking.deals import rules
from matchmaking.deals.models import SplitPart, SplitPlan
from matchmaking.deals.services.plans import PLAN_NEWS, PLAN_PART
from matchmaking.deals.states import PartState, PlanState
from matchmaking.notifications import kinds
from matchmaking.notifications.email.content import Action, Email, Heading, Paragraph
from matchmaking.notifications.kinds import Headline, InboxRow, MailKind
from matchmaking.notifications.models import MailMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from matchmaking.notifications.models import Notification


def write_part(user: User, notifications: Sequence[Notification]) -> Email | None:
    """Write about each own part as it stands now; None when the person has none any more."""
    ids = {row.subject["split_part"] for row in notifications}
    rows = SplitPart.objects.visible_to(user).filter(pk__in=ids).in_full().order_by("pk")
    found = [part for part in rows if rules.can_answer_part(user, part)]
    if not found:
        return None
    blocks: list[Heading | Paragraph | Action] = []
    for part in found:
        blocks += [Paragraph(_part_line(part))]
        if part.state == PartState.ASKED:
            values = {"pairs": pairs(part.pairs), "price": money(part.unit_price)}
            blocks += [Paragraph(_("%(pairs)s at %(price)s a pair.") % values)]
        blocks += [Action(_("See your part"), absolute(_part_page(part)))]
    subject = _part_line(found[0])
    return Email(subject, blocks, subject)


def part_headlines(rows: Sequence[InboxRow]) -> list[Headline]:
    ids = {row.notification.subject["split_part"] for row in rows}
    known = {one.pk: one for one in SplitPart.objects.filter(pk__in=ids).in_full()}
    return [
        Headline(_part_line(part), _part_page(part))
        if (part := known.get(row.notification.subject["split_part"]))
        else Headline(_("A part that no longer stands"), "")
        for row in rows
    ]


def write_news(user: User, notifications: Sequence[Notification]) -> Email | None:
    """Write about each plan as it stands now; None when the person has none any more."""
    ids = {row.subject["split_plan"] for row in notifications}
    rows = SplitPlan.objects.visible_to(user).select_related("order__company")
    found = [
        plan for plan in rows.filter(pk__in=ids).order_by("pk") if rules.can_plan(user, plan.order)
    ]
    if not found:
        return None
    blocks: list[Heading | Paragraph | Action] = []
    for plan in found:
        blocks += [
            Paragraph(_plan_line(plan)),
            Action(_("See the plan"), absolute(_plan_page(plan))),
        ]
    subject = _plan_line(found[0])
    return Email(subject, blocks, subject)


def news_headlines(rows: Sequence[InboxRow]) -> list[Headline]:
    ids = {row.notification.subject["split_plan"] for row in rows}
    known = {
        one.pk: one for one in SplitPlan.objects.filter(pk__in=ids).select_related("order__company")
    }
    return [
        Headline(_plan_line(plan), _plan_page(plan))
        if (plan := known.get(row.notification.subject["split_plan"]))
        else Headline(_("A plan that no longer stands"), "")
        for row in rows
    ]


def _part_line(part: SplitPart) -> str:
    words = {
        PartState.ASKED: _("%(brand)s asks you for a part of “%(order)s”"),
        PartState.RELEASED: _("Your part of “%(order)s” is no longer asked for"),
    }
    line = words.get(PartState(part.state), _("News of your part of “%(order)s”"))
    return line % {"brand": part.plan.order.company.name, "order": part.plan.order.title}


def _plan_line(plan: SplitPlan) -> str:
    words = {
        PlanState.AGREED: _("Every factory has agreed to its part of “%(order)s”"),
        PlanState.READY: _("A part of “%(order)s” fell away: choose how to go on"),
    }
    line = words.get(PlanState(plan.state), _("News of the plan for “%(order)s”"))
    return line % {"order": plan.order.title}


def _part_page(part: SplitPart) -> str:
    return reverse("deals:part-detail", args=[part.code])


def _plan_page(plan: SplitPlan) -> str:
    return reverse("deals:plan-detail", args=[plan.code])


kinds.register(
    MailKind(
        name=PLAN_PART,
        label=gettext_lazy("Parts of split orders"),
        help_text=gettext_lazy("A brand asks you for a part of its order, or no longer does."),
        write=write_part,
        headlines=part_headlines,
        default=MailMode.IMMEDIATE,
    )
)
kinds.register(
    MailKind(
        name=PLAN_NEWS,
        label=gettext_lazy("Plans of your split orders"),
        help_text=gettext_lazy("All factories have agreed, or one fell away and you choose again."),
        write=write_news,
        headlines=news_headlines,
        default=MailMode.IMMEDIATE,
    )
)
