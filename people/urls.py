from django.urls import path

from people import views

app_name = "people"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("grids/<int:pk>/contacts/", views.contacts, name="contacts"),
]
