// Owners of the objects of Cairo and Pango.

#pragma once

#include <cairo.h>
#include <pango/pangocairo.h>

#include <memory>

#include "formats/release.h"

namespace sl::drawing {

using Surface = std::unique_ptr<cairo_surface_t, Release<cairo_surface_destroy>>;
using Context = std::unique_ptr<cairo_t, Release<cairo_destroy>>;
using Pattern = std::unique_ptr<cairo_pattern_t, Release<cairo_pattern_destroy>>;
using Region = std::unique_ptr<cairo_region_t, Release<cairo_region_destroy>>;
using FontMap = std::unique_ptr<PangoFontMap, Release<g_object_unref>>;
using FontContext = std::unique_ptr<PangoContext, Release<g_object_unref>>;
using Layout = std::unique_ptr<PangoLayout, Release<g_object_unref>>;
using FontDescription = std::unique_ptr<PangoFontDescription, Release<pango_font_description_free>>;

}  // namespace sl::drawing
