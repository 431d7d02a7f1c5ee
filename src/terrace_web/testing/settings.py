"""Django's settings for tests: an own folder, mails and tasks in memory, words alone.

``TERRACE_DATABASE_URL`` runs the same tests on PostgreSQL.
"""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="terrace-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["TERRACE_MODE"] = "test"
os.environ["TERRACE_DATA_DIR"] = _folder
os.environ.setdefault("TERRACE_EMBEDDERS", "none")

from terrace_web.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
