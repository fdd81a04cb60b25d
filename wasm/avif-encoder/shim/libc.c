/*
 * What libaom takes of stdio and of the environment, which a module without a system has not: files for statistics,
 * and texts of errors, which nobody reads (`avif_encoder_jump` says what went wrong). wasi-libc's own would import half
 * of WASI. Some answer as if the file could not be opened; the rest is then never called.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#undef stdout
#undef stderr
FILE *const stdout = NULL;
FILE *const stderr = NULL;

FILE *fopen(const char *restrict path, const char *restrict mode) {
  (void)path, (void)mode;
  return NULL;
}
int fclose(FILE *file) { return (void)file, EOF; }
size_t fwrite(const void *restrict data, size_t size, size_t count, FILE *restrict file) {
  (void)data, (void)size, (void)count, (void)file;
  return 0;
}
size_t fread(void *restrict data, size_t size, size_t count, FILE *restrict file) {
  (void)data, (void)size, (void)count, (void)file;
  return 0;
}
int fprintf(FILE *restrict file, const char *restrict format, ...) { return (void)file, (void)format, -1; }
int printf(const char *restrict format, ...) { return (void)format, -1; }
int puts(const char *text) { return (void)text, EOF; }
int fputs(const char *restrict text, FILE *restrict file) { return (void)text, (void)file, EOF; }
int fputc(int character, FILE *file) { return (void)character, (void)file, EOF; }
int putchar(int character) { return (void)character, EOF; }
int vsnprintf(char *restrict to, size_t size, const char *restrict format, va_list arguments) {
  (void)format, (void)arguments;
  if (size > 0) to[0] = '\0';
  return 0;
}
int snprintf(char *restrict to, size_t size, const char *restrict format, ...) {
  (void)format;
  if (size > 0) to[0] = '\0';
  return 0;
}
char *getenv(const char *name) { return (void)name, NULL; }
int fscanf(FILE *restrict file, const char *restrict format, ...) { return (void)file, (void)format, EOF; }
