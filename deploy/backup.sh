#!/usr/bin/env bash
# Back up the database and the uploads, while the site runs: deploy/backup.sh FOLDER
#
# Reads the same environment as the portal (DATABASE_URL, PORTAL_VAR, PORTAL_MODE). Makes a folder
# named after the time inside FOLDER and prints its path; it is there whole or not at all.
# Keep SECRET_KEY and RECORD_SIGNING_KEY elsewhere, safe: they are not in the backup.
set -euo pipefail
umask 077  # people's words are in it
[ $# -eq 1 ] || { echo "Usage: deploy/backup.sh FOLDER" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)/throughline-$(date -u +%Y%m%dT%H%M%SZ)
cd "$(dirname "$0")/.."
python=${PYTHON:-$([ -x .venv/bin/python ] && echo .venv/bin/python || echo python3)}
var=${PORTAL_VAR:-var}
part=$out.part
mkdir "$part"
trap 'rm -rf "$part"' EXIT

# The database first: an upload that it names is then surely among the files.
case "${DATABASE_URL:-}" in
  "")
    name=throughline.sqlite3
    [ "${PORTAL_MODE:-production}" != demo ] || name=demo.sqlite3
    # VACUUM INTO sees one moment of the database. A copied file can be half of one and half of
    # another, and lacks what is still in the -wal file beside it.
    "$python" - "$var/$name" "$part/database.sqlite3" <<'PYTHON'
import pathlib
import sqlite3
import sys

source, copy = (pathlib.Path(name).resolve() for name in sys.argv[1:])
if not source.is_file():
    sys.exit(f"There is no database at {source}. Is PORTAL_VAR right?")
live = sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True, timeout=60)
live.execute("VACUUM INTO ?", (str(copy),))
(found,) = sqlite3.connect(copy).execute("PRAGMA integrity_check").fetchone()
if found != "ok":
    sys.exit(f"The copy is damaged, so the database may be too: {found}")
PYTHON
    ;;
  postgres://* | postgresql://*)
    pg_dump --format=custom --no-owner --file="$part/database.dump" "$DATABASE_URL"
    ;;
  *)
    echo "This backs up SQLite under PORTAL_VAR, and PostgreSQL. DATABASE_URL names neither." >&2
    exit 2
    ;;
esac

if [ -n "${S3_BUCKET:-}" ]; then
  echo "Uploads are in the bucket $S3_BUCKET and not in this backup: use the bucket's versioning." >&2
else
  mkdir -p "$var/media"
  tar -czf "$part/media.tar.gz" -C "$var" media
fi

(cd "$part" && sha256sum -- * >SHA256SUMS)
mv "$part" "$out"
echo "$out"
