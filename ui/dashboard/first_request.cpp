// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/first_request.h"

using namespace Qt::StringLiterals;

namespace signalbox {

QString firstRequestCommand(const Config &config, const QString &gatewayUrl)
{
    QString url = gatewayUrl;
    if (url.isEmpty())
        url = u"http://%1:%2"_s.arg(QString::fromStdString(config.listen.address)).arg(config.listen.port);
    QString model = u"gpt-5-mini"_s;
    for (const RouteConfig &route : config.routes) {
        const PolicyNode *node = &route.to;
        while (!node->children.empty()) // the first target, whatever chooses it
            node = node->kind == PolicyNode::Kind::When ? &node->children.back() : &node->children.front();
        if (route.match.model.find('*') == std::string::npos)
            model = QString::fromStdString(route.match.model);
        else if (node->kind == PolicyNode::Kind::Target && node->model != "*" && !node->model.empty())
            model = QString::fromStdString(node->model);
        else
            continue;
        break;
    }
    const QString key =
        config.listen.auth == AuthMode::Keys ? u"  -H \"Authorization: Bearer $SIGNALBOX_API_KEY\" \\\n"_s : QString();
    return u"curl "_s + url + u"/v1/chat/completions \\\n"_s + key +
           u"  -H \"Content-Type: application/json\" \\\n  -d '{\"model\": \""_s + model +
           u"\",\n       \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}'"_s;
}

} // namespace signalbox
