"""Days that work: orders, re-plans and fills the days of a trip's plan with the optimiser, as jobs."""
