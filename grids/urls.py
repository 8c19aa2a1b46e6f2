from django.urls import path

from grids import views

app_name = "grids"

urlpatterns = [
    path("", views.tree, name="tree"),
    path("geojson", views.geojson, name="geojson"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/children/", views.children, name="children"),
]
