"""A merchant's promotions at rest: a book like that of the rules."""

from shared.domain.promotions import reading
from shared.domain.promotions.promotion import PromotionBook
from shared.store.books import Books

books = Books("promotions", reading.promotions, PromotionBook)
