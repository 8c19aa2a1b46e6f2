from django.urls import path

from people.views import account, contacts

app_name = "people"
urlpatterns = [
    path("me/", account.me, name="me"),
    path("grids/<int:pk>/contacts/", contacts.contacts, name="contacts"),
]
