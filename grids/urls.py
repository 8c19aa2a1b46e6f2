from django.urls import path

from grids.views import areas, blind_spots, completeness, dossiers, labels, plans, sitebooks, tree

app_name = "grids"

urlpatterns = [
    path("", tree.tree, name="tree"),
    path("geojson", tree.geojson, name="geojson"),
    path("completeness/", completeness.completeness, name="completeness"),
    path("completeness/export/", completeness.export, name="completeness_export"),
    path("blind-spots/", blind_spots.index, name="blind_spots"),
    path("blind-spots/geojson", blind_spots.blind_spots_map, name="blind_spots_map"),
    path("blind-spots/export/", blind_spots.export, name="blind_spots_export"),
    path("<int:pk>/", tree.detail, name="detail"),
    path("<int:pk>/boundary/", areas.boundary, name="boundary"),
    path("<int:pk>/boundary/outlines", areas.boundary_outlines, name="outlines"),
    path("<int:pk>/boundaries/import/", areas.import_boundaries, name="import_boundaries"),
    path("<int:pk>/boundaries/import/map", areas.import_map, name="import_map"),
    path("<int:pk>/boundaries.geojson", areas.export_boundaries, name="export_boundaries"),
    path("<int:pk>/children/", tree.children, name="children"),
    path("<int:pk>/dossier/", dossiers.dossier, name="dossier"),
    path("<int:pk>/dossier/versions/", dossiers.versions, name="dossier_versions"),
    path("<int:pk>/dossier/versions/<int:number>/", dossiers.version, name="dossier_version"),
    path("<int:pk>/documents/", dossiers.document_new, name="document_new"),
    path("<int:pk>/documents/<int:number>/", dossiers.document, name="document"),
    path("<int:pk>/documents/<int:number>/withdraw/", dossiers.document_withdraw, name="document_withdraw"),
    path("<int:pk>/close/", dossiers.site_close, name="site_close"),
    path("<int:pk>/sites/new/", dossiers.site_new, name="site_new"),
    path("<int:pk>/sites/import/", sitebooks.import_sites, name="sites_import"),
    path("<int:pk>/sites.xlsx", sitebooks.export, name="sites_export"),
    path("<int:pk>/labels.pdf", labels.sheet, name="labels"),
    path("label/<path:code>/", labels.label, name="label"),
    path("plans/", plans.index, name="plans"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/map", plans.plan_map, name="plan_map"),
    path("plans/<int:pk>/difference.txt", plans.plan_text, name="plan_text"),
    path("plans/<int:pk>/workbook.xlsx", plans.plan_file, name="plan_file"),
    path("plans/<int:pk>/<slug:name>/", plans.act, name="plan_act"),
]
