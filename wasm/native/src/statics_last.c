/* Linked after the engine's objects. */
char statics_data_last[16] = {1};
char statics_bss_last[16];
