from django.urls import path

from ledgers import views

app_name = "ledgers"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.detail, name="detail"),
]
