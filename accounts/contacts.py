"""The only door to how a company is reached."""

from django.db.models import QuerySet

from accounts import rules
from accounts.models import Company, Contact


def contacts_visible_to(user: rules.Person, company: Company) -> QuerySet[Contact]:
    """Return the company's contacts that this reader may see, in the order of entry.

    Own members and officers who may view contacts; nobody else. Mutual consent becomes
    one more branch here, and each disclosure is to be recorded here.
    """
    if rules.is_member(user, company) or rules.can_see_contacts_of_all(user):
        return Contact.objects.filter(company=company).order_by("pk")
    return Contact.objects.none()
