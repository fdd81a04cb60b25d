#!/usr/bin/env bash
# Builds the modules that read pictures for this machine, with sanitizers, and runs pictures and damaged copies of them
# through.
# docs/soundness.md tells what is looked for.
#
#   wasm/fuzz.sh [option …]
#   --mutants <n>         damaged copies in all: of each module's share, half with SIMD and half without (default 4000)
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

# Those that read what others have written.
modules=(engine avif-decoder)

# The compiler and the sources are those of the modules themselves; the sanitizers have a pin of their own.
prepare() {
  local module sources
  exec 9>"$work/lock"
  flock 9
  require_packages
  for module in "${modules[@]}"; do
    read -ra sources < <(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).sources.join(" ")' "wasm/$module/module.json")
    fetch_pins wasm/pins.txt "$work" "${sources[@]}"
    unpack_toolchain wasm/pins.txt "$work"
    unpack_sources wasm/pins.txt "wasm/$module/patches" "$work/downloads" "$work/$module/src" "${sources[@]}"
  done
  fetch_pins wasm/native/pins.txt "$work"
  unpack_runtime
  take_stills
  exec 9>&-
}

# The AV1 pictures of the AVIF files: containers are read by TypeScript, the module is given what is in them.
take_stills() {
  rm -rf "$native/stills"
  mkdir -p "$native/stills"
  pictures | grep '\.avif$' | sort | xargs -r node --import tsx test/soundness/stills.ts "$native/stills"
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

# compile <module> <simd|scalar> <target of native.mk>: says where the program is.
compile() {
  local module=$1 ways=$2 what=$3 obj
  obj=$native/$module-$ways-$sanitize${target:+-coverage}
  echo "compiling $what of $module ($ways, $sanitize)" >&2
  LD_LIBRARY_PATH=$(toolchain_libraries "$work") make --no-print-directory --no-builtin-rules --silent -j"$(nproc)" \
    -f wasm/native/native.mk FUZZ="$module" TOOLCHAIN="$work/toolchain" RUNTIME="$native/runtime" \
    UPSTREAM="$work/$module/src" OBJ="$obj" WAYS="$ways" SANITIZE="$sanitize" COVERAGE="${target:+1}" "$obj/$what" \
    >"$native/make.log" 2>&1 || { cat "$native/make.log" >&2; die "it does not compile"; }
  echo "$obj/$what"
}

# The project's own pictures; and the corpus of real and hostile files, where it is.
pictures() {
  local corpus=${PICTOR_CORPUS:-../shared/corpus}
  find test/fixtures/pictures examples/pictures -type f
  [ ! -d "$corpus" ] || find "$corpus" -type f
}

# What the native runner can load, in an order that does not depend on the file system.
sources() {
  { pictures; find "$native/stills" -type f; } | sort
}

# Runs all findings that were ever fixed, then the pictures and their mutants, in as many processes as there are CPUs.
run_pictures() {
  local module=$1 ways=$2 count=$3 corpus processes i pids=()
  corpus=$(compile "$module" "$ways" corpus)
  find test/fixtures/findings -name '*.case' -print0 | sort -z | xargs -0 -r "$corpus" --replay >/dev/null
  processes=$(nproc)
  for ((i = 0; i < processes; i++)); do
    sources | "$corpus" --seed "$((seed * 1000 + i))" --part "$i/$processes" --mutants "$((count / processes))" \
      --keep "$findings" &
    pids+=($!)
  done
  for i in "${pids[@]}"; do wait "$i" || die "a finding of $module ($ways); run it alone with --replay"; done
}

# libFuzzer keeps what reaches new code in a folder of the target's, and starts from there the next time.
run_target() {
  local module=engine program kept=$native/kept/$target
  [ "$target" != av1 ] || module=avif-decoder
  program=$(compile "$module" simd "fuzz-$target")
  mkdir -p "$kept"
  sources | "$(compile "$module" simd corpus)" --seed "$seed" --write-cases "$kept" --format "$target"
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
if [ -n "$target" ]; then
  run_target
  exit
fi
for module in "${modules[@]}"; do
  # The decoder of AV1 takes longer for each.
  [ "$module" = engine ] && share=$((mutants * 3 / 4)) || share=$((mutants / 4))
  for ways in simd scalar; do
    if [ ${#cases[@]} -gt 0 ]; then
      "$(compile "$module" "$ways" corpus)" --replay "${cases[@]}"
    else
      run_pictures "$module" "$ways" "$((share / 2))"
    fi
  done
done
