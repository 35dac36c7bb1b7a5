// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/loss_report.h"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace signalbox::gemini {

// What one schema says, gathered from the objects that make it up: itself, what it refers to, its allOf.
struct Gathered {
    std::vector<const boost::json::object *> sources;
    std::vector<std::string> types;              // in capitals, without NULL
    const boost::json::value *choices = nullptr; // anyOf or oneOf of more than one schema
    bool nullable = false;

    // The first source's word on this keyword.
    const boost::json::value *find(std::string_view key) const;
};

bool isNullSchema(const boost::json::value &schema);

// Works references, allOf and single alternatives into the schema that has them. Lives for one schema.
class SchemaGatherer
{
public:
    SchemaGatherer(const boost::json::value &root, LossReport &losses) : m_root(root), m_losses(losses), m_open{&root}
    {
    }

    void gather(const boost::json::value &schema, Gathered &gathered, int depth);
    static void readTypes(Gathered &gathered);

    // How many references are being worked in; close() forgets those beyond it.
    size_t open() const { return m_open.size(); }
    void close(size_t count) { m_open.resize(count); }

private:
    void gatherReference(const boost::json::value &reference, Gathered &gathered, int depth);
    void gatherChoices(const boost::json::value &choices, Gathered &gathered, int depth);
    const boost::json::value *resolve(std::string_view reference) const;

    const boost::json::value &m_root;
    LossReport &m_losses;
    std::vector<const boost::json::value *> m_open; // outermost first; what is open again would never end
};

} // namespace signalbox::gemini
