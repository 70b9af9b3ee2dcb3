// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <list>
#include <unordered_map>
#include <utility>

namespace rstcause {

/// A table of at most `capacity` entries: to make room, the one that was not written to for
/// longest is forgotten. Captures are written by strangers, so no table may grow without end.
template <typename Key, typename Value, typename Hash>
class BoundedMap {
public:
    explicit BoundedMap(std::size_t capacity) : capacity_(capacity) {}
    /// A copy has an index of its own: iterators point into one list.
    BoundedMap(const BoundedMap& other)
        : capacity_(other.capacity_), has_forgotten_(other.has_forgotten_), by_age_(other.by_age_)
    {
        for (auto entry = by_age_.begin(); entry != by_age_.end(); ++entry)
            index_.emplace(entry->first, entry);
    }
    BoundedMap(BoundedMap&&) = default;
    BoundedMap& operator=(const BoundedMap&) = delete;
    BoundedMap& operator=(BoundedMap&&) = default;
    ~BoundedMap() = default;

    /// The entry to write to, made when there is none.
    Value& touch(const Key& key)
    {
        if (const auto found = index_.find(key); found != index_.end()) {
            by_age_.splice(by_age_.begin(), by_age_, found->second);
            return found->second->second;
        }
        if (by_age_.size() >= capacity_) {
            index_.erase(by_age_.back().first);
            by_age_.pop_back();
            has_forgotten_ = true;
        }
        by_age_.emplace_front(key, Value{});
        index_.emplace(key, by_age_.begin());
        return by_age_.front().second;
    }

    /// The entry to change in place without making it younger; null when there is none.
    Value* find(const Key& key)
    {
        const auto found = index_.find(key);
        return found == index_.end() ? nullptr : &found->second->second;
    }

    /// Key and value of every entry, the one written to last first.
    auto begin() const { return by_age_.begin(); }
    auto end() const { return by_age_.end(); }

    /// What is known, an empty value when nothing is: then has_forgotten() tells whether there was more.
    Value at(const Key& key) const
    {
        const auto found = index_.find(key);
        return found == index_.end() ? Value{} : found->second->second;
    }

    /// Some entry had to make room: that a key is not here does not show that it never was.
    bool has_forgotten() const { return has_forgotten_; }

private:
    using Entry = std::pair<Key, Value>;
    std::size_t capacity_;
    bool has_forgotten_ = false;
    std::list<Entry> by_age_;  ///< latest first
    std::unordered_map<Key, typename std::list<Entry>::iterator, Hash> index_;
};

}  // namespace rstcause
