from django.urls import path

from incidents.views import case, desk, lists

app_name = "incidents"
urlpatterns = [
    path("", lists.index, name="index"),
    path("new/", case.new, name="new"),
    path("desk/", desk.desk, name="desk"),
    path("look-backs/", lists.look_backs, name="look_backs"),
    path("geojson", lists.geojson, name="geojson"),
    path("export.xlsx", lists.export, name="export"),
    path("<int:pk>/", case.detail, name="detail"),
    path("<int:pk>/act/<slug:action>/", case.act, name="act"),
    path("<int:pk>/photos/<int:photo_pk>/", case.photo, name="photo"),
]
