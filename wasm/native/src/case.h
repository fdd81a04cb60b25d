/*
 * Each module has its own way to run one: case_engine.c, case_av1.c. A case is one file of bytes that says all of a run: the source, and behind it CASE_CHOICE_BYTES from which the job is
 * drawn. So a finding is one file, whoever found it; `--replay` of the corpus runner and libFuzzer's targets read it.
 */
#ifndef PICTOR_NATIVE_CASE_H
#define PICTOR_NATIVE_CASE_H

#include "format.h"
#include "host.h"

#define CASE_CHOICE_BYTES 96

typedef struct {
  int is_run; /* 0: a source that the module does not read, or too short for a case */
  HostResult result;
} CaseResult;

/* Whether such files are the module's. */
int case_reads(Format format);
/* `fill`: see HostOptions. A result must not depend on it. */
CaseResult case_run(const uint8_t *bytes, size_t count, uint8_t fill);

#endif
