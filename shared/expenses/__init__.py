"""Expenses: who paid, who owes, who should pay whom, and how it compares with the plan."""
