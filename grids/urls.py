from django.urls import path

from grids.views import completeness, plans, tree

app_name = "grids"

urlpatterns = [
    path("", tree.tree, name="tree"),
    path("geojson", tree.geojson, name="geojson"),
    path("completeness/", completeness.completeness, name="completeness"),
    path("completeness/export/", completeness.export, name="completeness_export"),
    path("<int:pk>/", tree.detail, name="detail"),
    path("<int:pk>/children/", tree.children, name="children"),
    path("plans/", plans.index, name="plans"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/map", plans.plan_map, name="plan_map"),
    path("plans/<int:pk>/difference.txt", plans.plan_text, name="plan_text"),
    path("plans/<int:pk>/workbook.xlsx", plans.plan_file, name="plan_file"),
    path("plans/<int:pk>/<slug:name>/", plans.act, name="plan_act"),
]
