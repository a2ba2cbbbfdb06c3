"""The few stories that cross apps, each in one transaction: confirm, invoice, receive a statement, load.

Its one law: each story can be killed at any moment and begun again, and then has happened once. Only here do actions of
two apps meet; entrances call these stories, jobs call them again.
"""
