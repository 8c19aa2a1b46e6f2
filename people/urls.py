from django.urls import path

from people.views import account, contacts, duties

app_name = "people"
urlpatterns = [
    path("me/", account.me, name="me"),
    path("duties/", duties.mine, name="duties"),
    path("duties/<int:pk>/acknowledge/", duties.acknowledge, name="acknowledge"),
    path("duties/lists/", duties.lists, name="duty_lists"),
    path("duties/lists/<int:pk>/", duties.one, name="duty_list"),
    path("grids/<int:pk>/contacts/", contacts.page, name="contacts"),
    path("grids/<int:pk>/contacts.xlsx", contacts.workbook, name="contacts_workbook"),
    path("grids/<int:pk>/contacts.pdf", contacts.document, name="contacts_document"),
]
