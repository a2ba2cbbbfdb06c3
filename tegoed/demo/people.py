"""Twenty-five invented people with valid national numbers."""

from dataclasses import dataclass
from datetime import date

from tegoed.rules.identifiers import make_niss

_FIRST_NAMES = (
    "Emma Lucas Olivia Noah Louise Arthur Mila Liam Marie Jules Juliette Adam Alice Victor Camille Louis Nora Mohamed Ella"
    " Gabriel Elena Finn Sofia Matteo Anna"
).split()
_LAST_NAMES = (
    "Peeters Janssens Maes Jacobs Mertens Willems Claes Goossens Wouters Dubois Lambert Dupont Martin Simon Laurent Leroy"
    " Lefèvre Moreau Petit Yılmaz Bakker Schmitz Müller Rossi Nowak"
).split()


@dataclass(frozen=True, slots=True)
class InventedPerson:
    """`site_number` is 0 or 1: which of the two workplaces."""

    first_name: str
    last_name: str
    birth_on: date
    niss: str
    gender: str
    site_number: int


def invented_people() -> list[InventedPerson]:
    """The same 25 each time; one of them born after 2000."""
    people = []
    for number, (first_name, last_name) in enumerate(zip(_FIRST_NAMES, _LAST_NAMES, strict=True)):
        is_woman = number % 2 == 0
        birth_on = date(1962 + number * 38 // 24, 1 + number * 5 % 12, 1 + number * 7 % 28)
        serial = 2 * number + (2 if is_woman else 1)  # women have even numbers
        people.append(
            InventedPerson(
                first_name=first_name,
                last_name=last_name,
                birth_on=birth_on,
                niss=make_niss(birth_on=birth_on, serial=serial),
                gender="f" if is_woman else "m",
                site_number=number % 2,
            )
        )
    return people
