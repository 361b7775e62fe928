"""The pilot's declarations, as an area makes them when the site starts."""

import datetime as dt

from django.apps import AppConfig

from matchmaking.core import consequences
from matchmaking.core import dashboard_registry as frame
from matchmaking.core.dashboard_registry import News, NextStep, Todo, Total
from matchmaking.core.menus import MenuItem, account_menu, main_menu
from matchmaking.core.officer_rights import grant
from matchmaking.core.slots import Slot, slots
from matchmaking.core.state_styles import StateStyle, state_styles
from matchmaking.notifications import kinds, outbox
from matchmaking.notifications.email.content import Email, Paragraph
from matchmaking.notifications.kinds import Headline, MailKind
from matchmaking.notifications.labels import SubjectField, message_labels, subject_fields
from matchmaking.notifications.periodic import periodic

PLACES = (
    "page.top",
    "matching.match",
    "accounts.company",
    "listings.post",
    "listings.market",
)
heard = []  # what the subscriber of the pilot was handed


class PilotConfig(AppConfig):
    name = "tests.architecture.pilot"
    label = "pilot"

    def ready(self):
        from matchmaking.core.workbench import navigation, queues, tables  # noqa: PLC0415 - models
        from matchmaking.core.workbench.job_labels import figure_labels, job_labels  # noqa: PLC0415
        from matchmaking.listings.models import ProcessingOrder  # noqa: PLC0415

        frame.total_providers.register(lambda: [Total("pilot", 7, "pilot total")])
        frame.own_total_providers.register(lambda user, company: [Total("own", 8, "pilot own")])
        frame.todo_providers.register(lambda user, company: [Todo("pilot", "pilot todo", "/p/")])
        frame.step_providers.register(
            lambda user, company: [NextStep(99, "pilot step", "", done=False, url="/p/")]
        )
        frame.news_providers.register(
            lambda user, company, since: [News("pilot", "pilot news", "/p/")]
        )
        frame.unread_counters.register(lambda user: 40)
        frame.kind_icons.register("star", key="pilot")
        state_styles.register(StateStyle("piloted", "Piloted", "brand"))
        for menu in (main_menu, account_menu):
            menu.register(
                MenuItem(label="Pilot page", url_name="pilot:page", place=99, icon="star")
            )
        for place in PLACES:
            slots.register(Slot(place=place, template="pilot/slot.html", context=slot_context))
        consequences.providers.register(lambda act, subject: [f"pilot: {act}"])
        grant("admin", ("view_logentry",))
        kinds.register(MailKind("pilot_mail", "Pilot mail", write, headlines))
        outbox.subscribe("listings.post_changed", heard.extend, name="pilot")
        message_labels.register("Pilot message", key="pilot.done")
        subject_fields.register(SubjectField("pilot", "pilot field"))
        periodic("pilot_run", dt.timedelta(hours=1))(heard.append)
        job_labels.register("Pilot job", key="pilot")
        figure_labels.register("pilot figure", key="pilots")
        group = navigation.register_group(navigation.Group("Pilot group", 15))
        navigation.register_page(
            navigation.Page(
                group=group,
                place=1,
                title="Pilot workbench",
                icon="star",
                url_name="pilot:page",
                allowed=lambda user: True,
            )
        )
        queues.register_queue(
            queues.Queue(
                key="pilot",
                title="Pilot queue",
                icon="star",
                place=1,
                url_name="pilot:page",
                query="",
                rows=ProcessingOrder.objects.all,
                since="created_at",
                allowed=lambda user: True,
            )
        )
        queues.register_panel(
            lambda request: queues.DashboardPanel("Pilot panel", [queues.Figure("pilots", 9)])
        )
        tables.register_tables(
            ProcessingOrder, lambda request, row: [tables.Table("Pilot table", ["a"], [["b"]])]
        )


def slot_context(request, **objects):
    return {"words": f"pilot slot of {', '.join(sorted(objects)) or 'nothing'}"}


def write(user, notifications):
    return Email("pilot subject", [Paragraph(row.subject["word"]) for row in notifications])


def headlines(rows):
    return [Headline(f"pilot line {row.notification.subject['word']}", "/p/") for row in rows]
