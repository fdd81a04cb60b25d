#include "case.h"

#include "draw.h"
#include "engine_run.h"

int case_reads(Format format) { return format >= FORMAT_JPEG && format <= FORMAT_RAW; }

CaseResult case_run(const uint8_t *bytes, size_t count, uint8_t fill) {
  CaseResult result = {0};
  if (count < CASE_CHOICE_BYTES) return result;
  const size_t source_bytes = count - CASE_CHOICE_BYTES;
  Choices choices = {bytes + source_bytes, CASE_CHOICE_BYTES};
  Facts facts = facts_of(bytes, source_bytes);
  if (facts.format == 0) return result;
  const HostOptions options = {choose_heap(&choices), fill};
  const uint32_t feed_seed = draw_feed(&choices);
  /* The plan was made for another file; planes are ours. */
  if (facts.format != SOURCE_RAW && choose_seldom(&choices, 60)) facts.width += 1 + choose_below(&choices, 3);
  result.is_run = 1;
  const Job job = draw_job(&choices, facts);
  Slice source = {bytes, source_bytes};
  if (facts.format == SOURCE_RAW) source = raw_planes(facts.raw, source);
  result.result = engine_run(&job, source, feed_seed, options);
  return result;
}
