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

__all__ = [
    "CapacityOfferAdmin",
    "CategoryAdmin",
    "CategoryFamilyAdmin",
    "CategoryLikenessAdmin",
    "ConstructionAdmin",
    "MaterialAdmin",
    "PostEditAdmin",
    "ProcessingOrderAdmin",
    "admission",
    "market",
]
