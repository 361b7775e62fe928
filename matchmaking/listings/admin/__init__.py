"""The workbench of listings: orders, capacity, terms, imports."""

from matchmaking.listings.admin.imports import ImportBatchAdmin
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
    "ImportBatchAdmin",
    "MaterialAdmin",
    "ProcessingOrderAdmin",
    "market",
]
