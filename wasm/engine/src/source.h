/* A source that is read: its bytes come in pieces, its planes flow by rows to the resize. One reader for each format. */
#ifndef PICTOR_SOURCE_H
#define PICTOR_SOURCE_H

#include "engine.h"
#include "target.h"

/* Where the planes go. */
typedef struct {
  const Job *job;
  Target target; /* once the source's layout is known */
} Flow;

/* The layout of the planes that are coming; once. */
void flow_open(Flow *flow, const SourcePlanes *source);
/* A RowSink; `flow` is a Flow. */
void flow_row(void *flow, int32_t plane, int32_t y, const uint8_t *row);

typedef struct {
  void *(*create)(const Job *job);
  /* 1 when all rows that the result needs have gone to `flow`; 0: wants more bytes. `end` with the last of them. */
  int (*feed)(void *reader, Flow *flow, const uint8_t *bytes, size_t count, int end);
  void (*free)(void *reader);
  /* For readers that want all bytes: called when they have been fed, and the memory that they came in is given back. */
  void (*whole)(void *reader, Flow *flow);
} SourceReader;

extern const SourceReader jpeg_reader; /* as the bytes come */
extern const SourceReader webp_reader; /* when all bytes are there */
extern const SourceReader png_reader;  /* as the bytes come; so are the following */
extern const SourceReader gif_reader;
extern const SourceReader raw_reader;

/* What the header says must agree with the plan. */
void source_require_size(const Job *job, int32_t width, int32_t height);

#endif
