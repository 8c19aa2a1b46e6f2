from django.apps import AppConfig


class CommandConfig(AppConfig):
    name = "command"
    default_auto_field = "django.db.models.BigAutoField"
