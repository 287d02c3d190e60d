"""What may be asked for, and what would come of it: templates, explain."""

from django.http import Http404
from rest_framework.response import Response

from api.models import Entitlement
from api.selectors.plans import plan_of
from api.services.planning import plan_now, who_reads
from api.v1 import documents as docs
from api.v1.base import ApiRequest, ApiView
from api.v1.describe import operation
from api.v1.inputs import ExplainRequest
from api.v1.throttle import remote_addr
from engine.catalog import catalog
from engine.planner import comment, offered
from engine.planner import explain as rows_of
from engine.set_values import asked_values
from schemas.request import Request as EngineRequest
from schemas.template import MacroTemplate


def _template(template: MacroTemplate, plan: Entitlement) -> docs.TemplateDocument:
    return docs.TemplateDocument(
        id=template.id,
        name=template.name,
        category=template.category,
        version=template.version,
        description=template.description,
        subtypes=list(template.subtypes),
        lowest_note=template.compass.low,
        highest_note=template.compass.high,
        best_note=template.compass.center,
        roles=[
            docs.RoleDocument(
                role_id=role.role_id,
                label=role.label,
                default=role.default,
                on_a_macro=role.role_id in template.macros,
            )
            for role in template.roles
        ],
        allowed=not plan.template_ids or template.id in plan.template_ids,
    )


class TemplatesView(ApiView):
    """The kinds of sound that presets are built on."""

    @operation(
        "listTemplates", answers={200: docs.TemplateListDocument}, summary="List the templates", tags=["catalog"]
    )
    def get(self, request: ApiRequest) -> Response:
        """All of them, by id, and whether your plan may name them."""
        plan = plan_of(request.user)
        found = docs.TemplateListDocument(results=[_template(one, plan) for one in catalog().values()])
        return Response(found.model_dump(mode="json"))


class TemplateView(ApiView):
    """One kind of sound."""

    @operation(
        "getTemplate", answers={200: docs.TemplateDocument}, problems=(404,), summary="Look at a template",
        tags=["catalog"],
    )  # fmt: skip
    def get(self, request: ApiRequest, template_id: str) -> Response:
        """A template with its eight roles."""
        one = catalog().get(template_id)
        if one is None:
            raise Http404
        return Response(_template(one, plan_of(request.user)).model_dump(mode="json"))


class ExplainView(ApiView):
    """What the planner understands."""

    @operation(
        "explain", request=ExplainRequest, answers={200: docs.ExplainDocument},
        problems=(400, 403, 413, 415, 422), summary="See what words would give", tags=["catalog"],
    )  # fmt: skip
    def post(self, request: ApiRequest) -> Response:
        """Which word gives what, what is set, what gives nothing, and what would be built. Makes no job.

        It counts as no job either. With the planner `llm` the words go to the language model, once; that counts as
        one of its calls.
        """
        asked = self.body(ExplainRequest)
        planner, model = who_reads(user=request.user, wanted=asked.planner)
        wanted = EngineRequest(
            prompt=asked.prompt,
            tags=asked.tags,
            template_id=asked.template_id,
            seed=asked.seed,
            planner=planner,
            model=model,
        )
        plan = plan_now(user=request.user, request=wanted, remote_addr=remote_addr(request))
        intent = plan.intent
        told = docs.ExplainDocument(
            title=plan.title,
            template_id=plan.template_id,
            planner=plan.request.planner,
            planner_note=plan.planner_note or None,
            style=intent.style,
            usable=intent.usable,
            comment=comment(intent),
            words=[docs.ExplainedWordDocument(**row._asdict(), used=row.used) for row in rows_of(intent)],
            values=[docs.AskedValueDocument(**value._asdict()) for value in asked_values(intent)],
            unused=[unused.text for unused in intent.unused],
            did_you_mean=dict(offered(intent)),
            notes=[*intent.notes, *plan.out_of_reach],
            intent=intent.model_dump(mode="json"),
        )
        return Response(told.model_dump(mode="json"))
