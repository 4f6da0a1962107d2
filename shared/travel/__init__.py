"""How long it takes from point to point: `times.TravelTimes`, estimated or asked of Google."""
