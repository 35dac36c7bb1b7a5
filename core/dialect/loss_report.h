// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace signalbox {

// A place in a parsed body; nullptr: made by the gateway, nothing the client wrote. Valid as long as that document.
using Node = const boost::json::value *;

enum class LossKind { Dropped, Renamed, Approximated };
const char *lossKindName(LossKind kind); // dropped, renamed, approximated

struct LossEntry {
    std::string pointer; // JSON pointer (RFC 6901) into the client's request, or into the provider's reply
    LossKind kind = LossKind::Dropped;
    std::string reason; // for a person
    bool reply = false;

    bool operator==(const LossEntry &) const = default;
};

// Where `owner` has this member; `owner` itself when it has none.
Node placeOf(Node owner, std::string_view key);

// A part of the request that was rewritten before encoding: what is lost in the copy was lost in the original.
struct CopiedPlace {
    Node copy = nullptr;
    Node original = nullptr;
};

// What a translation could not carry (DESIGN section 1). Places are noted by address while translating, which costs
// nothing where nothing is lost; their pointers are found afterwards. Pure; not shared between threads.
class LossReport
{
public:
    void add(Node where, LossKind kind, std::string_view reason);
    void drop(Node where, std::string_view reason) { add(where, LossKind::Dropped, reason); }
    void rename(Node where, std::string_view reason) { add(where, LossKind::Renamed, reason); }
    void approximate(Node where, std::string_view reason) { add(where, LossKind::Approximated, reason); }

    bool empty() const { return m_count == 0; }
    size_t size() const { return m_count; }
    void clear();

    // In the order of the document; a place that is neither in `root` nor in a copy of a part of it is left out. One
    // walk for all.
    std::vector<LossEntry> resolve(const boost::json::value &root, bool reply,
                                   const std::vector<CopiedPlace> &copies = {}) const;

private:
    LossReport traced(const std::vector<CopiedPlace> &copies) const;
    void trace(Node copy, Node original, LossReport &found) const;

    struct Noted {
        LossKind kind;
        std::string reason;
    };
    std::unordered_map<Node, std::vector<Noted>> m_noted;
    size_t m_count = 0;
};

// The JSON pointer of `where` inside `root`; empty for the root itself and for a place that is not in it.
std::string pointerOf(const boost::json::value &root, Node where);

} // namespace signalbox
