from django.urls import path

from grids import api

app_name = "grids_api"
urlpatterns = [
    path("grids/", api.Grids.as_view(), name="grids"),
    path("grids/<str:code>/", api.OneGrid.as_view(), name="grid"),
    path("grids/<str:code>/children/", api.Children.as_view(), name="children"),
    path("grids/<str:code>/sites/", api.Sites.as_view(), name="sites"),
    path("grids/<str:code>/boundary/", api.Area.as_view(), name="boundary"),
    path("grids/<str:code>/life/", api.Life.as_view(), name="life"),
    path("locate/", api.Locate.as_view(), name="locate"),
]
