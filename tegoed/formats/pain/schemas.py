"""The schemas of ISO 20022 that we write, and the judge that holds a file against its own.

Its one law: nothing leaves that the schema refuses. The schema files are those that the package `sepaxml` carries.
Each kind of file exists in the version of 2009 and in that of 2019, which Belgian banks ask for now.
"""

from functools import cache
from importlib.resources import as_file, files

from lxml import etree

from tegoed.formats.pain.instructions import PaymentFileRefused

TRANSFER_SCHEMAS = ("pain.001.001.09", "pain.001.001.03")
COLLECTION_SCHEMAS = ("pain.008.001.08", "pain.008.001.02")
OF_2009 = frozenset({"pain.001.001.03", "pain.008.001.02"})


def namespace_of(schema: str) -> str:
    """The XML namespace of a version."""
    return f"urn:iso:std:iso:20022:tech:xsd:{schema}"


def check_schema(document: etree._Element, schema: str) -> None:
    """Raises `PaymentFileRefused` (reason `schema`) with the first thing that the schema says against the document."""
    judge = _schema(schema)
    if not judge.validate(document):
        raise PaymentFileRefused(field=str(judge.error_log[0].message)[:200], reason="schema")


@cache
def _schema(schema: str) -> etree.XMLSchema:
    with as_file(files("sepaxml") / "schemas" / f"{schema}.xsd") as path:
        return etree.XMLSchema(etree.parse(str(path)))
