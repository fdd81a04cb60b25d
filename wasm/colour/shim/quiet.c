/*
 * What Little CMS asks of the C library and never needs here: files, the text of an error, and the date of a profile
 * that is made. The library's own would bring printf's code, and a file system and a clock to be imported.
 */
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

int vsnprintf(char *restrict to, size_t size, const char *restrict format, va_list values) {
  (void)format;
  (void)values;
  if (size > 0) to[0] = '\0';
  return 0;
}

time_t time(time_t *now) {
  if (now != NULL) *now = 0;
  return 0;
}

/* There is no file: what follows is never called, as all of it wants one. */
FILE *fopen(const char *restrict name, const char *restrict mode) {
  (void)name;
  (void)mode;
  return NULL;
}

int fclose(FILE *file) {
  (void)file;
  return EOF;
}

size_t fread(void *restrict to, size_t size, size_t count, FILE *restrict file) {
  (void)to;
  (void)size;
  (void)count;
  (void)file;
  return 0;
}

size_t fwrite(const void *restrict from, size_t size, size_t count, FILE *restrict file) {
  (void)from;
  (void)size;
  (void)count;
  (void)file;
  return 0;
}

int fseek(FILE *file, long offset, int whence) {
  (void)file;
  (void)offset;
  (void)whence;
  return -1;
}

long ftell(FILE *file) {
  (void)file;
  return -1;
}

int remove(const char *name) {
  (void)name;
  return -1;
}
