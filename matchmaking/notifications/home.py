"""What this area adds to the frame of each page."""

from django.contrib.auth.base_user import AbstractBaseUser

from matchmaking.notifications.models import Notification


def unread(user: AbstractBaseUser) -> int:
    """Return how many notifications the person has not opened."""
    return Notification.objects.visible_to(user).unread().count()
