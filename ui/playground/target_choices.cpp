// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/playground/target_choices.h"

#include <QtCore/QCoreApplication>

#include <boost/json.hpp>

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;
namespace json = boost::json;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Playground)
};

bool isPlain(const std::string &name)
{
    return !name.empty() && name.find_first_of("*?") == std::string::npos;
}

bool namesProvider(const Config &config, std::string_view name)
{
    const size_t slash = name.find('/');
    return slash != std::string_view::npos && slash + 1 < name.size() &&
           std::any_of(config.providers.begin(), config.providers.end(),
                       [&](const ProviderConfig &provider) { return provider.id == name.substr(0, slash); });
}

void gatherTargets(const PolicyNode &node, std::set<std::string> &into)
{
    if (node.kind == PolicyNode::Kind::Target && isPlain(node.model))
        into.insert(node.provider + "/" + node.model);
    for (const PolicyNode &child : node.children)
        gatherTargets(child, into);
}

} // namespace

QString targetLabel(const ChatTarget &target)
{
    const QString name = QString::fromStdString(target.name);
    return target.kind == ChatTarget::Kind::Route ? Words::tr("Route %1").arg(name) : name;
}

std::vector<TargetChoice> targetChoices(const Config &config, const GatewaySnapshot &snapshot,
                                        const QStringList &listed)
{
    using Kind = ChatTarget::Kind;
    std::vector<TargetChoice> choices;
    const auto add = [&choices](Kind kind, const std::string &name) {
        const ChatTarget target{kind, name};
        choices.push_back({target, targetLabel(target)});
    };
    std::set<std::string> models;
    std::set<std::string> targets;
    for (const RouteConfig &route : config.routes) {
        if (isPlain(route.match.model))
            models.insert(route.match.model);
        gatherTargets(route.to, targets);
    }
    for (const ModelConfig &model : config.models)
        targets.insert(model.model);
    for (const PriceConfig &price : config.prices)
        targets.insert(price.model);
    for (const HealthBook::TargetRow &row : snapshot.targets)
        targets.insert(row.provider + "/" + row.model);
    for (const QString &id : listed)
        (namesProvider(config, id.toStdString()) ? targets : models).insert(id.toStdString());
    for (const std::string &model : models)
        add(Kind::Model, model);
    for (const RouteConfig &route : config.routes)
        add(Kind::Route, route.id);
    for (const std::string &target : targets) {
        if (isPlain(target) && namesProvider(config, target))
            add(Kind::Target, target);
    }
    return choices;
}

ChatTarget targetFromLabel(const QString &text, const std::vector<TargetChoice> &choices, const Config &config)
{
    const QString wanted = text.trimmed();
    for (const TargetChoice &choice : choices) {
        if (choice.label == wanted)
            return choice.target;
    }
    const ChatTarget written = chatTargetFromText(wanted.toStdString());
    if (written.kind == ChatTarget::Kind::Model && namesProvider(config, written.name))
        return {ChatTarget::Kind::Target, written.name};
    return written;
}

QStringList listedModels(const std::string &body)
{
    QStringList ids;
    boost::system::error_code code;
    const json::value value = json::parse(body, code);
    const json::object *object = code ? nullptr : value.if_object();
    const json::value *data = object ? object->if_contains("data") : nullptr;
    if (!data || !data->is_array())
        return ids;
    for (const json::value &entry : data->get_array()) {
        const json::object *model = entry.if_object();
        const json::value *id = model ? model->if_contains("id") : nullptr;
        if (id && id->is_string())
            ids += QString::fromUtf8(id->get_string().data(), qsizetype(id->get_string().size()));
    }
    return ids;
}

} // namespace signalbox
