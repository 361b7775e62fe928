"""docs/engine.md again, written week by week for a reader, without the engine's code."""

from math import floor, inf, isnan


def usable_weeks(order, offer, now_day, lead=None):
    """The weeks of the window with the pairs free in each."""
    weeks = {}
    lead = max(0, offer.lead_days) if lead is None else lead
    for at, pairs in enumerate(offer.free):
        week = offer.first_week + at
        begins_after_lead = week * 7 >= now_day + lead
        if begins_after_lead and order.start_week <= week <= order.due_week:
            weeks[week] = pairs
    return weeks


def window_opens(order, offer, now_day):
    week = max(order.start_week, offer.first_week)
    while week * 7 < now_day + max(0, offer.lead_days):
        week += 1
    return week


def likeness_of(order, offer, likeness):
    return max(round(float(likeness[order.category, other]), 6) for other in offer.categories)


def failed_gates(order, offer, profile, likeness, blocked, now_day):
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
    if free < order.smallest_part:
        failed.add("capacity")
    if given(order, free) < offer.min_order:
        failed.add("minimum_order")
    most = round(order.price_cny * (1 + profile.price_tolerance), 6) if order.price_cny > 0 else inf
    if offer.price_low_cny > most:
        failed.add("price")
    return failed


def given(order, free):
    """The largest part that the factory could get; the whole order when no part is free."""
    is_split = order.smallest_part < order.pairs and free >= order.smallest_part
    return min(order.pairs, free) if is_split else order.pairs


def slack_factor(order, offer, pairs, profile, now_day, lead):
    done = 0
    for week, free in sorted(usable_weeks(order, offer, now_day, lead).items()):
        done += free
        if done >= pairs:
            days = 7 * (order.due_week - week)
            if days < profile.wished_buffer_days:
                return 0.2 + 0.7 * days / profile.wished_buffer_days
            return 1 - 0.1 * profile.wished_buffer_days / days
    return 0


def lead_factor(order, offer, profile, now_day):
    """Of what is prepared in no time and in six weeks, when the factory does not say."""
    leads = [offer.lead_days] if offer.lead_days >= 0 else [0, 42]
    parts = [order.smallest_part, order.pairs]
    found = [
        slack_factor(order, offer, pairs, profile, now_day, lead)
        for lead in leads
        for pairs in parts
    ]
    return sum(found) / len(found)


def volume_factor(order, offer, profile, now_day):
    free = sum(usable_weeks(order, offer, now_day).values())
    counted = free * (profile.stale_volume_share if offer.age_days > profile.stale_days else 1)
    spare = max(0, counted / order.pairs - 1)
    weeks = order.pairs / max(1, *offer.free)
    above = 0.7
    if offer.min_order >= 0:
        above = max(0, 1 - offer.min_order / given(order, free) / 2)
    fills = 1 - 1 / (1 + weeks**2)
    worth = 0.5 + 0.2 * (spare / (spare + 0.25)) + 0.21 * fills + 0.09 * above
    return min(1, counted / order.pairs) * worth


def price_factor(order, offer, profile):
    low, high, target = offer.price_low_cny, offer.price_high_cny, order.price_cny
    if isnan(target) or (isnan(low) and isnan(high)):
        return 0.5
    low = high / 1.25 if isnan(low) else low
    peak = 1.2 * (low * 1.25 if isnan(high) else max(high, low * 1.25))
    if target < low:
        return max(0, 0.55 - 0.55 * (low / target - 1) / profile.price_tolerance)
    if target <= peak:
        return 0.55 + 0.45 * (target - low) / (peak - low)
    return max(0, 1 - 1.5 * (target / peak - 1))


def place_factor(order, offer):
    if order.cluster and order.cluster == offer.cluster:
        return 1
    if not order.province or not offer.province:
        return 0.4
    return 0.6 if order.province == offer.province else 0.2


def factors(order, offer, profile, likeness, now_day):
    is_open = order.construction >= 0 and not offer.constructions
    return [
        volume_factor(order, offer, profile, now_day),
        likeness_of(order, offer, likeness) * (0.95 if is_open else 1),
        lead_factor(order, offer, profile, now_day),
        price_factor(order, offer, profile),
        place_factor(order, offer),
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
            failed = failed_gates(order, offer, profile, likeness, blocked, now_day)
            alike += "category" not in failed
            points = score(order, offer, profile, likeness, now_day)
            is_proposed = not failed and points >= profile.min_score
            if passes(failed, order, offer) and not is_proposed if passes else is_proposed:
                of_orders[i].append((-points, offer.code, j))
                of_offers[j].append((-points, order.code, i))
    return first(of_orders, k), first(of_offers, k), alike


def first(lists, k):
    return {row: [(r, -p) for p, _, r in sorted(found)[:k]] for row, found in lists.items()}
