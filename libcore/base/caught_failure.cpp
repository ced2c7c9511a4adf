// The exception is thrown again, to be caught by its type.

#include "libcore/base/caught_failure.h"

#include <exception>
#include <new>
#include <string>

namespace sl {

Error caught_failure() {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return {Status::Resources, "out of memory"};
  } catch (const std::exception& error) {
    return {Status::Bug, std::string("a bug: ") + error.what()};
  }
}

}  // namespace sl
