from django.urls import path

from inspections import views

app_name = "inspections"

urlpatterns = [
    path("", views.today, name="today"),
    path("sites/<int:pk>/visit/", views.log, name="log"),
    path("visits/", views.visits, name="visits"),
    path("visits/<int:pk>/", views.detail, name="detail"),
    path("visits/<int:pk>/photos/<int:photo>/", views.photo, name="photo"),
]
