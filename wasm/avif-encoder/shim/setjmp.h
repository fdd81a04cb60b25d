/*
 * libaom's errors. Nothing returns through C here: where it would jump back, the job fails (failure.h) and the instance
 * is thrown away. The value is libaom's aom_codec_err_t.
 */
#ifndef PICTOR_SETJMP_H
#define PICTOR_SETJMP_H

typedef int jmp_buf[1];
#define setjmp(environment) ((void)(environment), 0)
_Noreturn void avif_encoder_jump(int error);
#define longjmp(environment, value) avif_encoder_jump(value)

#endif
