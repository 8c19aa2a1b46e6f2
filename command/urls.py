from django.urls import path

from command import views

app_name = "command"
urlpatterns = [
    path("", views.home, name="home"),
    path("board/", views.board, name="board"),
    path("board/chart.svg", views.chart, name="chart"),
]
