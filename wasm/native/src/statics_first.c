/* Linked before the engine's objects. */
char statics_data_first[16] = {1};
char statics_bss_first[16];
