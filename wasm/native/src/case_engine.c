#include "case.h"

#include <string.h>

#include "draw.h"
#include "engine_run.h"

static uint32_t source_of(uint32_t output) {
  switch (output) {
    case OUT_JPEG:
      return SOURCE_JPEG;
    case OUT_WEBP:
      return SOURCE_WEBP;
    case OUT_PNG:
      return SOURCE_PNG;
    case OUT_GIF:
      return SOURCE_GIF;
    default:
      return 0;
  }
}

/* What the engine writes it can read, at the size that was asked for. */
static void require_readable(const Job *job) {
  const Slice written = engine_made();
  const Facts facts = {.format = source_of(job->output_format), .width = job->output_width, .height = job->output_height};
  if (facts.format == 0 || written.count == 0) return;
  static uint8_t file[1 << 20];
  memcpy(file, written.bytes, written.count);
  Choices none = {0};
  const Job plain = draw_job(&none, facts);
  const HostResult again = engine_run(&plain, (Slice){file, written.count}, 0, (HostOptions){SIZE_MAX, 0});
  if (again.code != HOST_MADE) host_finding("the result cannot be read");
}

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
  if (result.result.code == HOST_MADE) require_readable(&job);
  return result;
}
