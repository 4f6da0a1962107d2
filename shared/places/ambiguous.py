"""Names that are also everyday words in English, French, German, Spanish, Portuguese or Italian.

In a sentence such a name is meant only if its last word is capitalised: "we met in Paris" is not about The Met. All are
folded, as `text.fold` does.
"""

from typing import Final

DESTINATIONS: Final = frozenset({"lima", "rio", "rom", "vienne"})

PLACES: Final = frozenset(
    {
        "angel", "atlas", "belvedere", "bills", "blauw", "boca", "born", "campanile", "carne", "carousel", "castello",
        "castro", "cervantes", "cigale", "cistern", "citadel", "civic", "colombe", "colombo", "crimson", "dam", "depot",
        "du", "edge", "el angel", "el born", "el prince", "federal", "felice", "fed", "field", "gem", "giardini",
        "globe", "greens", "grounds", "icebergs", "il vegetariano", "imperial", "jardin", "jewel", "la boca",
        "la cigale", "la colombe", "la opera", "la taqueria", "lagoa", "le du", "le jardin", "lido", "limo", "lune",
        "map", "mar", "marais", "met", "mil", "moderno", "nomad", "omen", "opera", "oro", "paradiso", "pelican",
        "pergola", "plant", "poppies", "prince", "roast", "rocks", "savoy", "septime", "shard", "summit", "taqueria",
        "the civic", "the edge", "the fed", "the globe", "the grounds", "the met", "the rocks", "the shard", "trinity",
        "vegetariano", "vertigo", "waterfront", "watershed",
    }
)  # fmt: skip
