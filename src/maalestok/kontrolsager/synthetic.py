"""Invented control cases for all 98 municipalities: events, the aggregated feed and contacts, from one truth.

`Truth(SMALL, seed)` is the country; what is known of it at a month is written as files in the contracts' layouts. The
same seed gives the same bytes, and every row is marked SYNTETISK. How the cases come about: `synthetic_recipe`.
"""

from maalestok.kontrolsager.synthetic_cases import Truth
from maalestok.kontrolsager.synthetic_events import as_of, events, write_events
from maalestok.kontrolsager.synthetic_recipe import NATIONAL, SMALL, Recipe, Size, Story
from maalestok.kontrolsager.synthetic_rows import (
    aggregate,
    as_csv,
    as_parquet,
    as_xlsx,
    contacts,
    drawn_after_all,
    not_delivered,
)

__all__ = [
    "NATIONAL",
    "RECIPE_DA",
    "SMALL",
    "Recipe",
    "Size",
    "Story",
    "Truth",
    "aggregate",
    "as_csv",
    "as_of",
    "as_parquet",
    "as_xlsx",
    "contacts",
    "drawn_after_all",
    "events",
    "not_delivered",
    "write_events",
]

RECIPE_DA = """\
SYNTETISK: alle sager, hændelser, tal og beløb i disse filer er opfundne. Intet er målt, hentet, kopieret fra eller
tilpasset efter et register eller en kommunes sager. Kun kommunernes koder, områderne og filernes form er virkelige.
Tallene siger intet om nogen virkelig kommune, heller ikke om dem, der står med navn eller kode.

Sådan er de lavet: Et frø (et helt tal) styrer en række tilfældige tal. Hver måned udstilles et antal sager i hver
kommune og hvert snit: en opfundet kommunestørrelse (store byer først, øer sidst, resten i tilfældig rækkefølge) gange
en sæsonfaktor og lidt tilfældig variation. Hver kommune får en tilfældig tilbøjelighed til at trække sager; nogle få
får en meget lav og én en meget høj. En trukket sag bliver lagt tilbage, afvist eller oprettet som kontrolsag inden for
nogle måneder, og en oprettet sag afsluttes eller henlægges op til halvandet år efter; nogle genåbnes og afsluttes igen.
Sager, der ikke trækkes, bortfalder efter et halvt til et helt år. I juli og december udskydes en del af trækningerne.
Beløb kommer fra en skæv fordeling, så få sager har meget store beløb. Nogle kommuner er på forhånd valgt, uden hensyn
til virkelige forhold, til at holde op med at trække sager, så opfølgningskriteriet har noget at finde. Nogle få procent
af kommunernes hændelser indberettes for sent, så senere leverancer ændrer tidligere måneder.

Samme frø giver de samme filer. Alle parametre står i `Recipe` i synthetic_recipe.py.
"""
