"""Names that are also everyday words in English, French, German, Spanish, Portuguese or Italian.

In a sentence such a name is meant only if its last word is capitalised: "we met in Paris" is not about The Met. All are
folded, as `text.fold` does.
"""

from typing import Final

DESTINATIONS: Final = frozenset({"rio", "rom", "vienne"})

PLACES: Final = frozenset(
    {
        "agora", "atlas", "avocado", "belvedere", "bills", "blauw", "born", "campanile", "carne", "carousel",
        "castello", "castro", "cervantes", "cistern", "citadel", "colombo", "crimson", "dam", "depot", "el angel",
        "el born", "el prince", "federal", "felice", "field", "gem", "giardini", "greens", "icebergs", "il vegetariano",
        "imperial", "jewel", "la boca", "la cigale", "la colombe", "la opera", "la taqueria", "lagoa", "le du",
        "le jardin", "lido", "limo", "lune", "map", "mar", "marais", "mil", "mingles", "moderno", "nomad", "omen",
        "onion", "opera", "oro", "paradiso", "pelican", "plant", "poppies", "roast", "savoy", "septime", "shard",
        "summit", "the civic", "the edge", "the fed", "the globe", "the grounds", "the met", "the rocks", "the shard",
        "vertigo", "waterfront", "watershed",
    }
)  # fmt: skip
