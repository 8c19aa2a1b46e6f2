"""`check --deploy` as a real installation would see it: safe settings, and no warning passes."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

SAFE = {
    "SECRET_KEY": secrets.token_urlsafe(60),
    "ALLOWED_HOSTS": "grids.example.org",
    "DEBUG": "false",
    "DEMO": "false",
    "HTTPS_ONLY": "true",
}


def main() -> int:
    manage = Path(__file__).resolve().parent.parent / "manage.py"
    command = [sys.executable, str(manage), "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, env=os.environ | SAFE, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
