"""Exact daily quotas, and the one account of what people and trips have cost: `service.Quotas`."""
