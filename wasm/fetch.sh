# Downloads what pins.txt names, from Debian through a private apt directory: the mirror, proxy and keys are the machine's own, its
# package lists and sources are left alone. Files are kept, and checked against their SHA-256 at every build.

# fetch_pins <pins.txt> <work> <source …>: the toolchain and those sources.
fetch_pins() {
  local pins=$1 work=$2 kind suite package version sha file
  shift 2
  mkdir -p "$work/downloads"
  while read -r kind suite package version sha; do
    file=$work/downloads/$(pin_file "$kind" "$package" "$version")
    [ -f "$file" ] && has_sha256 "$file" "$sha" && continue
    if [ "$suite" = npm ]; then
      download_npm "$package" "$version" "$sha" "$file"
      continue
    fi
    prepare_apt "$pins" "$work/apt"
    download "$kind" "$suite" "$package" "$version" "$sha" "$file"
  done < <(package_pins "$pins"; source_pins "$pins" "$@")
}

# The lines of pins.txt about the toolchain.
package_pins() {
  grep '^package ' "$1"
}

# source_pins <pins.txt> <source …>: the lines about those sources, each of which must be there.
source_pins() {
  local pins=$1 source
  shift
  for source in "$@"; do
    grep -E "^source +[a-z]+ +$source " "$pins" || die "$pins has no source $source"
  done
}

pin_file() {
  if [ "$1" = source ]; then echo "$3"; else echo "$2.deb"; fi
}

has_sha256() {
  [ "$(sha256sum <"$1" | cut -d' ' -f1)" = "$2" ]
}

download() {
  local kind=$1 suite=$2 package=$3 version=$4 sha=$5 file=$6 uri
  uri=$(locate "$kind" "$suite" "$package" "$version") || true
  [ -n "$uri" ] || die "$(redacted "$(not_offered "$kind" "$suite" "$package" "$version")")"
  echo "fetching $(basename "$file")"
  rm -f "$file" "$file.part"
  # apt-helper knows all of apt's transports, proxies and credentials.
  /usr/lib/apt/apt-helper -q -c "$apt_config" download-file "$uri" "$file.part" >/dev/null ||
    die "cannot fetch $(redacted "$uri")"
  has_sha256 "$file.part" "$sha" || die "$(redacted "$uri") has another SHA-256 than wasm/pins.txt says"
  mv "$file.part" "$file"
}

# download_npm <package> <file name> <sha> <file>: a package's tarball, through npm's own client and settings.
download_npm() {
  local package=$1 name=$2 sha=$3 file=$4 version
  version=${name#"$package"-}
  echo "fetching $name"
  npm pack --silent --pack-destination "$(dirname "$file")" "$package@${version%.tgz}" >/dev/null ||
    die "npm cannot fetch $package ${version%.tgz}"
  has_sha256 "$file" "$sha" || die "$name has another SHA-256 than wasm/pins.txt says"
}

# The address of a pinned file, or nothing when the mirror does not offer it.
locate() {
  local kind=$1 suite=$2 package=$3 version=$4
  if [ "$kind" = source ]; then
    apt-get -qq -c "$apt_config" source --print-uris --download-only "$package/$suite" 2>/dev/null |
      awk -v file="$version" '$2 == file { print $1 }'
  else
    apt-get -qq -c "$apt_config" download --print-uris "$package=$version" 2>/dev/null | awk '{ print $1 }'
  fi | tr -d "'" | head -n 1
}

not_offered() {
  echo "$apt_mirror has no $3 $4 in $2 (pinned in wasm/pins.txt). It offers:"
  if [ "$1" = source ]; then
    apt-cache -c "$apt_config" showsrc "$3" 2>/dev/null | awk '/^Version:/ { print "  " $2 }'
  else
    apt-cache -c "$apt_config" madison "$3" 2>/dev/null | sed 's/^ */  /'
  fi
}

# prepare_apt <pins.txt> <directory>: sets apt_config and apt_mirror, once.
prepare_apt() {
  [ -z "${apt_config:-}" ] || return 0
  local pins=$1 apt=$2 suite
  apt_mirror=${PICTOR_DEBIAN_MIRROR:-$(debian_mirror /etc/apt)}
  [ -n "$apt_mirror" ] || die "no Debian mirror in /etc/apt; name one in PICTOR_DEBIAN_MIRROR"
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
  for suite in $(awk '/^(package|source) / && $2 != "npm" { print $2 }' "$pins" | sort -u); do
    echo "deb $(signed_by)$apt_mirror $suite main"
    echo "deb-src $(signed_by)$apt_mirror $suite main"
  done >"$apt/sources.list"
  apt_config=$apt/apt.conf
  cat >"$apt_config" <<CONF
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "-";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
// Hooks and extra indexes are for the system's own lists.
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear Acquire::IndexTargets::deb::DEP-11;
#clear Acquire::IndexTargets::deb::DEP-11-icons;
#clear Acquire::IndexTargets::deb::DEP-11-icons-small;
#clear Acquire::IndexTargets::deb::DEP-11-icons-large;
CONF
  echo "reading the package lists of $(redacted "$apt_mirror")"
  apt-get -q -c "$apt_config" update >"$apt/update.log" 2>&1 ||
    die "cannot read the package lists: $(redacted "$(tail -n 3 "$apt/update.log")")"
}

signed_by() {
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ ! -f "$keyring" ] || echo "[signed-by=$keyring] "
}

# A mirror's address may carry a password.
redacted() {
  sed -E 's#//[^/@ ]*@#//#g' <<<"$1"
}

# The mirror of Debian's main archive that the machine is configured with, in either of apt's formats. Others' archives
# (which use Debian's suite names too) come after one whose path ends in /debian.
debian_mirror() {
  {
    cat "$1"/sources.list "$1"/sources.list.d/*.list 2>/dev/null | awk '
      $1 == "deb" {
        sub(/\[[^]]*\]/, "")
        if ($0 ~ / main( |$)/ && $3 !~ /security|backports|updates/) print $2
      }'
    # Stanzas are parted by empty lines; a field may go on in indented lines.
    cat_stanzas "$1"/sources.list.d/*.sources | awk -v RS= '
      function field(name) {
        return match("\n" $0, "\n" name ":[^\n]*(\n[ \t][^\n]*)*") ? substr($0, RSTART, RLENGTH - 1) : ""
      }
      field("Enabled") ~ /no/ || field("Types") !~ /deb([ \n]|$)/ || field("Components") !~ /main/ { next }
      field("Suites") ~ /security/ { next }
      { if (split(field("URIs"), word, /[ \t\n]+/) > 1) print word[2] }'
  } | awk '/\/debian\/?$/ && !best { best = $0 } !first { first = $0 } END { print best ? best : first }'
}

cat_stanzas() {
  local file
  for file in "$@"; do
    [ ! -f "$file" ] || { grep -v '^#' "$file"; echo; }
  done
}
