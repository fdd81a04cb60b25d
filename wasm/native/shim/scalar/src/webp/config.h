/* libwebp takes SSE from the compiler's own macros, unless it is configured: here without any. */
