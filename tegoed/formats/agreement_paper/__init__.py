"""Model agreements on vouchers, filled in for one employer: as PDF to sign, as DOCX to go on with (SPEC Q6).

Its one law: the texts are the files of `texts/`, the same clauses in four languages; Dutch and French bind, English and German
say on each page that they don't. Figures of the law come from the statutory rows, with dates and sources; no text that
somebody typed is ever read as markup. It keeps nothing and gives no advice.
"""

from tegoed.formats.agreement_paper.content import BINDING_LANGUAGES, LANGUAGES, paper_content
from tegoed.formats.agreement_paper.pdf import write_agreement_pdf
from tegoed.formats.agreement_paper.terms import AgreementTerms, Counting
from tegoed.formats.agreement_paper.word_document import write_agreement_docx

__all__ = [
    "BINDING_LANGUAGES",
    "LANGUAGES",
    "AgreementTerms",
    "Counting",
    "paper_content",
    "write_agreement_docx",
    "write_agreement_pdf",
]
