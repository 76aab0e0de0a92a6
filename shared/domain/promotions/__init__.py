"""The merchant's promotions: what they are, what is wrong with them, what a cart costs by them."""
