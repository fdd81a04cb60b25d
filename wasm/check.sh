#!/usr/bin/env bash
# Rebuilds the modules in a temporary directory and compares them, byte for byte, with those that are committed.
#
#   wasm/check.sh                        all modules
#   wasm/check.sh --if-changed <commit>  those whose sources, or what all share, differ from that commit (for CI)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

modules=()
for file in wasm/*/module.json; do modules+=("$(basename "$(dirname "$file")")"); done

# What a module is made of: its directory, the build's files, and what its makefile takes from other modules.
inputs_of() {
  echo "wasm/$1" ':(glob)wasm/*'
  grep -oE 'wasm/[a-z-]+/[a-z_/]+(\.[ch])?' "wasm/$1/$1.mk" || true
}

changed_since() {
  local inputs
  read -rd '' -a inputs < <(inputs_of "$2") || true
  ! git diff --quiet "$1" -- "${inputs[@]}" || [ -n "$(git status --porcelain -- "${inputs[@]}")" ]
}

if [ "${1:-}" = --if-changed ]; then
  changed=()
  for module in "${modules[@]}"; do
    if changed_since "${2:?a commit to compare with}" "$module"; then changed+=("$module"); fi
  done
  [ ${#changed[@]} -gt 0 ] || { echo "wasm: nothing changed since $2"; exit 0; }
  modules=("${changed[@]}")
fi

built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
bash wasm/build.sh --out "$built" "${modules[@]}"

wrong=()
for module in "${modules[@]}"; do
  if diff -r "$built/$module/LICENSES" "wasm/$module/LICENSES" &&
    cmp "$built/$module/manifest.json" "wasm/$module/manifest.json" &&
    cmp "$built/$module/$module.wasm" "wasm/$module/$module.wasm"; then
    echo "wasm/$module/$module.wasm is what its sources build"
  else
    wrong+=("wasm/$module")
  fi
done
[ ${#wrong[@]} = 0 ] || {
  echo "not what their sources build: ${wrong[*]}; run \`npm run wasm:build\` and commit the result" >&2
  exit 1
}
