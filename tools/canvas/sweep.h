// Gradients around a point, which Cairo does not have.

#pragma once

#include <cairo.h>

#include "values.h"

namespace sl::drawing {

// Set the context's source to a gradient of the kind Sweep, in the context's units, its alpha multiplied by `opacity`.
// Its pixels are computed for the area that the context's clip leaves. Throw Limit over --max-memory, Resources.
void set_sweep(cairo_t* context, const Gradient& gradient, double opacity);

}  // namespace sl::drawing
