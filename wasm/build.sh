#!/usr/bin/env bash
# Builds the modules and their manifests from source: the same bytes on every amd64 Debian (bookworm or trixie).
# wasm/README.md tells what happens and why.
#
#   wasm/build.sh [option …] [module …]   a clean build of these modules (directories of wasm/), or of all
#   --dev         keeps objects and compiles only what changed
#   --names       also .pictor/wasm/<module>/obj/<module>.names.wasm, which tells profilers the functions' names
#   --out <dir>   writes <dir>/<module>/ with the module, its manifest and its objects instead (for wasm/check.sh)
set -euo pipefail
export LC_ALL=C TZ=UTC

usage() {
  sed -n '/^#   /s/^#   //p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

dev=0
targets=(all)
modules=()
out=
while [ $# -gt 0 ]; do
  case $1 in
    --dev) dev=1 ;;
    --names) targets+=(names) ;;
    --out) [ $# -ge 2 ] || usage; mkdir -p "$2"; out=$(cd "$2" && pwd); shift ;;
    -*) usage ;;
    *) modules+=("$1") ;;
  esac
  shift
done

die() {
  echo "wasm/build.sh: $*" >&2
  exit 1
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ $PWD != *[[:space:]]* ]] || die "make cannot work in a path with spaces: $PWD"
work=$PWD/.pictor/wasm # downloads and toolchain, and below each module's name its sources and objects
pins=wasm/pins.txt
mkdir -p "$work"
exec 9>"$work/lock" # two builds at once would unpack into the same directories
flock 9

source wasm/packages.sh
source wasm/fetch.sh
source wasm/unpack.sh

# What wasm/<module>/module.json names as linked in, as far as it is built from source.
sources_of() {
  node -p 'JSON.parse(fs.readFileSync(process.argv[1])).sources.join(" ")' "wasm/$1/module.json"
}

compile() {
  local module=$1 build=$2 into=$3
  shift 3
  LD_LIBRARY_PATH=$(toolchain_libraries "$work") make --no-print-directory --no-builtin-rules -j"$(nproc)" \
    -f "wasm/$module/$module.mk" TOOLCHAIN="$work/toolchain" UPSTREAM="$build/src" OBJ="$build/obj" OUT="$into" "$@"
}

build_module() {
  local module=$1 build=${out:-$work}/$1 into=${out:-$PWD/wasm}/$1 sources
  read -ra sources <<<"$(sources_of "$module")"
  [ "$dev" = 1 ] || rm -rf "$build/src" "$build/obj"
  mkdir -p "$build" "$into"
  fetch_pins "$pins" "$work" "${sources[@]}"
  unpack_toolchain "$pins" "$work"
  unpack_sources "$pins" "wasm/$module/patches" "$work/downloads" "$build/src" "${sources[@]}"
  compile "$module" "$build" "$into" "${targets[@]}"
  compile "$module" "$build" "$into" --silent describe |
    node wasm/manifest.mjs "$module" "$into" "$work/toolchain" "$build/src"
}

[ ${#modules[@]} -gt 0 ] || for file in wasm/*/module.json; do modules+=("$(basename "$(dirname "$file")")"); done
require_packages
for module in "${modules[@]}"; do
  [ -f "wasm/$module/module.json" ] || die "there is no module wasm/$module"
  build_module "$module"
done
