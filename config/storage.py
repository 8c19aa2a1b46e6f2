"""Static files under names that carry their content's hash, so that a browser may keep them for ever."""

import re
from collections.abc import Callable

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    # `import "./map.js"` inside an ES module must name the hashed file too.
    support_js_module_import_aggregation = True

    def url_converter(
        self, name: str, hashed_files: dict[str, str], template: str | None = None
    ) -> Callable[[re.Match[str]], str]:
        """Leaves the files of django-htmx as they are: an extension there imports the bare name "htmx"."""
        if name.startswith("django_htmx/"):
            return lambda match: match[0]
        return super().url_converter(name, hashed_files, template)
