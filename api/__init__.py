"""The service's HTTP side: Django project, REST API, page and admin. It never imports assets or pipelines."""
