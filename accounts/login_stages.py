"""Steps of a sign-in that this site takes otherwise than allauth."""

from typing import Any

from allauth.account import stages

from accounts.models import PhoneNumber


class EmailVerificationStage(stages.EmailVerificationStage):
    """Asks for a confirmed address, except of who has none and came by another proven way."""

    def handle(self) -> tuple[Any, bool]:
        user = self.login.user
        if user is not None and not user.email and _is_proven(user):
            return None, True
        answer: tuple[Any, bool] = super().handle()
        return answer


def _is_proven(user: Any) -> bool:
    if PhoneNumber.objects.filter(user=user, verified_at__isnull=False).exists():
        return True
    others = getattr(user, "socialaccount_set", None)  # where a provider's keys are set
    return others is not None and bool(others.exists())
