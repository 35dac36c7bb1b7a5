// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/playground/answer_check.h"

#include "core/dialect/json_writer.h"
#include "core/playground/tool_list.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QString>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace json = boost::json;

namespace signalbox {

namespace {

constexpr std::array<std::string_view, 6> keywords = {"type", "properties", "required", "items", "enum", "const"};
constexpr std::array<std::string_view, 7> typeNames = {"object",  "array",   "string", "number",
                                                       "integer", "boolean", "null"};

QString trimmed(const std::string &text)
{
    return QString::fromStdString(text).trimmed();
}

bool isType(const json::value &value, std::string_view type)
{
    if (type == "object")
        return value.is_object();
    if (type == "array")
        return value.is_array();
    if (type == "string")
        return value.is_string();
    if (type == "boolean")
        return value.is_bool();
    if (type == "null")
        return value.is_null();
    if (type == "number")
        return value.is_number();
    return value.is_int64() || value.is_uint64();
}

Error badShape(const std::string &pointer, const std::string &what)
{
    return {"check_invalid", pointer + ": " + what, 400};
}

Result<void> validateShape(const json::value &shape, const std::string &pointer);

Result<void> validateKeyword(std::string_view key, const json::value &value, const std::string &pointer)
{
    if (std::find(keywords.begin(), keywords.end(), key) == keywords.end())
        return badShape(pointer, "is not understood. Allowed: type, properties, required, items, enum, const.");
    if (key == "type" && (!value.is_string() || std::find(typeNames.begin(), typeNames.end(),
                                                          std::string_view(value.get_string())) == typeNames.end()))
        return badShape(pointer, "must be object, array, string, number, integer, boolean or null.");
    if ((key == "required" || key == "enum") && !value.is_array())
        return badShape(pointer, "must be a list.");
    if (key == "required" && !std::all_of(value.get_array().begin(), value.get_array().end(),
                                          [](const json::value &name) { return name.is_string(); }))
        return badShape(pointer, "must be a list of names.");
    if (key == "items")
        return validateShape(value, pointer);
    if (key != "properties")
        return {};
    if (!value.is_object())
        return badShape(pointer, "must be an object of shapes.");
    for (const auto &[name, inner] : value.get_object()) {
        if (auto valid = validateShape(inner, pointer + "/" + std::string(name)); !valid)
            return valid;
    }
    return {};
}

Result<void> validateShape(const json::value &shape, const std::string &pointer)
{
    if (!shape.is_object())
        return badShape(pointer, "must be an object: { \"type\": … }.");
    for (const auto &[key, value] : shape.get_object()) {
        if (auto valid = validateKeyword(key, value, pointer + "/" + std::string(key)); !valid)
            return valid;
    }
    return {};
}

// What is wrong, with its place in the answer; absent: nothing.
std::optional<std::string> mismatch(const json::value &value, const json::object &shape, const std::string &pointer)
{
    const std::string place = pointer.empty() ? "the answer" : pointer;
    if (const json::value *type = shape.if_contains("type"); type && !isType(value, type->get_string()))
        return place + " is not of type " + std::string(type->get_string());
    if (const json::value *constant = shape.if_contains("const"); constant && *constant != value)
        return place + " is not " + jsonText(*constant);
    if (const json::value *choice = shape.if_contains("enum")) {
        const json::array &list = choice->get_array();
        if (std::find(list.begin(), list.end(), value) == list.end())
            return place + " is none of " + jsonText(*choice);
    }
    if (const json::object *object = value.if_object()) {
        if (const json::value *required = shape.if_contains("required")) {
            for (const json::value &name : required->get_array()) {
                if (!object->contains(name.get_string()))
                    return place + " lacks " + std::string(name.get_string());
            }
        }
        const json::value *properties = shape.if_contains("properties");
        for (const auto &[name, member] : *object) {
            const json::value *inner = properties ? properties->get_object().if_contains(name) : nullptr;
            if (!inner)
                continue;
            if (auto wrong = mismatch(member, inner->get_object(), pointer + "/" + std::string(name)))
                return wrong;
        }
    }
    const json::value *items = shape.if_contains("items");
    if (const json::array *list = value.if_array(); list && items) {
        for (size_t i = 0; i < list->size(); ++i) {
            if (auto wrong = mismatch((*list)[i], items->get_object(), pointer + "/" + std::to_string(i)))
                return wrong;
        }
    }
    return std::nullopt;
}

// Models like to wrap JSON in a fence.
std::string_view withoutFence(std::string_view text)
{
    const size_t open = text.find("```");
    const size_t line = open == std::string_view::npos ? open : text.find('\n', open);
    const size_t close = text.rfind("```");
    if (line == std::string_view::npos || close <= line ||
        text.substr(0, open).find_first_not_of(" \r\n\t") != std::string_view::npos)
        return text;
    return text.substr(line + 1, close - line - 1);
}

CheckOutcome checkShape(const AnswerCheck &check, const std::string &said)
{
    const auto parsed = parseWritten(withoutFence(said));
    if (!parsed)
        return {false, "the answer is not JSON. " + parsed.error().message};
    if (auto wrong = mismatch(*parsed, check.shape.get_object(), {}))
        return {false, *wrong};
    return {true, "the answer is JSON of the shape asked for"};
}

CheckOutcome checkText(const AnswerCheck &check, const std::string &said)
{
    const auto told = [&](bool passed, const char *wanted) {
        return CheckOutcome{passed, std::string(wanted) + " '" + check.text + "'" + (passed ? "" : ": it does not")};
    };
    switch (check.kind) {
    case AnswerCheck::Kind::Contains:
        return told(said.find(check.text) != std::string::npos, "contains");
    case AnswerCheck::Kind::Lacks:
        return told(said.find(check.text) == std::string::npos, "lacks");
    case AnswerCheck::Kind::Equals:
        return told(trimmed(said) == trimmed(check.text), "equals");
    default:
        break;
    }
    const QRegularExpression expression(QString::fromStdString(check.text));
    return told(expression.match(QString::fromStdString(said)).hasMatch(), "matches");
}

} // namespace

const char *checkName(AnswerCheck::Kind kind)
{
    constexpr std::array<const char *, 6> names = {"contains", "lacks", "equals", "matches", "json", "calls"};
    return names[static_cast<size_t>(kind)];
}

Result<void> validateCheck(const AnswerCheck &check, const std::string &pointer)
{
    if (check.kind == AnswerCheck::Kind::Shape)
        return validateShape(check.shape, pointer);
    if (check.text.empty())
        return badShape(pointer, "must not be empty.");
    if (check.kind != AnswerCheck::Kind::Matches)
        return {};
    const QRegularExpression expression(QString::fromStdString(check.text));
    if (expression.isValid())
        return {};
    return badShape(pointer, "is no regular expression: " + expression.errorString().toStdString() + " at " +
                                 std::to_string(expression.patternErrorOffset()) + ".");
}

std::vector<CheckOutcome> runChecks(const std::vector<AnswerCheck> &checks, const FoldedReply &reply)
{
    std::string said;
    std::vector<std::string> calls;
    if (!reply.choices.empty()) {
        for (const FoldedPart &part : reply.choices.front().parts) {
            if (part.kind == ReplyPartKind::Text || part.kind == ReplyPartKind::Refusal)
                said += part.text;
            else if (part.kind == ReplyPartKind::ToolCall)
                calls.push_back(part.name);
        }
    }
    std::vector<CheckOutcome> outcomes;
    outcomes.reserve(checks.size());
    for (const AnswerCheck &check : checks) {
        if (check.kind == AnswerCheck::Kind::Shape) {
            outcomes.push_back(checkShape(check, said));
        } else if (check.kind == AnswerCheck::Kind::Calls) {
            const bool called = std::find(calls.begin(), calls.end(), check.text) != calls.end();
            outcomes.push_back({called, (called ? "calls " : "does not call ") + check.text});
        } else {
            outcomes.push_back(checkText(check, said));
        }
    }
    return outcomes;
}

} // namespace signalbox
