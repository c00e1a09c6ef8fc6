// drain.cpp: the tree grows with the messages; a cluster's template keeps the tokens that all of its messages have.
#include "logs/drain.hpp"

#include <algorithm>

#include "logs/digits.hpp"

namespace pyudf::logs {
namespace {

const Token kParameterToken{hash_of(kParameter), kParameter};

}  // namespace

Drain::Node* Drain::Node::child(const Token& token_) const noexcept {
  for (std::size_t i = 0; i < hashes.size(); ++i)
    if (hashes[i] == token_.hash && same_text(children[i]->token, token_.text)) return children[i].get();
  return nullptr;
}

Drain::Node* Drain::Node::parameter() const noexcept { return child(kParameterToken); }

Drain::Node& Drain::Node::grow(const Token& token_) {
  children.push_back(std::make_unique<Node>());
  children.back()->token = token_.text;
  hashes.push_back(token_.hash);
  return *children.back();
}

std::int64_t Drain::add(std::span<const Token> message, Fits parameters) {
  const Node* const at = leaf(message);
  Match found;
  if (at) found = best(at->clusters, message, parameters);
  if (!enough(found, message.size(), settings_.similarity)) return begin(message);
  Cluster& cluster = clusters_[static_cast<std::size_t>(found.cluster)];
  if (found.different > 0) generalise(cluster, message);
  ++cluster.count;
  use(found.cluster);
  return found.cluster;
}

/// Makes parameters of the tokens in which a message differs.
void Drain::generalise(Cluster& cluster, std::span<const Token> message) {
  for (std::size_t i = 0; i < message.size(); ++i)
    if (!same_text(cluster.texts[i], message[i].text)) {
      cluster.hashes[i] = kParameterToken.hash;
      cluster.texts[i] = kParameter;
    }
}

std::int64_t Drain::match(std::span<const Token> message, bool thorough) const {
  if (const Node* const at = leaf(message)) {
    const Match found = best(at->clusters, message, Fits::kAnything);
    if (enough(found, message.size(), 1.0)) return found.cluster;
  }
  if (!thorough) return -1;
  std::vector<std::int64_t> all;
  for (std::size_t i = 0; i < clusters_.size(); ++i)
    if (clusters_[i].texts.size() == message.size()) all.push_back(static_cast<std::int64_t>(i));
  const Match found = best(all, message, Fits::kAnything);
  return enough(found, message.size(), 1.0) ? found.cluster : -1;
}

/// Whether so many of `size` tokens are the same; an empty message fits an empty template.
bool Drain::enough(const Match& found, std::size_t size, double similarity) const noexcept {
  if (found.cluster < 0) return false;
  return size == 0 || static_cast<double>(found.same) / static_cast<double>(size) >= similarity;
}

/// Where the clusters are that a message may belong to.
const Drain::Node* Drain::leaf(std::span<const Token> message) const noexcept {
  const auto root = roots_.find(message.size());
  if (root == roots_.end()) return nullptr;
  const Node* node = root->second.get();
  const auto last = static_cast<std::int64_t>(message.size());
  for (std::int64_t level = 1; level < levels() && level < last; ++level) {
    const Node* const next = node->child(message[static_cast<std::size_t>(level - 1)]);
    node = next ? next : node->parameter();
    if (!node) return nullptr;
  }
  return node;
}

std::int64_t Drain::begin(std::span<const Token> message) {
  const auto number = static_cast<std::int64_t>(clusters_.size());
  Cluster& made = clusters_.emplace_back();
  for (const Token& token : message) {
    made.hashes.push_back(token.hash);
    made.texts.emplace_back(token.text);
  }
  made.count = 1;
  ++alive_;
  if (settings_.max_clusters > 0 && alive_ > settings_.max_clusters) forget_oldest();
  use(number);
  plant(number, message);
  return number;
}

/// Grows the tree so that it leads to a cluster.
void Drain::plant(std::int64_t cluster, std::span<const Token> message) {
  auto& root = roots_[message.size()];
  if (!root) root = std::make_unique<Node>();
  Node* node = root.get();
  const auto last = static_cast<std::int64_t>(message.size());
  for (std::int64_t level = 1; level < levels() && level < last; ++level)
    node = &branch(*node, message[static_cast<std::size_t>(level - 1)]);
  if (message.empty()) node->clusters.clear();
  std::erase_if(node->clusters, [&](std::int64_t other) { return !has(other); });
  node->clusters.push_back(cluster);
}

/// The child that a token leads to, which is made if there is room; tokens with digits, and those for which there is
/// none, share one.
Drain::Node& Drain::branch(Node& node, const Token& token) const {
  if (Node* const known = node.child(token)) return *known;
  Node* const parameter = node.parameter();
  if (has_digit(token.text)) return parameter ? *parameter : node.grow(kParameterToken);
  const auto children = static_cast<std::int64_t>(node.children.size());
  if (parameter) return children < settings_.max_children ? node.grow(token) : *parameter;
  // The last place is for all others.
  return node.grow(children + 1 < settings_.max_children ? token : kParameterToken);
}

/// The cluster with the most tokens of the message; of equal ones the one with the most parameters, then the first.
/// Hashes are compared; if those of the best were equal by chance, texts are.
Drain::Match Drain::best(std::span<const std::int64_t> clusters, std::span<const Token> message,
                         Fits parameters) const {
  const auto by_hash = [&](const Cluster& cluster, std::size_t i) { return cluster.hashes[i] == message[i].hash; };
  const auto by_text = [&](const Cluster& cluster, std::size_t i) {
    return by_hash(cluster, i) && same_text(cluster.texts[i], message[i].text);
  };
  const Match best = best_of(clusters, message, parameters, by_hash);
  if (best.cluster < 0) return best;
  const Match checked = best_of({&best.cluster, 1}, message, parameters, by_text);
  return checked.same == best.same ? best : best_of(clusters, message, parameters, by_text);
}

template <class Same>
Drain::Match Drain::best_of(std::span<const std::int64_t> clusters, std::span<const Token> message, Fits parameters,
                            const Same& same) const noexcept {
  Match best;
  for (const std::int64_t number : clusters) {
    const Cluster& cluster = clusters_[static_cast<std::size_t>(number)];
    if (!cluster.alive) continue;
    Match found{0, 0, 0, number};
    for (std::size_t i = 0; i < message.size(); ++i) {
      const bool parameter = cluster.hashes[i] == kParameterToken.hash;
      const bool equal = same(cluster, i);
      found.parameters += parameter;
      found.same += parameter ? parameters == Fits::kAnything || (equal && parameters == Fits::kParameter) : equal;
      found.different += !parameter && !equal;
    }
    if (found.closer(best)) best = found;
  }
  return best;
}

void Drain::unlink(Cluster& cluster) {
  (cluster.older >= 0 ? clusters_[static_cast<std::size_t>(cluster.older)].newer : oldest_) = cluster.newer;
  (cluster.newer >= 0 ? clusters_[static_cast<std::size_t>(cluster.newer)].older : newest_) = cluster.older;
  cluster.older = cluster.newer = -1;
}

/// Makes a cluster the one that was used last.
void Drain::use(std::int64_t number) {
  if (settings_.max_clusters == 0 || number == newest_) return;
  Cluster& cluster = clusters_[static_cast<std::size_t>(number)];
  if (cluster.older >= 0 || cluster.newer >= 0 || number == oldest_) unlink(cluster);
  cluster.older = newest_;
  (newest_ >= 0 ? clusters_[static_cast<std::size_t>(newest_)].newer : oldest_) = number;
  newest_ = number;
}

void Drain::forget_oldest() {
  Cluster& cluster = clusters_[static_cast<std::size_t>(oldest_)];
  unlink(cluster);
  cluster.alive = false;
  cluster.hashes = {};
  cluster.texts = {};
  --alive_;
}

}  // namespace pyudf::logs
