// The CPUs that loops are compiled for: plain C++, one clone for each kind of CPU, chosen when the program starts.

#pragma once

// TSan crashes on the ifuncs that clones need.
#if defined(__SANITIZE_THREAD__)
#define SL_CLONES
#define SL_FLOAT_CLONES
#else
#define SL_CLONES __attribute__((target_clones("default", "avx2", "arch=skylake-avx512")))
// AVX2 alone has no fused multiply-add, so floats come out the same on every CPU.
#define SL_FLOAT_CLONES __attribute__((target_clones("default", "avx2")))
#endif
