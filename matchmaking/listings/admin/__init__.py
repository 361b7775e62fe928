"""The workbench of listings: orders, capacity, terms."""

from matchmaking.listings.admin import admission
from matchmaking.listings.admin.edits import PostEditAdmin
from matchmaking.listings.admin.market import market
from matchmaking.listings.admin.offers import CapacityOfferAdmin
from matchmaking.listings.admin.posts import ProcessingOrderAdmin
from matchmaking.listings.admin.terms import (
    CategoryAdmin,
    CategoryFamilyAdmin,
    CategoryLikenessAdmin,
    ConstructionAdmin,
    MaterialAdmin,
)
from matchmaking.listings.admin.words import ExchangeRateAdmin, PastedTextAdmin, TradeWordAdmin

__all__ = [
    "CapacityOfferAdmin",
    "CategoryAdmin",
    "CategoryFamilyAdmin",
    "CategoryLikenessAdmin",
    "ConstructionAdmin",
    "ExchangeRateAdmin",
    "MaterialAdmin",
    "PastedTextAdmin",
    "PostEditAdmin",
    "ProcessingOrderAdmin",
    "TradeWordAdmin",
    "admission",
    "market",
]
