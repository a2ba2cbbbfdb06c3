"""The rules of the field as pure functions: no Django, no database, no clock but where a default says so.

Money is `int` cents, rates are basis points, dates are Brussels dates. Legal figures come from `statutory`; nothing
else holds one. Nothing is imported here: take the module you need.
"""
