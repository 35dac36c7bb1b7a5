// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dialect/loss_report.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <bitset>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox {

// A value of the request together with the place it was read from, so that an encoder which cannot carry it can name
// it.
template<class T>
struct Setting {
    std::optional<T> value{};
    Node origin = nullptr;

    explicit operator bool() const { return value.has_value(); }
    const T &operator*() const { return *value; }
    const T *operator->() const { return &*value; }
};

// Keeps texts alive that translation made itself; everything else is a view into the parsed body.
class TextPool
{
public:
    std::string_view keep(std::string text) { return m_texts.emplace_back(std::move(text)); }

private:
    std::deque<std::string> m_texts;
};

// One decoding run: where losses and the first mistake go.
struct DecodeContext {
    LossReport &losses;
    TextPool &pool;
    Node mistakeAt = nullptr;
    std::string mistake{}; // empty: none so far

    // Notes the first mistake only; decoding goes on, its result is then thrown away.
    void fail(Node where, std::string_view what);
    bool failed() const { return !mistake.empty(); }
    // "/messages/0/content: must be a text or a list", status 400, code field_invalid.
    Error error(const boost::json::value &root) const;
};

// The accounting reader: hands out the members of one object and marks each as consumed. What nobody asked for when the
// reader goes out of scope is a loss. A member that is null counts as absent and as consumed. At most 256 members are
// counted; the rest of such an object is a loss. Pure; lives on the stack.
class ObjectReader
{
public:
    ObjectReader(const boost::json::object &object, DecodeContext &context);
    ~ObjectReader();
    ObjectReader(const ObjectReader &) = delete;
    ObjectReader &operator=(const ObjectReader &) = delete;

    Node take(std::string_view key); // any type; the whole value counts as consumed
    Node peek(std::string_view key) const;
    bool has(std::string_view key) const { return peek(key) != nullptr; }

    // Each fails the run when the member has another type.
    std::string_view text(std::string_view key); // empty: absent
    Setting<std::string_view> textSetting(std::string_view key);
    Setting<double> number(std::string_view key);
    Setting<int64_t> integer(std::string_view key); // also 12.0
    Setting<bool> boolean(std::string_view key);
    const boost::json::object *object(std::string_view key);
    const boost::json::array *array(std::string_view key);

    // Consumed without a loss: it says nothing to a provider (an echo, a transport switch).
    void ignore(std::string_view key) { take(key); }
    void ignoreRest() { m_quiet = true; }
    // What the rest is reported as lost for; a literal.
    void setReason(std::string_view reason) { m_reason = reason; }

    DecodeContext &context() { return m_context; }
    const boost::json::object &json() const { return m_object; }

private:
    static constexpr size_t most = 256;
    const boost::json::object &m_object;
    DecodeContext &m_context;
    std::bitset<most> m_taken;
    std::string_view m_reason;
    bool m_quiet = false;
};

} // namespace signalbox
