"""Forms of listings: orders, capacity, filters of the market."""

from matchmaking.listings.forms.market import MarketFilterForm
from matchmaking.listings.forms.offers import OfferForm
from matchmaking.listings.forms.orders import FittingForm, OrderForm

__all__ = ["FittingForm", "MarketFilterForm", "OfferForm", "OrderForm"]
