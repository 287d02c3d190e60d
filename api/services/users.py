"""Accounts, as an operator makes them."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from api.errors import FieldProblem, InvalidInput
from api.models import User
from api.services import audit


@transaction.atomic
def create_user(
    *, name: str, password: str | None = None, superuser: bool = False, actor: User | None = None
) -> User:
    """A new account. Without a password nobody can sign in to it; its API keys work.

    Raises:
        InvalidInput: the name is taken or can't be one, or the password is too weak.
    """
    user = User(username=name, is_staff=superuser, is_superuser=superuser)
    try:
        user.full_clean(exclude=["password"])
        if password is not None:
            validate_password(password, user)
    except ValidationError as error:
        named = getattr(error, "error_dict", None)
        field = "/username" if named else "/password"
        raise InvalidInput(*(FieldProblem(field, text) for text in error.messages)) from None
    user.set_password(password)
    user.save()
    audit.record("user.create", actor=actor, subject=f"user:{user.pk}", detail={"superuser": superuser})
    return user


def user_named(name: str) -> User | None:
    """The account with that name."""
    return User.objects.filter(username=name).first()
