"""Orders, capacity, and the terms that both are written in."""

from matchmaking.listings.models.edits import CheckedTerms, EditReason, PostEdit
from matchmaking.listings.models.glossary import TradeWord, WordKind
from matchmaking.listings.models.ledger import LedgerCheck, LedgerEntry
from matchmaking.listings.models.market import MarketSnapshot, MarketVersion, SharedCard, Side
from matchmaking.listings.models.offers import CapacityOffer, CapacityOfferQuerySet
from matchmaking.listings.models.orders import (
    Attachment,
    ProcessingOrder,
    ProcessingOrderQuerySet,
)
from matchmaking.listings.models.posts import Post, PostQuerySet
from matchmaking.listings.models.rates import Currency, ExchangeRate
from matchmaking.listings.models.searches import SavedSearch
from matchmaking.listings.models.taxonomy import (
    Category,
    CategoryFamily,
    CategoryLikeness,
    Construction,
    Material,
)
from matchmaking.listings.models.texts import PastedText, TextDraft

__all__ = [
    "Attachment",
    "CapacityOffer",
    "CapacityOfferQuerySet",
    "Category",
    "CategoryFamily",
    "CategoryLikeness",
    "CheckedTerms",
    "Construction",
    "Currency",
    "EditReason",
    "ExchangeRate",
    "LedgerCheck",
    "LedgerEntry",
    "MarketSnapshot",
    "MarketVersion",
    "Material",
    "PastedText",
    "Post",
    "PostEdit",
    "PostQuerySet",
    "ProcessingOrder",
    "ProcessingOrderQuerySet",
    "SavedSearch",
    "SharedCard",
    "Side",
    "TextDraft",
    "TradeWord",
    "WordKind",
]
