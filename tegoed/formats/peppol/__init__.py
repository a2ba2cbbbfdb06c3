"""Looks at an e-invoice before it leaves: would the network take it?

Its one law: what passes here is valid under the schema of UBL 2.1, the rules of EN 16931 and the facts of Peppol BIS Billing
3.0 that we can know; so it is stricter than all of them, and knows only documents as `formats.ubl` writes them. The tests
hold it against the published rules ([ADR 0022](../../../docs/adr/0022-peppol-transmission.md)). It looks at the very bytes
to be sent, and mends nothing: each fault has a reason, a place, and (in `tegoed.refusals`) a sentence with its remedy.
"""

from tegoed.formats.peppol.checking import faults_of, receiver_of
from tegoed.formats.peppol.fault import PeppolFault

__all__ = ["PeppolFault", "faults_of", "receiver_of"]
