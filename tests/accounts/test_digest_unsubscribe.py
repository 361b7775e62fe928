from matchmaking.notifications import kinds, services
from matchmaking.notifications.models import MailMode


def test_ending_the_days_mail_keeps_what_has_a_deadline(brand):
    every = [kind for kind in kinds.all_kinds() if not kind.mandatory]
    services.set_preferences(by=brand, modes={kind.name: MailMode.DAILY for kind in every})
    pressing = {kind.name for kind in every if kind.has_deadline}

    services.unsubscribe(user=brand, names=[services.DIGEST])

    modes = {kind.name: services.modes_of(kind.name, [brand.pk])[brand.pk] for kind in every}
    assert {"post_expiring", "figures_stale", "match_interest"} <= pressing
    assert {name for name, mode in modes.items() if mode == MailMode.IMMEDIATE} == pressing
    assert {modes[name] for name in modes if name not in pressing} == {MailMode.OFF}
