"""A model of DynamoDB's limits, in time that does not pass: what a sale of one SKU runs into."""
