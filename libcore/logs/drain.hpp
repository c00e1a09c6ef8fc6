// drain.hpp: mines the templates of messages: a tree by length and first tokens, and in each leaf the most alike.
//
// He, Zhu, Zheng, Lyu: Drain: An Online Log Parsing Approach with Fixed Depth Tree (ICWS 2017), as drain3 has it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "logs/tokens.hpp"

namespace pyudf::logs {

struct DrainSettings {
  double similarity = 0.7;
  std::int64_t depth = 5;  // 3 or more: the root, the length, depth - 3 tokens, the leaf
  std::int64_t max_children = 100;
  std::int64_t max_clusters = 0;  // 0: any number
};

/// What stands in a template where its messages differ.
inline constexpr std::string_view kParameter = "<*>";

/// What counts as the same as a template's parameter: nothing, as drain3 has it; kParameter, which stands in messages
/// whose masks are called so; or any token.
enum class Fits { kNothing, kParameter, kAnything };

class Drain {
 public:
  explicit Drain(const DrainSettings& settings) : settings_(settings) {}

  /// The cluster of a message, which it joins or begins.
  std::int64_t add(std::span<const Token> message, Fits parameters = Fits::kNothing);

  /// The cluster whose template the message fits, or -1; nothing changes. `thorough` looks at all templates of its
  /// length where the tree leads to none.
  std::int64_t match(std::span<const Token> message, bool thorough) const;

  const DrainSettings& settings() const noexcept { return settings_; }

  /// Clusters that were begun; some may have been given up since.
  std::int64_t size() const noexcept { return static_cast<std::int64_t>(clusters_.size()); }
  bool has(std::int64_t cluster) const noexcept { return clusters_[static_cast<std::size_t>(cluster)].alive; }
  std::int64_t count(std::int64_t cluster) const noexcept { return clusters_[static_cast<std::size_t>(cluster)].count; }
  const std::vector<std::string>& tokens(std::int64_t cluster) const noexcept {
    return clusters_[static_cast<std::size_t>(cluster)].texts;
  }

  /// All of it as bytes, and back; throws std::invalid_argument for bytes that are none of ours.
  std::string dump() const;
  static std::unique_ptr<Drain> load(std::string_view bytes);

 private:
  struct Cluster {
    std::vector<std::uint64_t> hashes;
    std::vector<std::string> texts;
    std::int64_t count = 0;
    std::int64_t older = -1, newer = -1;  // by when they were last used
    bool alive = true;
  };

  struct Node {
    std::string token;
    std::vector<std::uint64_t> hashes;  // of the children, which are looked for among up to max_children
    std::vector<std::unique_ptr<Node>> children;
    std::vector<std::int64_t> clusters;

    Node* child(const Token& token_) const noexcept;
    Node* parameter() const noexcept;
    Node& grow(const Token& token_);
  };

  struct Match {
    std::int64_t same = -1, parameters = -1, different = -1, cluster = -1;

    bool closer(const Match& other) const noexcept {
      return same > other.same || (same == other.same && parameters > other.parameters);
    }
  };

  std::int64_t begin(std::span<const Token> message);
  void plant(std::int64_t cluster, std::span<const Token> message);
  Node& branch(Node& node, const Token& token) const;
  const Node* leaf(std::span<const Token> message) const noexcept;
  Match best(std::span<const std::int64_t> clusters, std::span<const Token> message, Fits parameters) const;
  template <class Same>
  Match best_of(std::span<const std::int64_t> clusters, std::span<const Token> message, Fits parameters,
                const Same& same) const noexcept;
  static void generalise(Cluster& cluster, std::span<const Token> message);
  bool enough(const Match& found, std::size_t size, double similarity) const noexcept;
  void use(std::int64_t cluster);
  void forget_oldest();
  void unlink(Cluster& cluster);
  std::int64_t levels() const noexcept { return settings_.depth - 2; }
  void dump(const Node& node, std::string& out) const;

  DrainSettings settings_;
  std::unordered_map<std::size_t, std::unique_ptr<Node>> roots_;  // by number of tokens
  std::vector<Cluster> clusters_;
  std::int64_t alive_ = 0;
  std::int64_t oldest_ = -1, newest_ = -1;

  friend class DrainReader;
};

}  // namespace pyudf::logs
