"""The user guide to a form on paper, made from the form's own columns: it says nothing that the form doesn't take (SPEC H2).

Its one law: every column of the layout is in the guide, with the words the form has for it; what a guide says besides stands
in `words.json`, in four languages. It knows no client: the guide is the same for everybody.
"""

from tegoed.formats.guide_pdf.writing import write_guide_pdf

__all__ = ["write_guide_pdf"]
