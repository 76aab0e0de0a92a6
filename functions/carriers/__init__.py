"""Work with carriers: waybills, and what becomes of parcels on their way."""
