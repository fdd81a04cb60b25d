# The few packages that the build needs installed: tools, and the libraries that the private clang loads. Their
# versions do not matter to the result.

PACKAGES="apt dpkg gzip libedit2 libffi8 libxml2 libz3-4 libzstd1 make patch tar xz-utils zlib1g"

require_packages() {
  command -v dpkg-query >/dev/null || die "the build needs Debian (bookworm or trixie): it takes its pinned sources from there"
  [ "$(dpkg --print-architecture)" = amd64 ] || die "the compiler is pinned for amd64, this is $(dpkg --print-architecture)"
  command -v node >/dev/null || die "node is missing: the manifest is written by it"
  local package missing=()
  for package in $PACKAGES; do
    is_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || die "missing packages; install them with: apt-get install ${missing[*]}"
  echo "installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}
