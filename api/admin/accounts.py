"""Users, their plans and their keys."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from rest_framework_api_key.admin import APIKey as PackagesOwnKey  # type: ignore[attr-defined] # registers it

from api.admin.reading import who_acts
from api.models import ApiKey, Entitlement, User
from api.services import audit
from api.services.keys import create_api_key, revoke_api_key
from api.services.privacy import erase_user
from service.erasure.users import ErasureReport

admin.site.unregister(Group)
admin.site.unregister(PackagesOwnKey)  # ours belong to users


@admin.register(Entitlement)
class EntitlementAdmin(admin.ModelAdmin):
    """Plans and how much they allow."""

    list_display = (
        "name",
        "jobs_per_day",
        "concurrent_jobs",
        "requests_per_minute",
        "max_variations",
        "llm_calls_per_day",
        "retention_days",
        "users_on_it",
    )
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entitlement]:
        """With the number of users."""
        found: QuerySet[Entitlement] = super().get_queryset(request)
        return found.annotate(users_count=Count("users"))

    @admin.display(description="users", ordering="users_count")
    def users_on_it(self, plan: Any) -> int:
        """Users that have the plan named; those without any are on `free` too."""
        return int(plan.users_count)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """People. Deleting one goes through the action, which also removes files and prompts."""

    list_display = ("username", "email", "entitlement", "is_active", "is_staff", "last_login", "date_joined")
    list_filter = ("entitlement", "is_active", "is_staff", "is_superuser", "date_joined")
    list_select_related = ("entitlement",)
    search_fields = ("username", "email", "=id")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Plan", {"fields": ("entitlement",)}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    filter_horizontal = ("user_permissions",)
    actions = ("erase_all",)
    add_fieldsets = (
        (None, {"fields": ("username", "email", "entitlement", "usable_password", "password1", "password2")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only a superuser gives rights."""
        dates = ("last_login", "date_joined")
        return dates if request.user.is_superuser else (*dates, "is_staff", "is_superuser", "user_permissions")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Writes the log, too."""
        super().save_model(request, obj, form, change)
        action = "user.change" if change else "user.create"
        detail = {"fields": sorted(set(form.changed_data) - {"password", "password1", "password2"})}
        audit.record(action, actor=who_acts(request), subject=f"user:{obj.pk}", detail=detail)

    def has_erase_permission(self, request: HttpRequest) -> bool:
        """Who may delete all that is a user's."""
        return request.user.has_perm("api.delete_user")

    @admin.action(description="Delete the selected users and all of their data", permissions=["erase"])
    def erase_all(self, request: HttpRequest, users: QuerySet[User]) -> HttpResponse | None:
        """After a question: jobs, files, prompts, links, keys, sessions, the account."""
        others = users.exclude(pk=who_acts(request).pk)
        if not request.user.is_superuser:
            others = others.filter(is_superuser=False)
        if "sure" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": "Delete users and all of their data?",
                "users": others.annotate(jobs_count=Count("jobs")),
                "spared": users.count() - others.count(),
            }
            return TemplateResponse(request, "admin/api/user/erase.html", context)
        for user in list(others):
            name, report = user.get_username(), erase_user(user=user, actor=who_acts(request))
            self.message_user(request, *_told(name, report))
        return None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not by Django's own way, which would leave files behind."""
        return False


def _told(name: str, report: ErasureReport) -> tuple[str, int]:
    if report.complete:
        deleted = ", ".join(f"{count} {table}" for table, count in sorted(report.rows.items()) if count)
        files, looked = sum(report.files.values()), sum(report.searched.values())
        text = f"“{name}” is gone: {deleted}; {files} files. Looked through {looked} rows and files: nothing found."
        return text, messages.SUCCESS
    if report.in_flight:
        jobs = len(report.in_flight)
        text = f"“{name}” is locked out; {jobs} jobs are being stopped, the rest goes within the hour."
        return text, messages.WARNING
    return f"“{name}” is gone, but this was found afterwards: {report.left}. See docs/security.md.", messages.ERROR


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """Keys: made here, shown once, revoked for good."""

    list_display = ("prefix", "name", "user", "created", "expiry_date", "revoked", "last_used_at")
    list_filter = ("revoked", "created", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("prefix", "name", "user__username")
    autocomplete_fields = ("user",)
    fields = ("user", "name", "expiry_date", "revoked", "prefix", "created", "last_used_at")

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> tuple[str, ...]:
        """A key stays its user's; a revoked one stays revoked."""
        fixed = ("prefix", "created", "last_used_at")
        if obj is None:
            return (*fixed, "revoked")
        return (*fixed, "user", "name", "expiry_date", "revoked") if obj.revoked else (*fixed, "user")

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """By the services, which also write the log."""
        if not change:
            made, request.new_api_key = create_api_key(  # type: ignore[attr-defined]
                user=obj.user, name=obj.name, expires_at=obj.expiry_date, actor=who_acts(request)
            )
            obj.__dict__.update(made.__dict__)
            return
        if obj.revoked and "revoked" in form.changed_data:
            revoke_api_key(key=ApiKey.objects.get(pk=obj.pk), actor=who_acts(request))
        ApiKey.objects.filter(pk=obj.pk).update(name=obj.name, expiry_date=obj.expiry_date)

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """The key, once: in this answer's body and nowhere else."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"API key “{obj.name}” of {obj.user}",
            "key": request.new_api_key,  # type: ignore[attr-defined]
        }
        response = TemplateResponse(request, "admin/api/apikey/made.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Revoked keys stay visible."""
        return False
