"""The project's settings, changed where a test must not touch what an installation keeps."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 60)
os.environ.setdefault("HTTPS_ONLY", "false")

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, REDIS_URL, STORAGES  # noqa: E402

SCRATCH = Path(tempfile.mkdtemp(prefix="grid-tests-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = SCRATCH / "media"
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads and processes of one test see the same rows, with real locks.
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3")}

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
    for folder in (BROKER_DIR, BROKER_DIR.with_name("control")):
        folder.mkdir(parents=True)
