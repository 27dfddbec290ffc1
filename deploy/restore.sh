#!/usr/bin/env bash
# Bring a backup back into an empty place, and check it: deploy/restore.sh BACKUP
#
# BACKUP is a folder that backup.sh made. Reads the same environment as the portal; SECRET_KEY and
# RECORD_SIGNING_KEY must be the old ones. Refuses to write over a site that is there.
# Then it exports every partnership's record and lets the verifier check it.
set -euo pipefail
[ $# -eq 1 ] || { echo "Usage: deploy/restore.sh BACKUP" >&2; exit 2; }
backup=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
python=${PYTHON:-$([ -x .venv/bin/python ] && echo .venv/bin/python || echo python3)}
var=${PORTAL_VAR:-var}

(cd "$backup" && sha256sum --check --quiet --strict SHA256SUMS) ||
  { echo "The backup is damaged. Nothing was restored." >&2; exit 1; }
if [ -d "$var/media" ] && [ -n "$(ls -A "$var/media")" ]; then
  echo "There are uploads in $var/media already. Nothing was restored." >&2
  exit 1
fi

mkdir -p "$var"
case "${DATABASE_URL:-}" in
  "")
    name=throughline.sqlite3
    [ "${PORTAL_MODE:-production}" != demo ] || name=demo.sqlite3
    [ -f "$backup/database.sqlite3" ] ||
      { echo "This backup is of PostgreSQL. Please set DATABASE_URL." >&2; exit 1; }
    # A -wal file left over from another database would be played into this one.
    for file in "$var/$name" "$var/$name-wal" "$var/$name-shm"; do
      [ ! -e "$file" ] || { echo "There is $file already. Nothing was restored." >&2; exit 1; }
    done
    cp "$backup/database.sqlite3" "$var/$name"
    ;;
  postgres://* | postgresql://*)
    [ -f "$backup/database.dump" ] ||
      { echo "This backup is of SQLite. Please unset DATABASE_URL." >&2; exit 1; }
    tables=$(psql --no-psqlrc -Atc \
      "select count(*) from information_schema.tables where table_schema = 'public'" "$DATABASE_URL")
    [ "$tables" = 0 ] || { echo "The database is not empty. Nothing was restored." >&2; exit 1; }
    pg_restore --no-owner --exit-on-error --single-transaction --dbname="$DATABASE_URL" \
      "$backup/database.dump"
    ;;
  *)
    echo "This restores SQLite under PORTAL_VAR, and PostgreSQL. DATABASE_URL names neither." >&2
    exit 2
    ;;
esac
if [ -f "$backup/media.tar.gz" ]; then
  tar --preserve-permissions -xzf "$backup/media.tar.gz" -C "$var"  # the proxy must read them
fi
"$python" manage.py migrate --noinput --verbosity 0

# The verifier of this source, not one that came with the backup.
checked=$(mktemp -d)
trap 'rm -rf "$checked"' EXIT
"$python" manage.py shell --no-imports --verbosity 0 --command \
  'from portal.models import Partnership
for slug in Partnership.objects.order_by("slug").values_list("slug", flat=True): print(slug)' \
  >"$checked/partnerships"
bad=0
while read -r slug; do
  "$python" manage.py export_record "$slug" "$checked/$slug.zip" </dev/null >/dev/null
  echo "The record of $slug:"
  "$python" portal/verify_record.py "$checked/$slug.zip" || bad=1
done <"$checked/partnerships"
[ "$bad" = 0 ] || { echo "Restored, but a record does not verify. Do not open the site." >&2; exit 1; }
echo "Restored. Compare each fingerprint and size with one kept from before the loss."
