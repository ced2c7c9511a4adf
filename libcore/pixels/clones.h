// The CPUs that loops are compiled for: plain C++, one clone for each kind of CPU, chosen when the program starts.

#pragma once

// TSan crashes on the ifuncs that clones need.
#if defined(__SANITIZE_THREAD__) || !defined(__x86_64__)
#define SL_CLONES
#define SL_FLOAT_CLONES
#else
#define SL_CLONES __attribute__((target_clones("default", "avx2", "arch=skylake-avx512")))
// AVX2 alone has no fused multiply-add, so floats come out the same on every CPU.
#define SL_FLOAT_CLONES __attribute__((target_clones("default", "avx2")))
#endif

namespace sl {

#if defined(__x86_64__)
// For loops of templates, which cannot have clones: run `work`, with all that it calls, compiled for AVX2.
template <class Work>
[[gnu::target("avx2"), gnu::flatten]] void run_with_avx2(const Work& work) {
  work();
}
#endif

// Run `work` compiled for the CPU. The results are the same on every CPU.
template <class Work>
void run_for_cpu(const Work& work) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return run_with_avx2(work);
#endif
  work();
}

}  // namespace sl
