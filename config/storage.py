"""Static files under names that carry their content's hash, so that a browser may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    # `import "./map.js"` inside an ES module must name the hashed file too.
    support_js_module_import_aggregation = True
