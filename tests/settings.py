"""The project's settings, changed where a test must not touch what an installation keeps."""

import os
import tempfile
import uuid
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 60)
os.environ.setdefault("HTTPS_ONLY", "false")

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, REDIS_URL, STORAGES  # noqa: E402

# One folder per process, made and removed by tests/conftest.py.
SCRATCH = Path(tempfile.gettempdir()) / f"grid-tests-{uuid.uuid4().hex}"

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = SCRATCH / "media"
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads and processes of one test see the same rows, with real locks.
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3")}
else:
    # While the database answers, no signal ends a test: a statement that waits for ever must end by itself.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c statement_timeout=60s"

if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": f"test-{os.getpid()}-"}
else:
    BROKER_DIR = SCRATCH / "broker" / "messages"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "control_folder": str(BROKER_DIR.with_name("control")),
        "polling_interval": 0.05,
    }
