from django.urls import path

from grids.views import tree

app_name = "grids"

urlpatterns = [
    path("", tree.tree, name="tree"),
    path("geojson", tree.geojson, name="geojson"),
    path("<int:pk>/", tree.detail, name="detail"),
    path("<int:pk>/children/", tree.children, name="children"),
]
