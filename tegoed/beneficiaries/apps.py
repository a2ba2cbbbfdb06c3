"""Looks at the keys for national numbers when the program starts."""

from django.apps import AppConfig

from tegoed.beneficiaries import identifier_vault


class BeneficiariesConfig(AppConfig):
    """Raises `ImproperlyConfigured` at the start when a key can't be right."""

    name = "tegoed.beneficiaries"

    def ready(self) -> None:
        identifier_vault.check_keys()
