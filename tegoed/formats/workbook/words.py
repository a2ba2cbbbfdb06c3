"""The words every form needs whatever its columns: names of sheets, yes and no, what a drop-down says to a wrong entry.

Its one law: four languages, or it isn't here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language. `number_format`s are those of spreadsheets, which show them as the reader's own country writes."""

    guide_sheet: str
    list_sheet: str
    column: str
    meaning: str
    needed: str
    yes: str
    no: str
    choose_title: str
    choose: str


WORDS = {
    "nl": Words(
        guide_sheet="Handleiding",
        list_sheet="Lijsten",
        column="Kolom",
        meaning="Wat je invult",
        needed="verplicht",
        yes="Ja",
        no="Nee",
        choose_title="Kies uit de lijst",
        choose="Kies een van de waarden uit de lijst van deze kolom, of laat de cel leeg.",
    ),
    "fr": Words(
        guide_sheet="Mode d’emploi",
        list_sheet="Listes",
        column="Colonne",
        meaning="Ce que vous complétez",
        needed="obligatoire",
        yes="Oui",
        no="Non",
        choose_title="Choisissez dans la liste",
        choose="Choisissez une des valeurs de la liste de cette colonne, ou laissez la cellule vide.",
    ),
    "en": Words(
        guide_sheet="Guide",
        list_sheet="Lists",
        column="Column",
        meaning="What you fill in",
        needed="needed",
        yes="Yes",
        no="No",
        choose_title="Choose from the list",
        choose="Choose one of the values in the list of this column, or leave the cell empty.",
    ),
    "de": Words(
        guide_sheet="Anleitung",
        list_sheet="Listen",
        column="Spalte",
        meaning="Was Sie ausfüllen",
        needed="erforderlich",
        yes="Ja",
        no="Nein",
        choose_title="Wählen Sie aus der Liste",
        choose="Wählen Sie einen der Werte aus der Liste dieser Spalte oder lassen Sie die Zelle leer.",
    ),
}
