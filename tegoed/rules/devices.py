"""What a browser says of itself, and where it is, as far as a person wants to read it.

Its one law: it only shortens. What it doesn't know it leaves out; nothing is decided by it, since a browser may say anything.
"""

from ipaddress import ip_address, ip_network

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_POCKET = {"iPhone", "iPad", "Android"}
_PREFIX_BITS = {4: 24, 6: 48}


def browser_and_system(user_agent: str) -> tuple[str, str]:
    """`("Firefox", "Windows")`: both by the first name known that stands in it; empty when none does."""
    return _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)


def is_pocket_device(system: str) -> bool:
    """Whether the system is that of a phone or tablet."""
    return system in _POCKET


def network_of(address: str | None) -> str:
    """The address without its end: `192.0.2.0/24` (IPv4), `2001:db8:1::/48` (IPv6); empty for none."""
    if not address:
        return ""
    version = ip_address(address).version
    return str(ip_network(f"{address}/{_PREFIX_BITS[version]}", strict=False))


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for mark, name in known if mark in text), "")
