// Box sums: each row is added to sums of columns at once, and a finished row of sums is added up along itself. So
// nothing depends on how strips were cut, and the only memory is a row of sums.

#include "libcore/pixels/shrink_box.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <type_traits>

#include "libcore/pixels/convert/color.h"

namespace sl::shrink {

namespace {

// n / d to nearest, as a multiplication, exactly, while n + d / 2 < 2^31.
class Divider {
 public:
  explicit Divider(std::uint32_t divisor)
      : half_(divisor / 2),
        shift_(31 + std::bit_width(divisor - 1)),
        factor_((std::uint64_t{1} << shift_) / divisor + 1) {}
  [[nodiscard]] std::uint32_t operator()(std::uint32_t n) const {
    return static_cast<std::uint32_t>((std::uint64_t{n + half_} * factor_) >> shift_);
  }

 private:
  std::uint32_t half_;
  int shift_;
  std::uint64_t factor_;
};

// T: samples; Column: sums down a column; Total: sums over a box.
template <class T, class Column, class Total>
class SumsOf : public Sums {
 public:
  explicit SumsOf(const Axis& columns) : axis_(columns), columns_(columns.in), totals_(columns.out) {
    // Boxes that are whole, the sample before them included.
    const std::uint32_t before = axis_.lead + (axis_.early != 0 ? 1 : 0);
    first_whole_ = std::min((before + axis_.factor - 1) / axis_.factor, axis_.out);
    end_whole_ = std::max(first_whole_, std::min((axis_.in + axis_.lead) / axis_.factor, axis_.out));
  }

  void add(const std::byte* row, std::uint32_t weight) override {
    const T* __restrict in = reinterpret_cast<const T*>(row);
    Column* __restrict sums = columns_.data();
    const auto times = static_cast<Column>(weight);
    const std::size_t count = columns_.size();
    if (weight_ == 0 && weight == 1) {
      for (std::size_t x = 0; x < count; ++x) sums[x] = in[x];
    } else if (weight_ == 0) {
      for (std::size_t x = 0; x < count; ++x) sums[x] = static_cast<Column>(times * in[x]);
    } else if (weight == 1) {
      for (std::size_t x = 0; x < count; ++x) sums[x] = static_cast<Column>(sums[x] + in[x]);
    } else {
      for (std::size_t x = 0; x < count; ++x) sums[x] = static_cast<Column>(sums[x] + times * in[x]);
    }
    weight_ += weight;
  }

  void finish(std::byte* row) override {
    T* out = reinterpret_cast<T*>(row);
    for (std::uint32_t j = 0; j < first_whole_; ++j) out[j] = edge(j);
    for (std::uint32_t j = end_whole_; j < axis_.out; ++j) out[j] = edge(j);
    switch (axis_.factor) {
      case 1:
        add_up<1>();
        break;
      case 2:
        add_up<2>();
        break;
      case 3:
        add_up<3>();
        break;
      case 4:
        add_up<4>();
        break;
      case 8:
        add_up<8>();
        break;
      default:
        add_up<0>();
        break;
    }
    mean(out);
    weight_ = 0;
  }

 private:
  // Whole boxes along the row, into totals_.
  template <std::uint32_t constant>
  void add_up() {
    const std::size_t count = end_whole_ - first_whole_;
    if (count == 0) return;
    const std::uint32_t factor = constant != 0 ? constant : axis_.factor;
    const Column* __restrict in = columns_.data() + std::size_t{first_whole_} * factor - axis_.lead;
    Total* __restrict out = totals_.data() + first_whole_;
    for (std::size_t j = 0; j < count; ++j) {
      Total sum = 0;
      if constexpr (sizeof(Column) == 2 && constant % 2 == 0 && constant != 0) {
        // Two sums at once, which the vectoriser needs no shuffles for.
        for (std::uint32_t i = 0; i < constant; i += 2) {
          std::uint32_t pair;
          std::memcpy(&pair, in + j * constant + i, sizeof pair);
          sum += (pair & 0xffff) + (pair >> 16);
        }
      } else {
        for (std::uint32_t i = 0; i < factor; ++i) sum += in[j * factor + i];
      }
      out[j] = sum;
    }
    if (axis_.unit == 1) return;
    const auto unit = static_cast<Total>(axis_.unit), early = static_cast<Total>(axis_.early);
    for (std::size_t j = 0; j < count; ++j) {
      const Column* box = in + j * factor;
      out[j] = out[j] * unit - early * box[factor - 1] + early * box[-1];
    }
  }

  void mean(T* row) const {
    const std::size_t count = end_whole_ - first_whole_;
    const Total* __restrict in = totals_.data() + first_whole_;
    T* __restrict out = row + first_whole_;
    const std::uint64_t weight = std::uint64_t{axis_.factor} * axis_.unit * weight_;
    if constexpr (std::is_same_v<Total, std::uint32_t>) {
      const auto divisor = static_cast<std::uint32_t>(weight);
      if (std::has_single_bit(divisor)) {
        const std::uint32_t half = divisor / 2;
        const int shift = std::countr_zero(divisor);
        for (std::size_t j = 0; j < count; ++j) out[j] = static_cast<T>((in[j] + half) >> shift);
      } else {
        const Divider divide(divisor);
        for (std::size_t j = 0; j < count; ++j) out[j] = static_cast<T>(divide(in[j]));
      }
    } else {
      for (std::size_t j = 0; j < count; ++j) out[j] = quotient(in[j], weight);
    }
  }

  template <class Sum>
  static T quotient(Sum sum, std::uint64_t weight) {
    if constexpr (std::is_floating_point_v<T>) {
      return static_cast<T>(sum / static_cast<Sum>(weight));
    } else {
      return static_cast<T>((sum + weight / 2) / weight);
    }
  }

  // A box that hangs over the edge.
  [[nodiscard]] T edge(std::uint32_t j) const {
    using Sum = std::conditional_t<std::is_floating_point_v<T>, double, std::uint64_t>;
    const std::int64_t begin = std::int64_t{j} * axis_.factor - axis_.lead, last = begin + axis_.factor - 1;
    Sum sum = 0;
    std::uint64_t weight = 0;
    const auto take = [&](std::int64_t x, std::uint32_t times) {
      if (x < 0 || x >= axis_.in) return;
      sum += static_cast<Sum>(columns_[static_cast<std::size_t>(x)]) * static_cast<Sum>(times);
      weight += times;
    };
    take(begin - 1, axis_.early);
    for (std::int64_t x = std::max<std::int64_t>(begin, 0); x < std::min<std::int64_t>(last, axis_.in); ++x) {
      take(x, axis_.unit);
    }
    take(last, axis_.unit - axis_.early);
    return quotient(sum, weight * weight_);
  }

  Axis axis_;
  std::vector<Column> columns_;
  std::vector<Total> totals_;
  std::uint32_t first_whole_ = 0, end_whole_ = 0;
};

}  // namespace

Axis::Axis(std::uint32_t k, int shift, bool on_luma, std::uint32_t pixels) : factor(k) {
  const std::uint32_t s = 1U << shift;
  in = static_cast<std::uint32_t>((std::uint64_t{pixels} + s - 1) >> shift);
  out = static_cast<std::uint32_t>((std::uint64_t{in} + k - 1) / k);
  if (!on_luma || s == 1) return;
  const std::uint32_t shift_in_parts = (k - 1) * (s - 1), parts = 2 * s;
  lead = shift_in_parts / parts;
  early = shift_in_parts % parts;
  if (early != 0) unit = parts;
}

std::unique_ptr<Sums> make_sums(Sample sample, const Axis& columns, std::uint64_t max_weight) {
  const std::uint64_t whole = max_weight * columns.factor * columns.unit;
  constexpr std::uint64_t most = std::uint64_t{1} << 30;  // room for the Divider's rounding
  switch (sample) {
    case Sample::U8:
      if (max_weight <= 257 && whole * 255 <= most) {
        return std::make_unique<SumsOf<std::uint8_t, std::uint16_t, std::uint32_t>>(columns);
      }
      return std::make_unique<SumsOf<std::uint8_t, std::uint32_t, std::uint64_t>>(columns);
    case Sample::U16:
      if (whole * 65535 <= most) return std::make_unique<SumsOf<std::uint16_t, std::uint32_t, std::uint32_t>>(columns);
      return std::make_unique<SumsOf<std::uint16_t, std::uint32_t, std::uint64_t>>(columns);
    case Sample::F32:
      break;
  }
  // Sums of floats in doubles are exact while boxes are not huge: a constant picture stays constant.
  return std::make_unique<SumsOf<float, double, double>>(columns);
}

Box::Box(const Track& from, const Track& to, std::uint32_t factor_x, std::uint32_t factor_y)
    : to_(to),
      input_(*from.pixels, from.width),
      reader_(*from.pixels, from.pixels->model, from.width),
      writer_(*to.pixels, to.pixels->model, to.width),
      strip_rows_(strip_rows(to)),
      height_(from.height),
      factor_y_(factor_y) {
  const PixelFormat& format = *from.pixels;
  const Chroma siting = convert::decide(from, from).from.chroma;
  const auto placed = convert::components_of(format, format.model);
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const convert::Component& c = placed[i];
    if (!c.exists()) continue;
    const Axis columns(factor_x, c.shift_x, siting != Chroma::Center, from.width);
    const Axis rows(factor_y, c.shift_y, siting == Chroma::TopLeft, from.height);
    const std::uint64_t weight = std::uint64_t{factor_y} * rows.unit;
    rows_before_ = std::max(rows_before_, (rows.lead + (rows.early != 0 ? 1 : 0)) << c.shift_y);
    components_.push_back({static_cast<int>(i), c.plane, c.shift_y, rows, make_sums(format.sample, columns, weight)});
  }
  // Chroma runs ahead of luma by one row at most.
  const std::uint32_t capacity = strip_rows_ + 2 * strip_alignment(to);
  memory_.resize(strip_bytes(*to.pixels, to.width, capacity));
  buffer_ = packed_strip(*to.pixels, to.width, capacity, memory_.data());
}

void Box::start() {
  sent_ = 0;
  damaged_ = {};
  for (Component& c : components_) {
    c.made = 0;
    assert(c.sums->empty());
  }
}

void Box::finish_row(Component& c) {
  // The rows of a plane in the buffer begin with the first that was not sent.
  const std::uint32_t row = c.made - (sent_ >> c.shift_y);
  c.sums->finish(writer_.row(buffer_, c.number, row));
  writer_.done(buffer_, c.number, row);
  ++c.made;
}

void Box::add_row(Component& c, std::uint32_t y, const std::byte* row) {
  const Axis& axis = c.rows;
  const bool last_of_box = (y + axis.lead) % axis.factor == axis.factor - 1;
  if (c.made == axis.out) return;  // boxes of sited chroma leave out the last rows
  c.sums->add(row, last_of_box ? axis.unit - axis.early : axis.unit);
  if (!last_of_box && y + 1 != axis.in) return;
  finish_row(c);
  if (c.made == axis.out || axis.early == 0) return;
  c.sums->add(row, axis.early);
}

void Box::push(const Strip& strip, const Emit& emit) {
  if (strip.first == 0) start();
  if (strip.damaged) {
    if (damaged_.end <= oldest_row()) damaged_.first = strip.first;
    damaged_.end = strip.first + strip.rows;
  }
  input_.add(strip);
  for (std::uint32_t y = strip.first; y < strip.first + strip.rows; ++y) {
    for (Component& c : components_) {
      if ((y & ((1U << c.shift_y) - 1)) != 0) continue;
      const std::uint32_t row = y >> c.shift_y;
      add_row(c, row, reader_.row(input_, c.number, row));
    }
    if (ready() >= strip_rows_) send(ready(), emit);
  }
  if (strip.first + strip.rows == height_) send(to_.height - sent_, emit);
}

// The first row of the input that the next row to be sent is made of.
std::uint64_t Box::oldest_row() const {
  const std::uint64_t row = std::uint64_t{sent_} * factor_y_;
  return row - std::min<std::uint64_t>(row, rows_before_);
}

void Box::flush(const Emit& emit) { send(ready(), emit); }

// Rows that can be sent, in whole groups of chroma.
std::uint32_t Box::ready() const {
  std::uint32_t rows = to_.height - sent_;
  for (const Component& c : components_) {
    rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(rows, (std::uint64_t{c.made} << c.shift_y) - sent_));
  }
  return rows - rows % strip_alignment(to_);
}

void Box::send(std::uint32_t rows, const Emit& emit) {
  if (rows == 0) return;
  Strip out = part_of(buffer_, 0, rows);
  out.first = sent_;
  out.last = sent_ + rows == to_.height;
  out.damaged = damaged_.end > oldest_row() && damaged_.first < std::uint64_t{sent_ + rows} * factor_y_;
  emit(out);
  sent_ += rows;
  if (out.last) return;
  for (const Component& c : components_) {
    // Planes of several components move with the last of them.
    const Plane& plane = buffer_.planes[static_cast<std::size_t>(c.plane)];
    const std::size_t left = c.made - (sent_ >> c.shift_y);
    if (&c != &components_.back() && (&c + 1)->plane == c.plane) continue;
    std::memmove(plane.data, plane.data + plane.stride * (rows >> c.shift_y), plane.stride * left);
  }
}

}  // namespace sl::shrink
