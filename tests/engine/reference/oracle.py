"""docs/engine.md again, written week by week for a reader, without the engine's code."""

from math import floor, isnan


def usable_weeks(order, offer, now_day):
    """The weeks of the window with the pairs free in each."""
    weeks = {}
    for at, pairs in enumerate(offer.free):
        week = offer.first_week + at
        begins_after_lead = week * 7 >= now_day + offer.lead_days
        if begins_after_lead and order.start_week <= week <= order.due_week:
            weeks[week] = pairs
    return weeks


def window_opens(order, offer, now_day):
    week = max(order.start_week, offer.first_week)
    while week * 7 < now_day + offer.lead_days:
        week += 1
    return week


def likeness_of(order, offer, likeness):
    return max(round(float(likeness[order.category, other]), 6) for other in offer.categories)


def failed_gates(order, offer, likeness, blocked, now_day):
    free = sum(usable_weeks(order, offer, now_day).values())
    failed = set()
    if likeness_of(order, offer, likeness) <= 0:
        failed.add("category")
    if order.construction >= 0 and offer.constructions:
        made = [bit for bit in range(64) if offer.constructions & 2**bit]
        if order.construction not in made:
            failed.add("construction")
    if any(order.certificates & 2**bit and not offer.certificates & 2**bit for bit in range(63)):
        failed.add("certificates")
    pair = {order.company, offer.company}
    same_group = order.group and order.group == offer.group
    keys = [{int(key) >> 32, int(key) & 0xFFFFFFFF} for key in blocked]
    if len(pair) == 1 or same_group or pair in keys:
        failed.add("own_company")
    if window_opens(order, offer, now_day) > order.due_week:
        failed.add("window")
    part = order.pairs
    if free < order.smallest_part:
        failed.add("capacity")
    elif order.smallest_part < order.pairs:
        part = min(order.pairs, free)
    if part < offer.min_order:
        failed.add("minimum_order")
    return failed


def slack_factor(order, offer, pairs, profile, now_day):
    done = 0
    for week, free in sorted(usable_weeks(order, offer, now_day).items()):
        done += free
        if done >= pairs:
            return min(1, 7 * (order.due_week - week) / profile.wished_buffer_days)
    return 0


def factors(order, offer, profile, likeness, now_day):
    counted = float(sum(usable_weeks(order, offer, now_day).values()))
    if offer.age_days > profile.stale_days:
        counted *= profile.stale_volume_share
    part, whole = (
        slack_factor(order, offer, pairs, profile, now_day)
        for pairs in (order.smallest_part, order.pairs)
    )
    asked = offer.price_high_cny if isnan(offer.price_low_cny) else offer.price_low_cny
    price = 0.5
    if not isnan(asked) and not isnan(order.price_cny):
        price = 1 - (asked / order.price_cny - 1) / profile.price_tolerance
    place = 0.2
    if order.province and order.province == offer.province:
        place = 0.6
    if order.cluster and order.cluster == offer.cluster:
        place = 1
    return [
        min(1, counted / order.pairs),
        likeness_of(order, offer, likeness),
        (part + whole) / 2,
        min(1, max(0, price)),
        place,
        max(0, 1 - offer.age_days / profile.fresh_horizon_days),
    ]


def score(order, offer, profile, likeness, now_day):
    raw = [
        profile.volume,
        profile.category,
        profile.lead_time,
        profile.price,
        profile.place,
        profile.freshness,
    ]
    values = factors(order, offer, profile, likeness, now_day)
    mean = 0.0
    for weight, value in zip(raw, values, strict=True):
        mean += weight / sum(raw) * value
    return floor(mean * 10_000 + 0.5) / 100


def best(orders, offers, k, *, profile, likeness, blocked, now_day, passes=None):
    """Both directions by brute force: {order row: [(offer row, score)]}, the reverse, pairs alike."""
    of_orders = {row: [] for row in range(len(orders))}
    of_offers = {row: [] for row in range(len(offers))}
    alike = 0
    for i, order in enumerate(orders):
        for j, offer in enumerate(offers):
            failed = failed_gates(order, offer, likeness, blocked, now_day)
            alike += "category" not in failed
            if not (passes(failed, order, offer) if passes else not failed):
                continue
            points = score(order, offer, profile, likeness, now_day)
            if passes or points >= profile.min_score:
                of_orders[i].append((-points, offer.code, j))
                of_offers[j].append((-points, order.code, i))
    return first(of_orders, k), first(of_offers, k), alike


def first(lists, k):
    return {row: [(r, -p) for p, _, r in sorted(found)[:k]] for row, found in lists.items()}
