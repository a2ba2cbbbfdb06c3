"""The ways out into a network, one folder each; `docs/integrator.md` says how to write one.

Its one law: a provider takes bytes with an idempotency key and says how it went; it knows no invoice, no client and no
database. Which one an installation uses is the setting TEGOED_PEPPOL.
"""

from collections.abc import Callable

from tegoed.outbox.providers import access_point, folder
from tegoed.outbox.providers.interface import Provider

PROVIDERS: dict[str, Callable[[], Provider]] = {
    "folder": folder.from_settings,
    "access_point": access_point.from_settings,
}


class ProviderUnknown(LookupError):  # noqa: N818 - a fault of the installation, named like a refusal
    """A transmission names a provider that this installation doesn't have (any more)."""


def provider_named(name: str) -> Provider:
    """The provider, as the settings describe it. Raises `ProviderUnknown`."""
    if name not in PROVIDERS:
        raise ProviderUnknown(name)
    return PROVIDERS[name]()
