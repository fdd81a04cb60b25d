/* What CMake would have written into config/aom_config.c, and what its headers for run-time choices ask for. */
const char *aom_codec_build_config(void) { return ""; }
const char *aom_codec_license(void) { return ""; }
/* The kernels were chosen when the headers were generated. */
int aom_arm_cpu_caps(void) { return 1; }
