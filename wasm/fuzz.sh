#!/usr/bin/env bash
# Builds the engine for this machine with sanitizers and runs pictures and damaged copies of them through it.
# docs/soundness.md tells what is looked for.
#
#   wasm/fuzz.sh [option …]
#   --mutants <n>         damaged copies in all, half of them with SIMD and half without (default 4000)
#   --seed <n>            other ones than usual (default 1)
#   --memory              MemorySanitizer instead of AddressSanitizer and UndefinedBehaviorSanitizer
#   --target <format>     libFuzzer's target of a source format instead, guided by coverage
#   --seconds <n>         how long that runs (default 600)
#   --replay <case> …     single cases, as a finding leaves them
#   --if-possible         says so, and succeeds, where the build cannot have what it needs
#
# Findings are written to .pictor/wasm/native/findings; any ends the run with an error.
set -euo pipefail
export LC_ALL=C TZ=UTC

usage() {
  sed -n '/^#   /s/^#   //p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

mutants=4000
seed=1
sanitize=address
target=
seconds=600
cases=()
if_possible=0
while [ $# -gt 0 ]; do
  case $1 in
    --mutants | --seed | --target | --seconds)
      [ $# -ge 2 ] || usage
      declare "${1#--}=$2"
      shift
      ;;
    --memory) sanitize=memory ;;
    --replay)
      shift
      while [ $# -gt 0 ]; do cases+=("$(realpath "$1")") && shift; done
      break
      ;;
    --if-possible) if_possible=1 ;;
    *) usage ;;
  esac
  shift
done

die() {
  echo "wasm/fuzz.sh: $*" >&2
  exit 1
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ $PWD != *[[:space:]]* ]] || die "make cannot work in a path with spaces: $PWD"
work=$PWD/.pictor/wasm
native=$work/native
findings=$native/findings
mkdir -p "$work" "$findings"

source wasm/packages.sh
source wasm/fetch.sh
source wasm/unpack.sh
# The machine's C library and linker scripts, and what libFuzzer is written in.
PACKAGES+=" g++"

# The compiler and the sources are those of the module itself; the sanitizers have a pin of their own.
prepare() {
  local sources
  exec 9>"$work/lock"
  flock 9
  require_packages
  read -ra sources < <(node -p 'JSON.parse(fs.readFileSync("wasm/engine/module.json")).sources.join(" ")')
  fetch_pins wasm/pins.txt "$work" "${sources[@]}"
  fetch_pins wasm/native/pins.txt "$work"
  unpack_toolchain wasm/pins.txt "$work"
  unpack_sources wasm/pins.txt wasm/engine/patches "$work/downloads" "$work/engine/src" "${sources[@]}"
  unpack_runtime
  exec 9>&-
}

# clang's own headers and the sanitizers' libraries, in one directory as clang wants them.
unpack_runtime() {
  local clang=usr/lib/llvm-19/lib/clang/19 wanted
  wanted=$(package_pins wasm/native/pins.txt | sha256sum)
  [ "$(cat "$native/runtime/.pins" 2>/dev/null)" != "$wanted" ] || return 0
  rm -rf "$native/unpacked" "$native/runtime"
  mkdir -p "$native/unpacked" "$native/runtime"
  dpkg-deb -x "$work/downloads/libclang-rt-19-dev.deb" "$native/unpacked"
  ln -s "$work/toolchain/$clang/include" "$native/runtime/include"
  ln -s "$native/unpacked/$clang/lib" "$native/runtime/lib"
  echo "$wanted" >"$native/runtime/.pins"
}

# compile <simd|scalar> <target of native.mk>: says where the program is.
compile() {
  local ways=$1 what=$2 obj
  obj=$native/$ways-$sanitize${target:+-coverage}
  echo "compiling $what ($ways, $sanitize)" >&2
  LD_LIBRARY_PATH=$(toolchain_libraries "$work") make --no-print-directory --no-builtin-rules --silent -j"$(nproc)" \
    -f wasm/native/native.mk TOOLCHAIN="$work/toolchain" RUNTIME="$native/runtime" UPSTREAM="$work/engine/src" \
    OBJ="$obj" WAYS="$ways" SANITIZE="$sanitize" COVERAGE="${target:+1}" "$obj/$what" >"$native/make.log" 2>&1 ||
    { cat "$native/make.log" >&2; die "it does not compile"; }
  echo "$obj/$what"
}

# The project's own pictures; and the corpus of real and hostile files, where it is.
pictures() {
  local corpus=${PICTOR_CORPUS:-../shared/corpus}
  find test/fixtures/pictures examples/pictures -type f
  [ ! -d "$corpus" ] || find "$corpus" -type f
}

# Runs all findings that were ever fixed, then the pictures and their mutants, in as many processes as there are CPUs.
run_pictures() {
  local ways=$1 count=$2 corpus processes i pids=()
  corpus=$(compile "$ways" corpus)
  find test/fixtures/findings -name '*.case' -print0 | sort -z | xargs -0 -r "$corpus" --replay
  processes=$(nproc)
  for ((i = 0; i < processes; i++)); do
    pictures | sort | "$corpus" --seed "$((seed * 1000 + i))" --part "$i/$processes" --mutants "$((count / processes))" \
      --keep "$findings" &
    pids+=($!)
  done
  for i in "${pids[@]}"; do wait "$i" || die "a finding; run it alone with --replay"; done
}

# libFuzzer keeps what reaches new code in a folder of the target's, and starts from there the next time.
run_target() {
  local program kept=$native/kept/$target
  program=$(compile simd "fuzz-$target")
  mkdir -p "$kept"
  pictures | sort | "$(compile simd corpus)" --seed "$seed" --write-cases "$kept" --format "$target"
  "$program" -max_total_time="$seconds" -timeout=30 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="$findings/" -fork="$(nproc)" "$kept"
}

# Not as a condition: there, bash would go on after a command that failed.
set +e
(set -e; prepare)
prepared=$?
set -e
if [ "$prepared" != 0 ]; then
  [ "$if_possible" = 1 ] || exit 1
  echo "SKIPPED: the native build with sanitizers cannot have what it needs here (see above)"
  exit 0
fi
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1
if [ ${#cases[@]} -gt 0 ]; then
  for ways in simd scalar; do "$(compile "$ways" corpus)" --replay "${cases[@]}"; done
elif [ -n "$target" ]; then
  run_target
else
  for ways in simd scalar; do run_pictures "$ways" "$((mutants / 2))"; done
fi
