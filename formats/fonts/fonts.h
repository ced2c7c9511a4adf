// Fonts of the system, for formats that draw text.

#pragma once

namespace sl {

struct SandboxPlan;

// Load fontconfig's settings and its list of fonts, so that only the fonts' own files are opened later, and let the
// sandbox permit these.
void load_fonts(SandboxPlan& plan);

}  // namespace sl
