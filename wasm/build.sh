#!/usr/bin/env bash
# Builds wasm/engine/engine.wasm and its manifest from source: the same bytes on every amd64 Debian (bookworm or
# trixie). wasm/README.md tells what happens and why.
#
#   wasm/build.sh               a clean build
#   wasm/build.sh --dev         keeps objects and compiles only what changed
#   wasm/build.sh --names       also .pictor/wasm/obj/engine.names.wasm, which tells profilers the functions' names
#   wasm/build.sh --out <dir>   writes the module, its manifest and its objects there instead (for wasm/check.sh)
set -euo pipefail
export LC_ALL=C TZ=UTC

usage() {
  sed -n '/^#   /s/^#   //p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

dev=0
targets=(all)
out=
while [ $# -gt 0 ]; do
  case $1 in
    --dev) dev=1 ;;
    --names) targets+=(names) ;;
    --out) [ $# -ge 2 ] || usage; mkdir -p "$2"; out=$(cd "$2" && pwd); shift ;;
    *) usage ;;
  esac
  shift
done

die() {
  echo "wasm/build.sh: $*" >&2
  exit 1
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ $PWD != *[[:space:]]* ]] || die "make cannot work in a path with spaces: $PWD"
engine=wasm/engine
work=$PWD/.pictor/wasm  # downloads and toolchain
build=${out:-$work}     # sources and objects
out=${out:-$PWD/$engine}
mkdir -p "$work"
exec 9>"$work/lock" # two builds at once would unpack into the same directories
flock 9

source "$engine/packages.sh"
source "$engine/fetch.sh"
source "$engine/unpack.sh"

[ "$dev" = 1 ] || rm -rf "$build/src" "$build/obj"
require_packages
fetch_pins "$engine/pins.txt" "$work"
unpack_toolchain "$engine/pins.txt" "$work"
unpack_sources "$engine/pins.txt" "$engine/patches" "$work/downloads" "$build/src"
compile() {
  LD_LIBRARY_PATH=$(toolchain_libraries "$work") make --no-print-directory --no-builtin-rules -j"$(nproc)" -f "$engine/engine.mk" \
    TOOLCHAIN="$work/toolchain" UPSTREAM="$build/src" OBJ="$build/obj" OUT="$out" "$@"
}
compile "${targets[@]}"
compile --silent describe | node "$engine/manifest.mjs" "$out" "$work/toolchain" "$build/src"
