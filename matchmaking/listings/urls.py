"""Addresses of posts: the own ones, the public market, the links of mails."""

from django.urls import path

from matchmaking.listings.views import market, offers, one_tap_links, orders, searches

app_name = "listings"

urlpatterns = [
    path("orders/", orders.order_list, name="order-list"),
    path("orders/new/", orders.order_new, name="order-new"),
    path("orders/fitting/", orders.order_fitting, name="order-fitting"),
    path("orders/<uuid:code>/", orders.order_detail, name="order-detail"),
    path("orders/<uuid:code>/edit/", orders.order_edit, name="order-edit"),
    path("orders/<uuid:code>/step/", orders.order_step, name="order-step"),
    path("orders/<uuid:code>/close/", orders.order_close, name="order-close"),
    path("orders/<uuid:code>/copy/", orders.order_copy, name="order-copy"),
    path("orders/<uuid:code>/files/<uuid:file>/", orders.order_file, name="order-file"),
    path("offers/", offers.offer_list, name="offer-list"),
    path("offers/new/", offers.offer_new, name="offer-new"),
    path("offers/<uuid:code>/", offers.offer_detail, name="offer-detail"),
    path("offers/<uuid:code>/edit/", offers.offer_edit, name="offer-edit"),
    path("offers/<uuid:code>/step/", offers.offer_step, name="offer-step"),
    path("offers/<uuid:code>/close/", offers.offer_close, name="offer-close"),
    path("market/", market.market_figures, name="market-figures"),
    path("market/orders/", market.market_orders, name="market-orders"),
    path("market/orders/<uuid:code>/", market.market_order, name="market-order"),
    path("market/offers/", market.market_offers, name="market-offers"),
    path("market/offers/<uuid:code>/", market.market_offer, name="market-offer"),
    path("market/searches/", searches.search_list, name="search-list"),
    path("market/searches/new/", searches.search_new, name="search-new"),
    path("market/searches/<uuid:code>/edit/", searches.search_edit, name="search-edit"),
    path("market/searches/<uuid:code>/switch/", searches.search_switch, name="search-switch"),
    path("market/searches/<uuid:code>/delete/", searches.search_delete, name="search-delete"),
    path("posts/renew/<str:token>/", one_tap_links.renew_by_link, name="renew-by-link"),
    path("posts/confirm/<str:token>/", one_tap_links.confirm_by_link, name="confirm-by-link"),
]
