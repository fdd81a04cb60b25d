# Unpacks the private toolchain and the patched sources. Each is done again only when a pin or a patch changed.

# unpack_toolchain <pins.txt> <work>: the compiler and what it links with, as if installed below <work>/toolchain.
unpack_toolchain() {
  local pins=$1 work=$2 kind suite package version sha wanted
  wanted=$(package_pins "$pins" | sha256sum)
  [ "$(cat "$work/toolchain/.pins" 2>/dev/null)" != "$wanted" ] || return 0
  echo "unpacking the toolchain"
  rm -rf "$work/toolchain"
  mkdir "$work/toolchain"
  while read -r kind suite package version sha; do
    dpkg-deb -x "$work/downloads/$package.deb" "$work/toolchain"
  done < <(package_pins "$pins")
  local clang
  clang=$(LD_LIBRARY_PATH=$(toolchain_libraries "$work") "$work/toolchain/usr/lib/llvm-19/bin/clang" --version) ||
    die "the pinned clang does not run here"
  [[ $clang == *" 19.1.7 "* ]] || die "expected clang 19.1.7, unpacked: ${clang%%$'\n'*}"
  echo "$wanted" >"$work/toolchain/.pins"
}

# Where the unpacked clang finds its own libraries.
toolchain_libraries() {
  echo "$1/toolchain/usr/lib/x86_64-linux-gnu"
}

# unpack_sources <pins.txt> <patches> <downloads> <src> <source …>: those upstream libraries below <src>, patched.
unpack_sources() {
  local pins=$1 patches=$2 downloads=$3 src=$4 kind suite package file sha wanted
  shift 4
  wanted=$({ source_pins "$pins" "$@"; patches_in "$patches" | xargs -r cat; } | sha256sum)
  [ "$(cat "$src/.state" 2>/dev/null)" != "$wanted" ] || return 0
  echo "unpacking and patching $*"
  rm -rf "$src.new"
  while read -r kind suite package file sha; do
    mkdir -p "$src.new/$package"
    tar -xf "$downloads/$file" -C "$src.new/$package" --strip-components=1 --no-same-owner
  done < <(source_pins "$pins" "$@")
  apply_patches "$patches" "$src.new"
  update_files "$src.new" "$src"
  rm -rf "$src.new"
  echo "$wanted" >"$src/.state"
}

# In the order of their names; a module need not have any.
patches_in() {
  [ ! -d "$1" ] || find "$1" -name '*.patch' | sort
}

# A patch's paths start with the library's name: libwebp/src/enc/….
apply_patches() {
  local patch
  for patch in $(patches_in "$1"); do
    patch -p0 --directory "$2" --no-backup-if-mismatch --fuzz 0 --forward --silent <"$patch" ||
      die "$patch does not apply"
  done
}

# Copies what differs, so that only that is compiled again.
update_files() {
  local file
  [ -d "$2" ] || { cp -a "$1" "$2"; return; }
  while IFS= read -r file; do
    cmp -s "$1/$file" "$2/$file" || { mkdir -p "$(dirname "$2/$file")"; cp "$1/$file" "$2/$file"; }
  done < <(cd "$1" && find . -type f)
}
