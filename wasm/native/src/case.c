#include "case.h"

#include <stdlib.h>
#include <string.h>

#include "draw.h"

CaseResult case_run(const uint8_t *bytes, size_t count, uint8_t fill) {
  CaseResult result = {0};
  if (count < CASE_CHOICE_BYTES) return result;
  const size_t source_bytes = count - CASE_CHOICE_BYTES;
  Choices choices = {bytes + source_bytes, CASE_CHOICE_BYTES};
  Facts facts = facts_of(bytes, source_bytes);
  if (facts.format == 0) return result;
  HostOptions options = draw_options(&choices);
  options.fill = fill;
  /* The plan was made for another file; planes are ours. */
  if (facts.format != SOURCE_RAW && choose_seldom(&choices, 60)) facts.width += 1 + choose_below(&choices, 3);
  result.is_run = 1;
  result.job = draw_job(&choices, facts);
  Slice source = {bytes, source_bytes};
  if (facts.format == SOURCE_RAW) source = raw_planes(facts.raw, source);
  result.result = host_run(&result.job, source, options);
  return result;
}
