// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace signalbox {

using DraftId = uint32_t; // 0: the list of routes

// All of a route or a node, but not what is below it.
struct DraftFields {
    std::optional<RouteConfig> route; // a route; its `to` is not used
    PolicyNode node;                  // a node; without children and weights
    double weight = 1;                // a node's, among the children of a weighted one

    bool operator==(const DraftFields &) const = default;
};

struct DraftTree {
    DraftId id = 0; // 0: to be given
    DraftFields fields{};
    std::vector<DraftTree> children{};
};

DraftTree draftTree(const PolicyNode &node, double weight);
DraftTree draftTree(const RouteConfig &route);

// One change that can be taken back. Holds ids and values only, so that it outlives every view of the draft.
struct DraftStep {
    enum class Kind { Insert, Remove, Set };
    Kind kind = Kind::Set;
    DraftId parent = 0; // Insert, Remove
    size_t place = 0;
    DraftTree tree{};
    DraftId id = 0; // Set
    DraftFields before{};
    DraftFields after{};
};
using DraftEdit = std::vector<DraftStep>;

// The routes while somebody edits them: nodes with ids that stay over every edit, also over undo. May hold what a
// config may not (a weighted node without children), so that one can build step by step. Each operation is applied when
// it returns its edit; revert() and repeat() go back and forth in the order of a stack. What is not possible is refused
// with a reason ("draft_refused") and changes nothing. Pure value; one thread.
class RouteDraft
{
public:
    explicit RouteDraft(const std::vector<RouteConfig> &routes = {});

    // `parent` 0 is the list of routes; below a route stands one node.
    Result<DraftEdit> insert(DraftId parent, size_t place, const PolicyNode &node, double weight = 1);
    Result<DraftEdit> insertRoute(size_t place, const RouteConfig &route); // gets another id where its own is taken
    Result<DraftEdit> remove(DraftId id);
    Result<DraftEdit> move(DraftId id, DraftId parent, size_t place); // `place` as counted without it
    Result<DraftEdit> wrap(DraftId id, PolicyNode::Kind kind);
    Result<DraftEdit> unwrap(DraftId id); // its children take its place
    Result<DraftEdit> duplicate(DraftId id);
    Result<DraftEdit> setFields(DraftId id, DraftFields fields);
    Result<DraftEdit> setKind(DraftId id, PolicyNode::Kind kind); // keeps the children
    // As if written by hand: what is the same keeps its ids. Empty: nothing differs.
    DraftEdit become(const std::vector<RouteConfig> &routes);

    void revert(const DraftEdit &edit);
    void repeat(const DraftEdit &edit);

    bool contains(DraftId id) const { return id != 0 && m_entries.contains(id); }
    const DraftFields &fields(DraftId id) const;
    const std::vector<DraftId> &children(DraftId id) const; // 0: the routes in order
    DraftId parentOf(DraftId id) const;
    DraftId routeOf(DraftId id) const; // itself for a route
    size_t placeOf(DraftId id) const;
    bool isRoute(DraftId id) const;
    bool isWeighed(DraftId id) const;                 // it stands below a weighted node
    bool isBelow(DraftId id, DraftId ancestor) const; // or the same
    // Why nothing more can be put below it; empty: something can.
    std::string whyFull(DraftId parent) const;

    std::vector<RouteConfig> routes() const;
    PolicyNode node(DraftId id) const;          // with all below it
    RouteConfig route(DraftId id) const;        // the same of a route
    std::string json(DraftId id) const;         // of a route or node, as it stands in the file
    std::string pointer(DraftId id) const;      // /routes/0/to/weighted/1/to; empty: no such id
    DraftId at(std::string_view pointer) const; // the deepest that the pointer leads to or through; 0: none

private:
    struct Entry {
        DraftFields fields;
        DraftId parent = 0;
        std::vector<DraftId> children;
    };

    Entry &entry(DraftId id) { return m_entries.at(id); }
    const Entry &entry(DraftId id) const { return m_entries.at(id); }
    void link(const DraftTree &tree, DraftId parent, size_t place);
    void unlink(DraftId id);
    void forget(DraftId id);
    DraftTree treeOf(DraftId id) const;
    DraftTree plainTreeOf(DraftId id) const; // without weights that say nothing where they stand
    DraftTree numbered(DraftTree tree);
    std::string freeRouteId(const std::string &wanted) const;
    void apply(const DraftStep &step, bool forward);

    DraftId doInsert(DraftEdit &edit, DraftId parent, size_t place, DraftTree tree);
    DraftTree doRemove(DraftEdit &edit, DraftId id);
    void doSet(DraftEdit &edit, DraftId id, DraftFields fields);
    void doLeave(DraftEdit &edit, DraftId id); // doRemove, but a `then` leaves somebody behind
    void sync(DraftEdit &edit, DraftId id, const DraftTree &want);
    void syncChildren(DraftEdit &edit, DraftId id, const std::vector<DraftTree> &want);

    std::unordered_map<DraftId, Entry> m_entries;
    DraftId m_last = 0;
};

// A node of this kind as one begins with it.
PolicyNode newPolicyNode(PolicyNode::Kind kind);
bool holdsChildren(PolicyNode::Kind kind);

// What somebody pasted: a node, a route or a list of routes.
struct PastedRoutes {
    std::vector<RouteConfig> routes;
    std::optional<PolicyNode> node;
};
Result<PastedRoutes> readPastedRoutes(const Config &config, std::string_view json);

} // namespace signalbox
