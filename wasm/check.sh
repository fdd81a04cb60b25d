#!/usr/bin/env bash
# Rebuilds the engine in a temporary directory and compares it, byte for byte, with the one that is committed. With
# `--if-changed <commit>`: only when something under wasm/ differs from that commit (for CI).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ "${1:-}" = --if-changed ]; then
  if git diff --quiet "${2:?a commit to compare with}" -- wasm && [ -z "$(git status --porcelain -- wasm)" ]; then
    echo "wasm: nothing changed since $2"
    exit 0
  fi
fi

built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
bash wasm/build.sh --out "$built"

if diff -r "$built/LICENSES" wasm/engine/LICENSES &&
  cmp "$built/manifest.json" wasm/engine/manifest.json && cmp "$built/engine.wasm" wasm/engine/engine.wasm; then
  echo "wasm/engine/engine.wasm is what its sources build"
else
  echo "wasm/engine is not what its sources build; run \`npm run wasm:build\` and commit the result" >&2
  exit 1
fi
