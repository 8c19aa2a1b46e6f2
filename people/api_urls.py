from django.urls import path

from people import api

app_name = "people_api"
urlpatterns = [path("grids/<str:code>/people/", api.People.as_view(), name="people")]
