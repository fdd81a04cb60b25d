/*
 * Runs files, and seeded mutations of them, through the engine.
 *
 *   corpus --seed <n> --mutants <n> [--part <i>/<n>] --keep <folder> < list of files
 *                       every nth file as it is, then so many mutants of all of them
 *   corpus --replay <case …>
 *                       single cases, e.g. findings
 *   corpus --seed <n> --write-cases <folder> --format <format> < list of files
 *                       the files of a format as cases, for libFuzzer to begin with
 *
 * What a sanitizer finds ends the program; the case is then in the folder, ready for --replay.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include "case.h"
#include "failure.h"
#include "mutate.h"
#include "raw.h"

void __sanitizer_set_death_callback(void (*callback)(void));

/* Larger files only take time. */
#define MOST_FILE_BYTES (1 << 20)
#define MOST_FILES 4000
#define ROOM (2 << 20)
/* CPU time of one run; the slowest that were seen take a second or two with sanitizers. */
#define MOST_SECONDS 30
/* Runs of each file as it is. */
#define JOBS_OF_A_FILE 3
/* Mutants from one word of progress to the next. */
#define PROGRESS 50000
/* One in so many runs is done again on other fresh memory, and one in as many with other pieces. */
#define CHECKED_AGAIN 12

typedef struct {
  uint8_t *bytes;
  size_t size;
  Format format;
} File;

static File files[MOST_FILES];
static size_t file_count;

/* Of the run that is under way, for who finds something. */
static uint8_t current[ROOM];
static size_t current_size;
static const char *keep_folder = ".";
static uint64_t seed;
static long run_count;

typedef struct {
  long runs, made, failed[FAIL_INTERNAL + 1];
} Tally;
static Tally tallies[FORMAT_COUNT];
static double slowest;
/* From here on a slow run is kept, to be looked at. */
#define SLOW_SECONDS 3
static size_t highest_peak;

static void write_current(const char *name) {
  FILE *file = fopen(name, "wb");
  if (file == NULL) return;
  fwrite(current, 1, current_size, file);
  fclose(file);
}

static void keep_as(const char *what) {
  char name[4096];
  snprintf(name, sizeof name, "%s/%s-%llu-%ld.case", keep_folder, what, (unsigned long long)seed, run_count);
  write_current(name);
  fprintf(stderr, "the case is in %s\n", name);
}

static void keep_current(void) { keep_as("finding"); }

static void on_abort(int signal_number) {
  (void)signal_number;
  keep_current();
  _Exit(1);
}

static void on_time(int signal_number) {
  (void)signal_number;
  fprintf(stderr, "FINDING: a run took longer than %d s\n", MOST_SECONDS);
  abort();
}

static void limit_time(int seconds) {
  const struct itimerval timer = {.it_value = {.tv_sec = seconds}};
  setitimer(ITIMER_PROF, &timer, NULL);
}

static double cpu_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int is_same(HostResult a, HostResult b) { return a.code == b.code && a.bytes == b.bytes && a.hash == b.hash; }

static void count(Format format, HostResult result) {
  Tally *tally = &tallies[format];
  tally->runs++;
  if (result.code == HOST_MADE) tally->made++;
  else tally->failed[result.code]++;
  if (result.peak_bytes > highest_peak) highest_peak = result.peak_bytes;
}

static void run_current(Random *random) {
  const double start = cpu_seconds();
  limit_time(MOST_SECONDS);
  run_count++;
  const CaseResult once = case_run(current, current_size, 0xa5);
  if (once.is_run) {
    count(format_of(current, current_size), once.result);
    const double seconds = cpu_seconds() - start;
    if (seconds > slowest && seconds > SLOW_SECONDS) keep_as("slow");
    if (seconds > slowest) slowest = seconds;
    if (random_below(random, CHECKED_AGAIN) == 0) {
      limit_time(MOST_SECONDS);
      const CaseResult again = case_run(current, current_size, 0);
      if (!is_same(once.result, again.result)) host_finding("the result depends on what fresh memory holds");
    }
  }
  limit_time(0);
}

/* ---- cases ---- */

static void choose_job(Random *random) {
  for (int i = 0; i < CASE_CHOICE_BYTES; i++) current[current_size++] = (uint8_t)(random_bits(random) >> 8);
}

/* Small files more often: many runs of many kinds are worth more than the same for long. Planes are our own. */
static const File *any_file(Random *random) {
  for (;;) {
    const File *file = &files[random_below(random, file_count)];
    const size_t in = file->size > 100000 ? 16 : file->size > 20000 || file->format == FORMAT_RAW ? 4 : 1;
    if (random_below(random, in) == 0) return file;
  }
}

static const File *another_of(Random *random, Format format) {
  for (int tries = 0; tries < 50; tries++) {
    const File *file = &files[random_below(random, file_count)];
    if (file->format == format && file->size < 100000) return file;
  }
  return NULL;
}

static void run_mutant(Random *random) {
  const File *file = any_file(random), *other = another_of(random, file->format);
  memcpy(current, file->bytes, file->size);
  Buffer buffer = {current, file->size, ROOM - CASE_CHOICE_BYTES};
  mutate(random, &buffer, other ? other->bytes : NULL, other ? other->size : 0);
  current_size = buffer.size;
  choose_job(random);
  run_current(random);
}

static void run_files(Random *random, size_t first, size_t step) {
  for (size_t i = first; i < file_count; i += step) {
    for (int job = 0; job < JOBS_OF_A_FILE; job++) {
      memcpy(current, files[i].bytes, files[i].size);
      current_size = files[i].size;
      choose_job(random);
      run_current(random);
    }
  }
}

/* ---- files ---- */

/* Small ones alone: a target should run many times a second. */
static void write_cases(Random *random, const char *folder, const char *format) {
  char name[4096];
  for (size_t i = 0; i < file_count; i++) {
    if (strcmp(format_name(files[i].format), format) != 0 || files[i].size > 60000) continue;
    memcpy(current, files[i].bytes, files[i].size);
    current_size = files[i].size;
    choose_job(random);
    snprintf(name, sizeof name, "%s/picture-%zu.case", folder, i);
    write_current(name);
  }
}

/* Bytes that were read, at most `room`; SIZE_MAX without a file. */
static size_t read_file(const char *path, uint8_t *bytes, size_t room) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return SIZE_MAX;
  const size_t size = fread(bytes, 1, room, file);
  fclose(file);
  return size;
}

static void keep_file(Format format, size_t size) {
  uint8_t *bytes = malloc(size);
  if (bytes == NULL) abort();
  memcpy(bytes, current, size);
  files[file_count++] = (File){bytes, size, format};
}

static void load(const char *path) {
  const size_t size = read_file(path, current, sizeof current);
  if (size == SIZE_MAX || size < 16 || size > MOST_FILE_BYTES || file_count == MOST_FILES) return;
  const Format format = format_of(current, size);
  if (case_reads(format)) keep_file(format, size);
}

/* Planes of noise, of every layout (raw.h). */
static void make_raw_files(void) {
  if (!case_reads(FORMAT_RAW)) return;
  Random random = {1};
  for (uint8_t layout = 0; layout < 32 && file_count < MOST_FILES; layout++) {
    memcpy(current, RAW_MAGIC, 4);
    for (size_t i = 4; i < 400; i++) current[i] = (uint8_t)random_bits(&random);
    current[6] = layout;
    keep_file(FORMAT_RAW, 400);
  }
}

static void load_listed(void) {
  char line[4096];
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = 0;
    load(line);
  }
}

static void replay(const char *path) {
  current_size = read_file(path, current, sizeof current);
  if (current_size == SIZE_MAX) {
    fprintf(stderr, "cannot read %s\n", path);
    exit(2);
  }
  const CaseResult result = case_run(current, current_size, 0xa5);
  if (!result.is_run) printf("%s: not this module's\n", path);
  else if (result.result.code == HOST_MADE) printf("%s: made %zu bytes\n", path, result.result.bytes);
  else printf("%s: refused (%d): %s\n", path, result.result.code, result.result.text);
}

static void report(void) {
  for (int format = 0; format < FORMAT_COUNT; format++) {
    const Tally *tally = &tallies[format];
    if (tally->runs == 0) continue;
    printf("%s: %ld runs, %ld made, %ld broken, %ld unsupported, %ld short of memory, %ld not as planned\n",
           format_name((Format)format), tally->runs, tally->made, tally->failed[FAIL_BROKEN],
           tally->failed[FAIL_UNSUPPORTED], tally->failed[FAIL_MEMORY], tally->failed[FAIL_MISMATCH]);
  }
  printf("slowest run: %.2f s; most memory: %.1f MB\n", slowest, (double)highest_peak / 1e6);
}

int main(int count_of, char **arguments) {
  long mutants = 0;
  const char *folder = NULL, *format = "";
  unsigned first = 0, step = 1;
  signal(SIGABRT, on_abort);
  signal(SIGPROF, on_time);
  __sanitizer_set_death_callback(keep_current);
  if (count_of > 1 && strcmp(arguments[1], "--replay") == 0) {
    for (int i = 2; i < count_of; i++) replay(arguments[i]);
    return 0;
  }
  for (int i = 1; i < count_of; i += 2) {
    const char *value = i + 1 < count_of ? arguments[i + 1] : "";
    if (strcmp(arguments[i], "--seed") == 0) seed = strtoull(value, NULL, 10);
    else if (strcmp(arguments[i], "--mutants") == 0) mutants = strtol(value, NULL, 10);
    else if (strcmp(arguments[i], "--keep") == 0) keep_folder = value;
    else if (strcmp(arguments[i], "--part") == 0 && sscanf(value, "%u/%u", &first, &step) == 2 && step > 0) continue;
    else if (strcmp(arguments[i], "--write-cases") == 0) folder = value;
    else if (strcmp(arguments[i], "--format") == 0) format = value;
    else return 2;
  }
  load_listed();
  make_raw_files();
  if (file_count == 0) {
    fputs("no file to run\n", stderr);
    return 2;
  }
  Random random = {seed * 0x9e3779b97f4a7c15u + 0x1234567};
  if (folder != NULL) {
    write_cases(&random, folder, format);
    return 0;
  }
  run_files(&random, first, step);
  for (long i = 0; i < mutants; i++) {
    run_mutant(&random);
    if ((i + 1) % PROGRESS == 0) fprintf(stderr, "seed %llu: %ld mutants so far\n", (unsigned long long)seed, i + 1);
  }
  printf("seed %llu: %zu files, %ld mutants\n", (unsigned long long)seed, file_count, mutants);
  report();
  return 0;
}
