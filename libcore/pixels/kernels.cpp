// The loops of kernels.h: plain C++, one clone for each kind of CPU, chosen when the program starts.

#include "libcore/pixels/kernels.h"

// TSan crashes on the ifuncs that clones need.
#if defined(__SANITIZE_THREAD__)
#define SL_CLONES
#else
#define SL_CLONES __attribute__((target_clones("default", "avx2", "arch=skylake-avx512")))
#endif

namespace sl::kernels {

}  // namespace sl::kernels
