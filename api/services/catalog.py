"""Keeps the records of templates up to date with the installed catalog."""

from django.db import transaction

from api.models import TemplateRecord
from engine.catalog import catalog


@transaction.atomic
def sync_templates() -> int:
    """Record each template of the catalog under its version; how many records were new or had changed.

    Records of older versions stay, for the jobs that used them, but are no longer current.
    """
    changed = 0
    current = set()
    for template in catalog().values():
        fields = {
            "name": template.name,
            "category": template.category,
            "document": template.model_dump(mode="json"),
            "current": True,
        }
        known = TemplateRecord.objects.filter(template_id=template.id, version=template.version).first()
        if known is None:
            known = TemplateRecord.objects.create(template_id=template.id, version=template.version, **fields)
            changed += 1
        elif any(getattr(known, name) != value for name, value in fields.items()):
            TemplateRecord.objects.filter(pk=known.pk).update(**fields)
            changed += 1
        current.add(known.pk)
    TemplateRecord.objects.filter(current=True).exclude(pk__in=current).update(current=False)
    return changed
