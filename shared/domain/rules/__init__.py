"""The merchant's own rules: what they ask of an order, and what follows. Pure, like all here."""
