"""A secret key for one machine, kept in a file that only its owner can read."""

import os
import secrets
from pathlib import Path


def kept_key(path: Path) -> str:
    """The key in `path`; made there first (mode 600) if there is none, however many processes ask at once."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(60))
        try:
            os.link(draft, path)  # all or nothing: a second process finds the first one's key, whole
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
