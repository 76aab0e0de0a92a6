"""Everything around the product: its template, its package, its local stack, its commands."""
