// test-photo WIDTH HEIGHT [NOISE]: a picture like a photograph, as PPM: light that falls off, edges, texture, and
// sensor noise: 1 by default; with 3 its files are as large as real photographs.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

// xorshift64*: the same picture everywhere.
class Noise {
 public:
  int next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    const std::uint64_t bits = state_ * 0x2545f4914f6cdd1du;
    return static_cast<int>(bits >> 60) + static_cast<int>(bits >> 56 & 15) - 15;
  }

 private:
  std::uint64_t state_ = 0x9e3779b97f4a7c15u;
};

int scene(int x, int y, int width, int height, int channel) {
  const double u = static_cast<double>(x) / width, v = static_cast<double>(y) / height;
  const double light = 150 * (1 - 0.5 * v) + 40 * std::sin(6 * u + 2 * v + channel);
  const double texture = 12 * std::sin(90 * u * (1 + v)) * std::cos(70 * v);
  const bool object = (u - 0.4) * (u - 0.4) + (v - 0.6) * (v - 0.6) < 0.05;
  return static_cast<int>(light + texture) + (object ? 50 - 40 * channel : 0);
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int index, int missing) { return index < argc ? std::atoi(argv[index]) : missing; };
  const int width = number(1, 0), height = number(2, 0), strength = number(3, 1);
  if (width <= 0 || height <= 0 || strength < 0) return 64;
  std::printf("P6 %d %d 255\n", width, height);
  Noise noise;
  std::vector<unsigned char> row(static_cast<std::size_t>(width) * 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const int value = scene(x, y, width, height, c) + noise.next() * strength / 3;
        row[static_cast<std::size_t>(x * 3 + c)] = static_cast<unsigned char>(value < 0     ? 0
                                                                              : value > 255 ? 255
                                                                                            : value);
      }
    }
    if (std::fwrite(row.data(), 1, row.size(), stdout) != row.size()) return 74;
  }
  return std::fflush(stdout) == 0 ? 0 : 74;
}
