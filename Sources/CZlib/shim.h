#pragma once
#include <string.h>
#include <zlib.h>

// Macros of zlib, which Swift does not import. The window bits say the form: -15 raw, 31 gzip.
static inline int holdfast_deflate_begin(z_streamp stream, int level, int window_bits) {
    memset(stream, 0, sizeof *stream);
    return deflateInit2(stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
}

static inline int holdfast_inflate_begin(z_streamp stream, int window_bits) {
    memset(stream, 0, sizeof *stream);
    return inflateInit2(stream, window_bits);
}
