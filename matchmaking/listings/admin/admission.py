"""A company that waits, with the posts that it handed in: one page, one decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.models import Company
from accounts.states import CompanyStatus
from matchmaking.core import weeks
from matchmaking.core.formatting import grouped, listed, money, money_to
from matchmaking.core.workbench.actions import Action, ActionForm, register_action
from matchmaking.core.workbench.tables import Table, link, register_tables
from matchmaking.listings import rules
from matchmaking.listings.models import Post, ProcessingOrder
from matchmaking.listings.models.offers import CapacityOffer
from matchmaking.listings.services import admission


class AdmissionForm(ActionForm):
    """Which of the company's posts go to the market with it; all of them, if nobody says otherwise."""

    posts = forms.MultipleChoiceField(
        label=gettext_lazy("Published with it"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        error_messages={
            "invalid_choice": gettext_lazy("A post was changed since you looked: look again.")
        },
    )

    def __init__(self, data: Any = None, files: Any = None, *, row: Any = None) -> None:
        super().__init__(data, files, row=row)
        waiting = admission.posts_with(row) if row is not None else []
        field: Any = self.fields["posts"]
        # A post that was changed meanwhile is no choice any more: the refusal says look again.
        field.choices = [(admission.seen(post), _line(post)) for post in waiting]

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        waiting = admission.posts_with(row) if row is not None else []
        return {"posts": [admission.seen(post) for post in waiting]}


def _facts(post: Post) -> tuple[str, str, str, str]:
    """Return category, pairs, price and due week of an order, the like of an offer."""
    if isinstance(post, ProcessingOrder):
        return (
            str(post.category or "–"),
            grouped(post.pairs) or "–",
            money(post.target_unit_price_cny) or "–",
            weeks.label(post.due_week) if post.due_week else "–",
        )
    if not isinstance(post, CapacityOffer):
        raise TypeError(type(post))
    until = weeks.label(post.free_until) if post.free_until else "–"
    return (
        listed(post.categories.all()) or "–",
        grouped(post.free_pairs) or "–",
        money_to(post.price_low_cny, post.price_high_cny) or "–",
        until,
    )


def _line(post: Post) -> str:
    return _(" · ").join([post.title or _("Without a title"), *_facts(post)])


def _is_waiting_with_posts(company: Company) -> bool:
    return company.status == CompanyStatus.PENDING and bool(admission.posts_with(company))


def _may_decide_both(user: Any) -> bool:
    return bool(user.has_perm("accounts.moderate_company") and rules.can_moderate(user))


def _waiting_with(_request: HttpRequest, company: Company) -> Iterable[Table]:
    if company.status != CompanyStatus.PENDING:
        return
    rows = [
        (link(post, post.title or _("Without a title")), *_facts(post))
        for post in admission.posts_with(company)
    ]
    yield Table(
        _("Handed in with the registration"),
        (_("title"), _("category"), _("pairs"), _("price"), _("due or free until")),
        rows,
        numbers=(2, 3),
    )


register_action(
    Company,
    Action(
        name="admit",
        key="a",
        label=gettext_lazy("Approve with its posts"),
        explain=gettext_lazy(
            "The company takes part in the market from now on, the ticked posts are published "
            "and scored at once, and its people get one mail about both."
        ),
        service=admission.admit_company,
        subject="company",
        allowed=_may_decide_both,
        possible=_is_waiting_with_posts,
        form=AdmissionForm,
        tone="primary",
        replaces="approve",
    ),
)
register_tables(Company, _waiting_with)
