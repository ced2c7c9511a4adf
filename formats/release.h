// The owner of an object of a C library.

#pragma once

namespace sl {

// A deleter for std::unique_ptr that calls the library's own function.
template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};

}  // namespace sl
