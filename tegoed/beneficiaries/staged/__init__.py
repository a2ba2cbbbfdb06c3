"""Rows of an uploaded form beside what a client has of its beneficiaries: what differs, what is wrong, making it so.

Its one law: set-based. A form of one row and one of 100,000 take the same statements, and a preview shows from the very
comparison that is applied. An empty cell changes nothing for somebody known, and takes the default for somebody new.
Of the uploads app it writes only the columns of staged people that are there for its answers.
"""
