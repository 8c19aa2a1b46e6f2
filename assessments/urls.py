from django.urls import path

from assessments import views

app_name = "assessments"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:run_id>/", views.run, name="run"),
    path("<int:run_id>/progress/", views.progress, name="progress"),
    path("<int:run_id>/cancel/", views.cancel, name="cancel"),
    path("<int:run_id>/chart.svg", views.chart, name="chart"),
    path("<int:run_id>/map.json", views.map_data, name="map"),
    path("<int:run_id>/report.xlsx", views.export, name="export"),
    path("<int:run_id>/grids/<int:grid_id>/", views.grid, name="grid"),
    path("<int:run_id>/grids/<int:grid_id>/items/<int:item_id>/", views.evidence, name="evidence"),
]
