// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/playground/tool_list.h"

#include <boost/json.hpp>

#include <algorithm>
#include <set>

namespace json = boost::json;

namespace signalbox {

namespace {

constexpr size_t deepest = 64;

Error toolError(size_t at, const char *where, const std::string &what)
{
    return {"tools_invalid", "/" + std::to_string(at) + where + ": " + what, 400};
}

Result<std::string_view> checkTool(const json::value &value, size_t at)
{
    if (!value.is_object())
        return toolError(at, "", "must be an object with name, description and parameters.");
    const json::object &tool = value.get_object();
    if (const json::value *wrapped = tool.if_contains("function"); wrapped && !wrapped->is_object())
        return toolError(at, "/function", "must be an object with name, description and parameters.");
    const json::object &body = toolBody(tool);
    const json::value *name = body.if_contains("name");
    if (!name || !name->is_string() || name->get_string().empty())
        return toolError(at, "/name", "is missing: a tool needs a name of letters, digits, _ and -.");
    if (const json::value *text = body.if_contains("description"); text && !text->is_string())
        return toolError(at, "/description", "must be a text.");
    if (const json::value *schema = toolSchema(body); schema && !schema->is_object())
        return toolError(at, "/parameters", "must be a JSON schema, which is an object.");
    return std::string_view(name->get_string());
}

} // namespace

Result<json::value> parseWritten(std::string_view text, json::storage_ptr storage)
{
    json::parse_options options;
    options.max_depth = deepest;
    json::stream_parser parser({}, options);
    parser.reset(std::move(storage));
    boost::system::error_code code;
    size_t used = parser.write_some(text.data(), text.size(), code);
    if (!code) {
        const size_t rest = text.find_first_not_of(" \t\r\n", used);
        if (rest != std::string_view::npos && parser.done()) {
            used = rest;
            code = json::error::extra_data;
        }
    }
    if (!code)
        parser.finish(code);
    if (!code)
        return parser.release();
    const std::string_view before = text.substr(0, std::min(used, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const size_t start = before.rfind('\n');
    const size_t column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
    return Error{"json_invalid",
                 "Line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + code.message() + ".",
                 400};
}

const json::object &toolBody(const json::object &tool)
{
    const json::value *wrapped = tool.if_contains("function");
    return wrapped && wrapped->is_object() ? wrapped->get_object() : tool;
}

const json::value *toolSchema(const json::object &body)
{
    const json::value *schema = body.if_contains("parameters");
    return schema ? schema : body.if_contains("input_schema");
}

Result<json::value> parseTools(std::string_view text, json::storage_ptr storage)
{
    auto parsed = parseWritten(text, std::move(storage));
    if (!parsed)
        return parsed.error();
    if (!parsed->is_array())
        return Error{"tools_invalid", "The tools must be a list: [ { \"name\": … } ].", 400};
    std::set<std::string_view> names;
    for (size_t i = 0; i < parsed->get_array().size(); ++i) {
        const auto name = checkTool(parsed->get_array()[i], i);
        if (!name)
            return name.error();
        if (!names.insert(*name).second)
            return toolError(i, "/name", "'" + std::string(*name) + "' is used twice.");
    }
    return parsed;
}

Result<json::value> parseSchema(std::string_view text, json::storage_ptr storage)
{
    auto parsed = parseWritten(text, std::move(storage));
    if (parsed && !parsed->is_object())
        return Error{"schema_invalid", "A JSON schema is an object: { \"type\": \"object\", … }.", 400};
    return parsed;
}

} // namespace signalbox
