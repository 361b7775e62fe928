"""Pages that orders alone have: capacity that fits what is typed, a copy, files."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaking.core.service_calls import call_service
from matchmaking.core.uploads import attachment
from matchmaking.listings.forms import FittingForm
from matchmaking.listings.models import Attachment
from matchmaking.listings.post_kinds import ORDER
from matchmaking.listings.services import posts
from matchmaking.listings.views import frame


@require_safe
@login_required
def order_fitting(request: HttpRequest) -> HttpResponse:
    form = FittingForm(request.GET)
    # Counted first: what was read is known from then on.
    context = {"count": form.count(), "form": form}
    return render(request, "listings/fitting.html", context)


@require_POST
@login_required
def order_copy(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Copy an earlier order as a draft and open that."""
    order = frame.own_post(request, ORDER, code)
    copy = call_service(posts.copy_order, order=order, by=frame.person(request), at=timezone.now())
    messages.success(request, _("Copied as a draft: check the due week, then submit."))
    return redirect("listings:order-edit", code=copy.code)


@require_safe
@login_required
def order_file(request: HttpRequest, code: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    order = frame.visible_post(request, ORDER, code)
    stored = get_object_or_404(Attachment, order=order, code=file)
    return attachment(stored.file, stored.name)  # type: ignore[return-value]
