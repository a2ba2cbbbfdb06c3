"""Spreadsheets of our forms: written from a layout, read back from whatever people send.

Its one law: a workbook from outside is hostile until read: it is checked before it is opened, and opened only in a child
process with limits on memory and time. What comes out are values of our own columns and remarks on cells, or one refusal
of the whole file. It knows no beneficiary and no order, only columns (`layout`).

`reader.read_form` reads · `sniffing.sniff` looks quickly at what a file is · `writer.write_form` writes ·
`remarked.write_remarked` gives a file back with remarks · `limits.ReadLimits` says how much is read at most.
"""
