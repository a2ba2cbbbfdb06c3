"""The help centre: every question a user has, answered in four languages, found by whoever can't spell it (SPEC H1, H2).

Its one law: it only says what the product does today, in the product's own words and with the law's own figures. It has
no tables; articles are files (`articles/`), found by an index in memory (`search`).
"""
