"""Database triggers that guard votes and the rule they are counted by.

A defence against slips, not a promise: whoever owns the database can drop a trigger, and then the
verifier names what was changed.

rule            never changes once a ballot is opened
named votes     change until the count, and never after it
secret votes    never change, and go only when they move to the published list, after the count
counted votes   never change
"""

from django.db import migrations

REFUSED = "votes and their rule stay as they are"
COUNTED = "EXISTS (SELECT 1 FROM codesign_ballot WHERE id = {row}.ballot_id AND closed_at IS NOT NULL)"
# Name, table, act, and when it is refused.
GUARDS = (
    ("rule_stays", "codesign_ballot", "UPDATE", "OLD.rule IS NOT NULL AND ({rule_changed})"),
    ("named_update", "codesign_namedvote", "UPDATE", COUNTED.format(row="OLD")),
    ("named_insert", "codesign_namedvote", "INSERT", COUNTED.format(row="NEW")),
    ("named_delete", "codesign_namedvote", "DELETE", "1 = 1"),
    ("secret_update", "codesign_secretvote", "UPDATE", "1 = 1"),
    ("secret_insert", "codesign_secretvote", "INSERT", COUNTED.format(row="NEW")),
    ("secret_delete", "codesign_secretvote", "DELETE", "NOT " + COUNTED.format(row="OLD")),
    ("counted_update", "codesign_countedvote", "UPDATE", "1 = 1"),
    ("counted_delete", "codesign_countedvote", "DELETE", "1 = 1"),
)
FUNCTION = """
CREATE FUNCTION throughline_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {refused} THEN RAISE EXCEPTION '{words}'; END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
"""


def create(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    # "IS DISTINCT FROM" of one is "IS NOT" of the other.
    differs = "OLD.rule IS DISTINCT FROM NEW.rule" if postgresql else "OLD.rule IS NOT NEW.rule"
    for name, table, act, when in GUARDS:
        refused = when.format(rule_changed=differs)
        if postgresql:
            schema_editor.execute(FUNCTION.format(name=name, refused=refused, words=REFUSED))
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION throughline_{name}()"
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {refused} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )


def drop(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for name, table, _act, _when in GUARDS:
        schema_editor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
        if postgresql:
            schema_editor.execute(f"DROP FUNCTION throughline_{name}()")


class Migration(migrations.Migration):
    dependencies = [("codesign", "0005_choosing_and_deciding")]
    operations = [migrations.RunPython(create, drop)]
