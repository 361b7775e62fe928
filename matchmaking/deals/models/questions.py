"""Questions of factories on an order, each with the one answer that reaches all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.text import no_control_characters
from matchmaking.deals.states import Audience, QuestionState
from matchmaking.listings.models import ProcessingOrder
from matchmaking.matching.models import Match
from matchmaking.matching.states import MatchSide, MatchState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from matchmaking.matching.models import MatchQuerySet

LONGEST = 1000
# An order is among a factory's matches while the match stands or is answered.
AMONG_MATCHES = (MatchState.PROPOSED, MatchState.INTERESTED, MatchState.MUTUAL)


class QuestionQuerySet(models.QuerySet["OrderQuestion"]):
    """Questions, by who may read them."""

    def visible_to(self, user: User | AnonymousUser) -> QuestionQuerySet:
        """Own companies' questions, those on their orders, and the answers that reach them.

        Officers see all. What the association closed stays with the asker and the brand.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("deals.view_orderquestion"):
            return self
        mine = user.memberships.values("company")
        own = Q(company__in=mine) | Q(order__company__in=mine)
        # Through the matches that the person may see: a block or a hidden interest closes them.
        matches = Match.objects.visible_to(user).filter(offer__company__in=mine)
        return self.filter(own | self._reaches(matches))

    def for_match(self, match: Match) -> QuestionQuerySet:
        """Return what the factory of the match reads: its own questions, and what reaches it."""
        rows = Match.objects.filter(pk=match.pk)
        own = Q(company=match.offer.company_id)
        return self.filter(own | self._reaches(rows), order=match.order_id)

    def _reaches(self, matches: MatchQuerySet) -> Q:
        standing = matches.filter(state__in=AMONG_MATCHES).exclude(hidden_from=MatchSide.OFFER)
        reaches = Q(audience=Audience.MATCHED, order__in=standing.values("order"))
        talking = matches.filter(state=MatchState.MUTUAL).values("order")
        reaches |= Q(audience=Audience.TALKING, order__in=talking)
        return Q(state=QuestionState.ANSWERED) & reaches


class OrderQuestion(models.Model):
    """A question on an order, and its answer.

    ``company`` is the factory that asked: nobody but its own people and officers learns which.
    ``match`` is the one on whose page it asked. Written by
    :mod:`matchmaking.deals.services.questions` only.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    order = models.ForeignKey(
        ProcessingOrder,
        on_delete=models.CASCADE,
        related_name="questions",
        verbose_name=_("order"),
    )
    company = models.ForeignKey(
        "accounts.Company", on_delete=models.CASCADE, related_name="+", verbose_name=_("asked by")
    )
    match = models.ForeignKey(Match, on_delete=models.SET_NULL, null=True, related_name="questions")
    state = models.CharField(
        _("state"), max_length=10, choices=QuestionState.choices, default=QuestionState.OPEN
    )
    text = models.TextField(_("question"), max_length=LONGEST, validators=[no_control_characters])
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    answer = models.TextField(
        _("answer"), max_length=LONGEST, blank=True, validators=[no_control_characters]
    )
    audience = models.CharField(
        _("who reads the answer"), max_length=8, choices=Audience.choices, blank=True
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    close_reason = models.TextField(
        _("why it was closed"), max_length=LONGEST, blank=True, validators=[no_control_characters]
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed"), null=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question on an order")
        verbose_name_plural = _("questions on orders")
        permissions = [("close_question", "Can close questions")]
        constraints = [
            models.CheckConstraint(name="question_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="question_answer_is_dated_and_addressed",
                condition=Q(answer="", answered_at=None, audience="")
                | (Q(answered_at__isnull=False, audience__in=Audience.values) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="question_answered_has_its_answer",
                condition=~Q(state=QuestionState.ANSWERED) | Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="question_closed_is_dated_with_its_reason",
                condition=Q(state=QuestionState.CLOSED, closed_at__isnull=False)
                & ~Q(close_reason="")
                | ~Q(state=QuestionState.CLOSED) & Q(closed_at=None, close_reason=""),
            ),
        ]
        indexes = [models.Index(fields=["order", "-asked_at"], name="question_of_order")]

    def __str__(self) -> str:
        return f"question {self.code}"
