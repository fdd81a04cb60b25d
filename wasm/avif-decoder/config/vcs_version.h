/* What meson makes of include/vcs_version.h.in. */
#define DAV1D_VERSION "1.5.1"
