"""Django's settings, all derived from ``config.Config``."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from terrace_web.config import read_config

CONFIG = read_config()
ROOT = Path(__file__).parent
DATA_DIR = CONFIG.data_dir.resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = CONFIG.secret
DEBUG = False
ALLOWED_HOSTS = CONFIG.host_list
CSRF_TRUSTED_ORIGINS = [CONFIG.base_url] if CONFIG.is_https else []
ROOT_URLCONF = "terrace_web.urls"
WSGI_APPLICATION = "terrace_web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "terrace_web.ui",
    "terrace_web.audit",
    "terrace_web.accounts",
    "terrace_web.flows",
    "terrace_web.index",
    "terrace_web.market",
    "terrace_web.notices",
    "terrace_web.exchange",
    "terrace_web.matching",
    "terrace_web.managers",
    "terrace_web.backups",
    "terrace_web.api",
    "terrace_web.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "terrace_web.accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "terrace_web.accounts.middleware.AudienceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_ratelimit.middleware.RatelimitMiddleware",
    "terrace_web.ui.errors.MethodMiddleware",
]
RATELIMIT_VIEW = "terrace_web.ui.errors.show_too_many"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "ui" / "templates", ROOT / "accounts" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "terrace_web.ui.navigation.navigation",
                "terrace_web.ui.context.site",
                "terrace_web.notices.context.unread",
            ],
        },
    }
]
FORM_RENDERER = "terrace_web.ui.forms.Renderer"


def _postgres(url: str) -> dict[str, object]:
    parts, options = urlsplit(url), dict(parse_qsl(urlsplit(url).query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A folder cannot stand where a host does: ?host=/folder names that of a socket.
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 300,
        "OPTIONS": options,
    }


def _sqlite(path: Path) -> dict[str, object]:
    # WAL lets readers go on while one writes; IMMEDIATE makes writers queue instead of failing.
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": 300,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": pragmas},
    }


DATABASES = {
    "default": _postgres(CONFIG.database_url)
    if CONFIG.database_url
    else _sqlite(DATA_DIR / "terrace.sqlite3")
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "terrace_web.accounts.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{CONFIG.zone_name}] "
ACCOUNT_PREVENT_ENUMERATION = True
# Mails about safety: always, whatever a person chose for the rest.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_ADAPTER = "terrace_web.accounts.adapter.AccountAdapter"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if CONFIG.is_https else "http"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# A phone's clock may run half a minute off.
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = CONFIG.zone_name
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": CONFIG.oidc_name or _("Single sign-on"),
                "client_id": CONFIG.oidc_client,
                "secret": CONFIG.oidc_secret.get_secret_value(),
                "settings": {"server_url": CONFIG.oidc_server},
            }
        ]
        if CONFIG.oidc_server
        else []
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = CONFIG.is_https
# What allauth's pages and mails say, in the words of the rest of the site.
LOCALE_PATHS = [ROOT / "accounts" / "allauth_words"]
FORMAT_MODULE_PATH = "terrace_web.ui.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = CONFIG.time_zone

STATIC_URL = "static/"
# Only production needs 'collectstatic'; the demo and the tests serve what is in the source.
_served = CONFIG.mode == "production"
STATIC_ROOT = DATA_DIR / "static" if _served else None
WHITENOISE_USE_FINDERS = not _served
MEDIA_ROOT = DATA_DIR / "uploads"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _served
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

TASKS: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if CONFIG.mode == "test"
        else "django_tasks_db.DatabaseBackend",
        "QUEUES": [],
    }
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

_smtp = urlsplit(CONFIG.smtp_url.get_secret_value())
if CONFIG.mode == "test":
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
elif _smtp.hostname:
    EMAIL_HOST, EMAIL_PORT = _smtp.hostname, _smtp.port or 587
    EMAIL_HOST_USER = unquote(_smtp.username or "")
    EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = _smtp.scheme == "smtps", _smtp.scheme == "smtp"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = CONFIG.mail_from

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.is_https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = CONFIG.is_https
SECURE_HSTS_SECONDS = 31_536_000 if CONFIG.is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = CONFIG.is_https
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if CONFIG.behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Limits count by address: of the user, not of the proxy, and not one that anybody may claim.
ALLAUTH_TRUSTED_PROXY_COUNT = NINJA_NUM_PROXIES = int(CONFIG.behind_proxy)
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "terrace_web.ui.errors.show_csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF],
        "script-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF, *([CONFIG.oidc_server] if CONFIG.oidc_server else [])],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("TERRACE_LOG", "WARNING")},
}
