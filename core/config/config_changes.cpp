// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_changes.h"

#include "core/base/redact.h"
#include "core/config/config_reader.h"
#include "core/config/json_text.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <map>

namespace signalbox {

namespace {

namespace json = boost::json;

constexpr size_t longestValue = 200;

std::string_view view(json::string_view text)
{
    return {text.data(), text.size()};
}

// A webhook's address may carry a token in its path.
std::string hostOnly(std::string_view url)
{
    const size_t scheme = url.find("://");
    const size_t end = scheme == std::string_view::npos ? scheme : url.find_first_of("/?#", scheme + 3);
    return end == std::string_view::npos ? std::string(url) : std::string(url.substr(0, end)) + "/…";
}

// What may be told of a text; references to secrets may.
std::string toldText(std::string_view key, std::string_view value, bool inHeaders)
{
    if (inHeaders || key.ends_with("Sha256"))
        return "…";
    return key == "url" ? hostOnly(value) : std::string(value);
}

json::value quiet(const json::value &value, bool inHeaders = false)
{
    if (const json::array *list = value.if_array()) {
        json::array out;
        for (const json::value &item : *list)
            out.push_back(quiet(item));
        return out;
    }
    const json::object *object = value.if_object();
    if (!object)
        return value;
    json::object out;
    for (const auto &member : *object) {
        const std::string_view key = view(member.key());
        out[member.key()] = member.value().is_string()
                                ? json::value(toldText(key, view(member.value().get_string()), inHeaders))
                                : quiet(member.value(), key == "headers");
    }
    return out;
}

std::string valueText(const json::value *value, const std::string &pointer)
{
    if (!value)
        return {};
    const std::string key = pointer.substr(pointer.rfind('/') + 1);
    const bool inHeaders = pointer.find("/headers/") != std::string::npos;
    std::string text =
        json::serialize(value->is_string() ? json::value(toldText(key, view(value->get_string()), inHeaders))
                                           : quiet(*value, key == "headers"));
    text = redactSecrets(text);
    if (text.size() > longestValue) {
        size_t end = longestValue;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) // not inside a character
            --end;
        text = text.substr(0, end) + "…";
    }
    return text;
}

// What a member of a list is called; empty: nothing that would tell it from the others.
std::string nameOf(const json::value &item)
{
    const json::object *object = item.if_object();
    if (!object)
        return {};
    for (const char *key : {"id", "model", "user", "name"}) {
        if (const json::value *name = object->if_contains(key); name && name->is_string())
            return std::string(view(name->get_string()));
    }
    return {};
}

using Names = std::map<std::string, size_t>;

bool readNames(const json::array &list, Names &names)
{
    for (size_t i = 0; i < list.size(); ++i) {
        const std::string name = nameOf(list[i]);
        if (name.empty() || !names.emplace(name, i).second)
            return false;
    }
    return true;
}

class Comparison
{
public:
    std::vector<ConfigChange> changes;

    void compare(const json::value *before, const json::value *after, const std::string &pointer, bool inList = false)
    {
        if (before && after && *before == *after)
            return;
        if (before && after && before->is_object() && after->is_object())
            return objects(before->get_object(), after->get_object(), pointer);
        if (before && after && before->is_array() && after->is_array())
            return lists(before->get_array(), after->get_array(), pointer);
        // A list that came or went as a whole is told by its members.
        const json::array empty;
        const json::value *only = before ? before : after;
        if ((!before || !after) && only->is_array() && !only->get_array().empty() &&
            !nameOf(only->get_array().front()).empty())
            return lists(before ? only->get_array() : empty, before ? empty : only->get_array(), pointer);
        // A part that came or went is told by its members, a member of a list as a whole.
        if ((!before || !after) && only->is_object() && !inList)
            return objects(before ? only->get_object() : json::object(), before ? json::object() : only->get_object(),
                           pointer);
        const bool plain = !inList && only->is_primitive();
        const std::string absent = plain ? "(default)" : "";
        changes.push_back(
            {pointer, before ? valueText(before, pointer) : absent, after ? valueText(after, pointer) : absent});
    }

private:
    void objects(const json::object &before, const json::object &after, const std::string &pointer)
    {
        for (const auto &member : before)
            compare(&member.value(), after.if_contains(member.key()), childPointer(pointer, view(member.key())));
        for (const auto &member : after) {
            if (!before.contains(member.key()))
                compare(nullptr, &member.value(), childPointer(pointer, view(member.key())));
        }
    }

    void lists(const json::array &before, const json::array &after, const std::string &pointer)
    {
        const auto place = [&](size_t i) { return pointer + '/' + std::to_string(i); };
        Names old;
        Names now;
        if (!readNames(before, old) || !readNames(after, now)) {
            for (size_t i = 0; i < std::max(before.size(), after.size()); ++i)
                compare(i < before.size() ? &before[i] : nullptr, i < after.size() ? &after[i] : nullptr, place(i),
                        true);
            return;
        }
        const size_t told = changes.size();
        for (const auto &[name, at] : old) {
            if (!now.contains(name))
                compare(&before[at], nullptr, place(at), true);
        }
        for (const auto &[name, at] : now) {
            const auto was = old.find(name);
            compare(was == old.end() ? nullptr : &before[was->second], &after[at], place(at), true);
        }
        if (changes.size() == told) // the same members in another order
            changes.push_back({pointer, order(before), order(after)});
    }

    static std::string order(const json::array &list)
    {
        std::string names;
        for (const json::value &item : list)
            names += (names.empty() ? "" : ", ") + nameOf(item);
        return names.size() > longestValue ? names.substr(0, longestValue) + "…" : names;
    }
};

} // namespace

std::vector<ConfigChange> configChanges(const Config &before, const Config &after, size_t most)
{
    const json::value old = json::parse(writeConfig(before));
    const json::value now = json::parse(writeConfig(after));
    Comparison comparison;
    comparison.compare(&old, &now, {});
    std::vector<ConfigChange> &changes = comparison.changes;
    if (changes.size() > most && most > 0) {
        const size_t left = changes.size() - most + 1;
        changes.resize(most - 1);
        changes.push_back({"", "", std::to_string(left) + " more"});
    }
    return std::move(changes);
}

} // namespace signalbox
