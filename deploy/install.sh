#!/bin/sh
# Installs services of ETM on this Debian (12 or newer; an LXC container, a VM or bare), or upgrades them in place.
#
#   deploy/install.sh gateway storage knowledge notifier     from this checkout; again: upgrades, keeps data and settings
#   deploy/install.sh --rollback storage                     back to the version before; again: forward
#
# /opt/etm/SERVICE/releases/ has the versions, `current` and `previous` point at two of them. /etc/etm has settings and
# secrets, /var/lib/etm the data, /var/backups/etm a copy of the data from before each upgrade.
set -eu

HERE=$(cd "$(dirname "$0")" && pwd)
SOURCE=$(dirname "$HERE")
UV_VERSION=0.13.9
KEPT=3
HEALTHY_S=60

say() { printf '\n== %s\n' "$*"; }
fail() { printf '\n✗ %s\n' "$*" >&2; exit 1; }

rollback= services=
while [ $# -gt 0 ]; do
  case $1 in
    --rollback) rollback=yes ;;
    gateway|storage|knowledge|notifier) services="$services $1" ;;
    *) fail "unknown: $1; see the head of $0" ;;
  esac
  shift
done
[ -n "$services" ] || fail "name the services: gateway storage knowledge notifier"
[ "$(id -u)" = 0 ] || fail "this needs root"
command -v apt-get > /dev/null || fail "this is no Debian"
command -v systemctl > /dev/null || fail "there is no systemd here"

# --- steps

packages() {
  say "Debian's packages"
  wanted="python3 python3-venv ca-certificates"
  case $services in *knowledge*) wanted="$wanted ${OCR_PACKAGES-tesseract-ocr tesseract-ocr-fra}" ;; esac
  missing=
  for package in $wanted; do
    dpkg -s "$package" 2> /dev/null | grep -q '^Status: install ok' || missing="$missing $package"
  done
  if [ -n "$missing" ]; then
    echo "installing$missing"
    apt-get -qq update
    # shellcheck disable=SC2086 # several words on purpose
    DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends $missing > /dev/null
  fi
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or newer is needed: Debian 12 or 13"
}

builder() {
  [ "$(/opt/etm/uv/bin/uv --version 2> /dev/null | cut -d' ' -f2)" = "$UV_VERSION" ] && return 0
  say "uv $UV_VERSION, which builds the environments"
  mkdir -p /opt/etm
  python3 -m venv /opt/etm/uv
  /opt/etm/uv/bin/pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
}

build() { # service, folder
  # Refreshed: uv takes a package of ours from its cache for as long as its pyproject.toml is the same, whatever its code.
  (cd "$SOURCE" && UV_PROJECT_ENVIRONMENT=$2 UV_PYTHON=/usr/bin/python3 UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 \
    UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_CACHE_DIR=/var/cache/etm/uv \
    /opt/etm/uv/bin/uv sync --quiet --frozen --no-dev --no-editable --package "etm-$1" \
    --refresh-package etm-contracts --refresh-package etm-chassis --refresh-package "etm-$1")
}

places() { # service
  id "etm-$1" > /dev/null 2>&1 || useradd --system --user-group --home-dir "/var/lib/etm/$1" --no-create-home --shell /usr/sbin/nologin "etm-$1"
  install -d -m 755 /etc/etm /opt/etm
  install -d -m 700 /etc/etm/secrets /var/backups/etm
  if [ ! -e /etc/etm/etm.env ]; then
    # Reached from other machines, and therefore with keys; DATA_DIR and what is secret stand elsewhere.
    sed -e 's/^HOST=.*/HOST=0.0.0.0/' -e '/^DATA_DIR=/d' -e '/^API_KEYS=/d' -e '/^SERVICE_KEY=/d' \
      -e '/^NEXTCLOUD_PASSWORD=/d' -e '/^TELEGRAM_API_HASH=/d' -e '/^TELEGRAM_BOT_TOKEN=/d' -e '/^WEBHOOK_SECRET=/d' \
      -e '/^QDRANT_API_KEY=/d' -e '/^LLM_API_KEY=/d' -e '/^DATABASE_URL=/d' "$HERE/.env.example" > /etc/etm/etm.env
    chmod 640 /etc/etm/etm.env
    echo "settings: /etc/etm/etm.env (made; fill it in)"
  fi
  "$HERE/make-secrets" --systemd /etc/etm/secrets
  install -m 644 "$HERE/systemd/etm@.service" /etc/systemd/system/etm@.service
  install -m 755 "$HERE/systemd/etm" /usr/local/bin/etm
  install -m 644 "$SOURCE/docs/guide-admin.md" /opt/etm/guide-admin.md
  systemctl daemon-reload
}

saved() { # service, release
  systemctl is-active --quiet "etm@$1" || return 0
  copy=/var/backups/etm/$1-before-$2.tar.gz
  if etm "$1" backup > "$copy" 2> /dev/null; then echo "data copied to $copy"; else rm -f "$copy"; echo "data not copied; the upgrade changes none of them"; fi
  newest /var/backups/etm/"$1"-before-*.tar.gz
}

newest() { # files: remove all but the last KEPT, by name
  [ $# -gt $KEPT ] || return 0
  for old in $(printf '%s\n' "$@" | sort | head -n -$KEPT); do rm -rf "$old"; done
}

point() { # link, folder
  ln -sfn "$2" "$1.new" && mv -T "$1.new" "$1"
}

healthy() { # service: 0 alive, 1 not, 2 its settings do not hold
  port=$(cat /etc/etm/etm.env "/etc/etm/$1.env" 2> /dev/null | sed -n 's/^PORT=\([0-9][0-9]*\)$/\1/p' | tail -1)
  case $1 in gateway) usual=8001 ;; storage) usual=8002 ;; knowledge) usual=8003 ;; notifier) usual=8004 ;; esac
  waited=0
  while [ $waited -lt $HEALTHY_S ]; do
    PORT=${port:-$usual} "/opt/etm/$1/current/bin/python" -m chassis.probe 2> /dev/null && return 0
    case $(systemctl show -P ExecMainStatus "etm@$1"):$(systemctl show -P ActiveState "etm@$1") in 2:failed) return 2 ;; esac
    sleep 1
    waited=$((waited + 1))
  done
  return 1
}

switch() { # service, folder: 0 done, 1 did not come up
  at=/opt/etm/$1
  former=$(readlink "$at/current" || true)
  point "$at/current" "$2"
  [ -z "$former" ] || [ "$former" = "$2" ] || point "$at/previous" "$former"
  systemctl enable --quiet "etm@$1"
  systemctl reset-failed "etm@$1" 2> /dev/null || true
  systemctl restart "etm@$1" || true
  code=0; healthy "$1" || code=$?
  case $code in
    0) echo "etm@$1 is alive: $(basename "$2")" ;;
    2) echo "etm@$1 waits for its settings:"; journalctl -u "etm@$1" -n 20 -o cat --no-pager | grep 'does not start' | sort -u || true ;;
    *) journalctl -u "etm@$1" -n 20 -o cat --no-pager || true; return 1 ;;
  esac
}

upgrade() { # service
  release=$(date -u +%Y%m%d-%H%M%S)
  folder=/opt/etm/$1/releases/$release
  former=$(readlink "/opt/etm/$1/current" || true)
  say "$1: building version $release"
  mkdir -p "/opt/etm/$1/releases"
  build "$1" "$folder" || { rm -rf "$folder"; fail "it could not be built; what ran before runs on"; }
  places "$1"
  saved "$1" "$release"
  say "$1: switching to it"
  if ! switch "$1" "$folder"; then
    [ -n "$former" ] || fail "$1 does not come up; see journalctl -u etm@$1"
    point "/opt/etm/$1/current" "$former"
    systemctl restart "etm@$1"
    rm -rf "$folder"
    fail "$1 did not come up with the new version; the one before runs again"
  fi
  for old in $(ls "/opt/etm/$1/releases" | sort | head -n -$KEPT); do
    old=/opt/etm/$1/releases/$old
    [ "$old" = "$(readlink "/opt/etm/$1/current")" ] || [ "$old" = "$(readlink "/opt/etm/$1/previous" || true)" ] || rm -rf "$old"
  done
}

back() { # service
  to=$(readlink "/opt/etm/$1/previous" || true)
  [ -n "$to" ] && [ -d "$to" ] || fail "$1 has no version before"
  say "$1: back to $(basename "$to"); data and settings stay"
  switch "$1" "$to" || fail "$1 does not come up; see journalctl -u etm@$1"
}

# --- all of them

if [ -n "$rollback" ]; then
  for service in $services; do back "$service"; done
  exit 0
fi
packages
builder
for service in $services; do upgrade "$service"; done

say "What next"
echo "settings   /etc/etm/etm.env, for one service alone /etc/etm/SERVICE.env; then systemctl restart 'etm@*'"
echo "secrets    /etc/etm/secrets/; the same keys on every machine"
echo "state      systemctl status 'etm@*'; journalctl -u etm@SERVICE; curl -H 'X-API-Key: …' http://HOST:PORT/readyz"
echo "backup     etm SERVICE backup > FILE"
echo "back       $0 --rollback$services"
