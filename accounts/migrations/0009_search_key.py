"""A folded copy of a company's names, which the database keeps by itself."""

from pathlib import Path

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from django.db.models import F

from accounts.search_key import SearchKey

TABLE = Path(__file__).resolve().parents[2] / "matchmaking" / "core" / "data" / "traditional.txt"


def characters() -> tuple[str, str]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    pairs = [pair for line in lines if not line.startswith("#") for pair in line.split()]
    return "".join(pair[0] for pair in pairs), "".join(pair[1] for pair in pairs)


# Letters, digits and characters by their ranges: [[:alnum:]] knows no Chinese in locale C.
FOLD = """
create function fold_name(name text) returns text
language sql immutable parallel safe as $$
    select regexp_replace(
        translate(lower(normalize(name, nfkc)), '{}', '{}'),
        '[^0-9a-z\u00c0-\u1fff\u2c00-\u2fef\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\uabff\uac00-\ud7a3\uf900-\ufaff]+',
        '', 'g'
    )
$$
""".format(*characters())
KEY = """
create function company_search_key(
    name_zh text, name_en text, uscc text, registration text, reference text
) returns text language sql immutable parallel safe as $$
    select '|' || fold_name(name_zh) || '|' || fold_name(name_en) || '|'
        || fold_name(coalesce(uscc, '')) || '|' || fold_name(registration) || '|'
        || fold_name(reference) || '|'
$$
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_documents")]

    operations = [
        migrations.RunSQL(FOLD, "drop function fold_name(text)"),
        migrations.RunSQL(KEY, "drop function company_search_key(text, text, text, text, text)"),
        migrations.AddField(
            model_name="company",
            name="search_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=SearchKey(
                    F("name_zh"),
                    F("name_en"),
                    F("uscc"),
                    F("registration_number"),
                    F("own_reference"),
                ),
                output_field=models.TextField(),
            ),
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="company",
            name="update_update",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="company",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."activated_at" IS DISTINCT FROM (NEW."activated_at") OR OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."cluster_id" IS DISTINCT FROM (NEW."cluster_id") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."country" IS DISTINCT FROM (NEW."country") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."division_code" IS DISTINCT FROM (NEW."division_code") OR OLD."group_id" IS DISTINCT FROM (NEW."group_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."most_blocks" IS DISTINCT FROM (NEW."most_blocks") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_zh" IS DISTINCT FROM (NEW."name_zh") OR OLD."own_reference" IS DISTINCT FROM (NEW."own_reference") OR OLD."recheck_edits" IS DISTINCT FROM (NEW."recheck_edits") OR OLD."registration_number" IS DISTINCT FROM (NEW."registration_number") OR OLD."returned_at" IS DISTINCT FROM (NEW."returned_at") OR OLD."returned_reason" IS DISTINCT FROM (NEW."returned_reason") OR OLD."size_band" IS DISTINCT FROM (NEW."size_band") OR OLD."size_said" IS DISTINCT FROM (NEW."size_said") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."status_reason" IS DISTINCT FROM (NEW."status_reason") OR OLD."tier" IS DISTINCT FROM (NEW."tier") OR OLD."tier_by_id" IS DISTINCT FROM (NEW."tier_by_id") OR OLD."tier_expires_on" IS DISTINCT FROM (NEW."tier_expires_on") OR OLD."tier_on" IS DISTINCT FROM (NEW."tier_on") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."uscc" IS DISTINCT FROM (NEW."uscc") OR OLD."uscc_warning" IS DISTINCT FROM (NEW."uscc_warning") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "accounts_companyevent" ("activated_at", "address", "cluster_id", "code", "country", "created_at", "division_code", "group_id", "id", "kind", "most_blocks", "name_en", "name_zh", "own_reference", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recheck_edits", "registration_number", "returned_at", "returned_reason", "size_band", "size_said", "source", "status", "status_reason", "tier", "tier_by_id", "tier_expires_on", "tier_on", "updated_at", "uscc", "uscc_warning", "version") VALUES (NEW."activated_at", NEW."address", NEW."cluster_id", NEW."code", NEW."country", NEW."created_at", NEW."division_code", NEW."group_id", NEW."id", NEW."kind", NEW."most_blocks", NEW."name_en", NEW."name_zh", NEW."own_reference", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recheck_edits", NEW."registration_number", NEW."returned_at", NEW."returned_reason", NEW."size_band", NEW."size_said", NEW."source", NEW."status", NEW."status_reason", NEW."tier", NEW."tier_by_id", NEW."tier_expires_on", NEW."tier_on", NEW."updated_at", NEW."uscc", NEW."uscc_warning", NEW."version"); RETURN NULL;',
                    hash="9abac3c551a9163859bee9da793be84126050880",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c2173",
                    table="accounts_company",
                    when="AFTER",
                ),
            ),
        ),
    ]
