// drain_bytes.cpp: a Drain as bytes, and back: what is read is checked, for it may come from anywhere.
#include <algorithm>
#include <bit>
#include <stdexcept>

#include "logs/drain.hpp"

namespace pyudf::logs {
namespace {

constexpr std::string_view kMagic = "pyudf Drain 1\n";

void put(std::string& out, std::int64_t number) {
  for (int byte = 0; byte < 8; ++byte) out.push_back(static_cast<char>(number >> (8 * byte)));
}

void put(std::string& out, std::string_view text) {
  put(out, static_cast<std::int64_t>(text.size()));
  out += text;
}

}  // namespace

/// Reads what dump() wrote.
class DrainReader {
 public:
  explicit DrainReader(std::string_view bytes) : rest_(bytes) {}

  std::unique_ptr<Drain> read() {
    require(rest_.substr(0, kMagic.size()) == kMagic, "not the bytes of a Drain, or of another version");
    rest_.remove_prefix(kMagic.size());
    DrainSettings settings;
    settings.similarity = std::bit_cast<double>(number(0, std::bit_cast<std::int64_t>(1.0)));
    settings.depth = number(3, 1 << 10);
    settings.max_children = number(1, INT64_MAX);
    settings.max_clusters = number(0, INT64_MAX);
    auto made = std::make_unique<Drain>(settings);
    Drain& drain = *made;
    for (std::int64_t n = items(); n > 0; --n) read_cluster(drain);
    read_uses(drain);
    for (std::int64_t n = items(); n > 0; --n) {
      const auto size = static_cast<std::size_t>(number(0, INT64_MAX));
      auto& root = drain.roots_[size];
      require(!root, "two trees for one length");
      root = read_node(drain, 1, size);
    }
    require(rest_.empty(), "bytes behind the end");
    return made;
  }

 private:
  static void require(bool good, const char* why) {
    if (!good) throw std::invalid_argument(std::string("cannot load a Drain: ") + why);
  }

  std::int64_t number(std::int64_t least, std::int64_t most) {
    require(rest_.size() >= 8, "the bytes end too early");
    std::uint64_t read = 0;
    for (unsigned byte = 0; byte < 8; ++byte)
      read |= std::uint64_t{static_cast<unsigned char>(rest_[byte])} << (8 * byte);
    rest_.remove_prefix(8);
    const auto value = static_cast<std::int64_t>(read);
    require(value >= least && value <= most, "a number is out of range");
    return value;
  }

  /// How many items follow, each of which takes eight bytes at least.
  std::int64_t items() { return number(0, static_cast<std::int64_t>(rest_.size() / 8)); }

  std::string text() {
    const auto size = static_cast<std::size_t>(number(0, static_cast<std::int64_t>(rest_.size())));
    require(size <= rest_.size(), "the bytes end too early");
    std::string read(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return read;
  }

  /// In the order in which they were begun; and of those that are used up, none.
  void read_cluster(Drain& drain) {
    Drain::Cluster& made = drain.clusters_.emplace_back();
    made.count = number(0, INT64_MAX);
    made.alive = made.count > 0;
    for (std::int64_t n = items(); n > 0; --n) {
      made.texts.push_back(text());
      made.hashes.push_back(hash_of(made.texts.back()));
    }
    drain.alive_ += made.alive;
  }

  /// Which clusters were used when, the longest ago first; kept where their number is limited.
  void read_uses(Drain& drain) {
    std::int64_t n = items();
    require(n == (drain.settings_.max_clusters ? drain.alive_ : 0), "not all clusters have been used");
    for (; n > 0; --n) {
      const std::int64_t cluster = number(0, drain.size() - 1);
      const Drain::Cluster& used = drain.clusters_[static_cast<std::size_t>(cluster)];
      require(used.alive && used.older < 0 && cluster != drain.oldest_, "a cluster was used twice");
      drain.use(cluster);
    }
  }

  std::unique_ptr<Drain::Node> read_node(const Drain& drain, std::int64_t level, std::size_t size) {
    require(level <= drain.levels(), "the tree is too deep");
    auto node = std::make_unique<Drain::Node>();
    node->token = text();
    for (std::int64_t n = items(); n > 0; --n) {
      const std::int64_t cluster = number(0, drain.size() - 1);
      // One that was given up has no tokens left.
      require(!drain.has(cluster) || drain.tokens(cluster).size() == size, "a cluster of another length");
      node->clusters.push_back(cluster);
    }
    for (std::int64_t n = items(); n > 0; --n) {
      node->children.push_back(read_node(drain, level + 1, size));
      node->hashes.push_back(hash_of(node->children.back()->token));
    }
    return node;
  }

  std::string_view rest_;
};

void Drain::dump(const Node& node, std::string& out) const {
  put(out, node.token);
  put(out, static_cast<std::int64_t>(node.clusters.size()));
  for (const std::int64_t cluster : node.clusters) put(out, cluster);
  put(out, static_cast<std::int64_t>(node.children.size()));
  for (const auto& child : node.children) dump(*child, out);
}

std::string Drain::dump() const {
  std::string out(kMagic);
  put(out, std::bit_cast<std::int64_t>(settings_.similarity));
  for (const std::int64_t number : {settings_.depth, settings_.max_children, settings_.max_clusters}) put(out, number);
  put(out, size());
  for (const Cluster& cluster : clusters_) {
    put(out, cluster.alive ? cluster.count : 0);
    put(out, static_cast<std::int64_t>(cluster.texts.size()));
    for (const std::string& text : cluster.texts) put(out, text);
  }
  put(out, settings_.max_clusters ? alive_ : 0);
  for (std::int64_t at = oldest_; at >= 0; at = clusters_[static_cast<std::size_t>(at)].newer) put(out, at);
  std::vector<std::size_t> sizes;
  for (const auto& root : roots_) sizes.push_back(root.first);
  std::ranges::sort(sizes);
  put(out, static_cast<std::int64_t>(sizes.size()));
  for (const std::size_t size : sizes) {
    put(out, static_cast<std::int64_t>(size));
    dump(*roots_.at(size), out);
  }
  return out;
}

std::unique_ptr<Drain> Drain::load(std::string_view bytes) { return DrainReader(bytes).read(); }

}  // namespace pyudf::logs
