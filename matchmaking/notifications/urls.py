"""Routes of the inbox, of unsubscribing, and of the development mail page."""

from django.urls import path

from matchmaking.notifications import views

app_name = "notifications"

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/preferences/", views.preferences, name="preferences"),
    path("inbox/read/", views.read_all, name="read-all"),
    path("inbox/<uuid:code>/", views.notification_open, name="notification-open"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("dev/mail/", views.dev_mails, name="dev-mails"),
    path("dev/mail/<uuid:name>/", views.dev_mail, name="dev-mail"),
    path("dev/mail/<uuid:name>/html/", views.dev_mail_html, name="dev-mail-html"),
]
