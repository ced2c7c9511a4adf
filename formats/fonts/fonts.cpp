// Settings and folders of fontconfig.

#include "formats/fonts/fonts.h"

#include <fontconfig/fontconfig.h>

#include <string>

#include "libcore/process/sandbox.h"

namespace sl {

void load_fonts(SandboxPlan& plan) {
  if (FcInit() == FcFalse) return;
  FcConfig* const config = FcConfigGetCurrent();
  const auto add = [&](FcStrList* list) {
    while (const FcChar8* path = list == nullptr ? nullptr : FcStrListNext(list))
      plan.readable.emplace_back(reinterpret_cast<const char*>(path));
    if (list != nullptr) FcStrListDone(list);
  };
  add(FcConfigGetFontDirs(config));
  add(FcConfigGetCacheDirs(config));
  add(FcConfigGetConfigFiles(config));
  // Fontconfig looks again for changes after half a minute: it must not see its folders disappear.
  FcConfigSetRescanInterval(config, 0);
}

}  // namespace sl
