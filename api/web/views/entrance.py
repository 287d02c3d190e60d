"""Signing in and out, and changing the password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse_lazy

from api.web import throttle


class SignInForm(AuthenticationForm):
    """Name and password; says when there were too many attempts."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "That name and password don't go together. Both are case-sensitive.",
        "too_many": "Too many attempts. Wait 15 minutes, then try again.",
    }

    def clean(self) -> dict[str, Any]:
        """Checks the lock first: a right guess must not open it."""
        if throttle.locked(self.request, self.cleaned_data.get("username", "")):
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        return super().clean()


class SignIn(views.LoginView):
    """The way in; sign-up is off: `synthcopilot apikey create` or the admin makes users."""

    template_name = "web/sign_in.html"
    authentication_form = SignInForm

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The form again, with a status that says what it is."""
        locked = any(error.code == "too_many" for error in form.non_field_errors().as_data())
        response = self.render_to_response(self.get_context_data(form=form), status=429 if locked else 422)
        if locked:
            response["Retry-After"] = str(int(throttle.WINDOW.total_seconds()))
        return response


class SignOut(views.LogoutView):
    """The way out, by POST."""


class Password(views.PasswordChangeView):
    """Change the password; other sessions of the user end."""

    template_name = "web/password.html"
    success_url = reverse_lazy("account")

    def form_valid(self, form: Any) -> HttpResponse:
        """Says that it worked."""
        messages.success(self.request, "Your password is changed. Other browsers were signed out.")
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again, with a status that says what it is."""
        return self.render_to_response(self.get_context_data(form=form), status=422)
