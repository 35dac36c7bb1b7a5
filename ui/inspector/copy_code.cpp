// SPDX-License-Identifier: GPL-3.0-or-later
// Requests as programs and as a table.
#include "core/dialect/json_writer.h"
#include "ui/inspector/copy_as.h"
#include "ui/requests/request_cells.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(CopyAs)
};

// A JSON string is a string of Python and of JavaScript, too.
QString quoted(const QString &text)
{
    std::string out;
    JsonWriter(out).text(text.toStdString());
    return QString::fromStdString(out);
}

QString bodyText(const RequestRecord &record)
{
    const StoredBody *body = keptBody(record, StoredBody::Kind::ClientRequest);
    return body && !body->cut ? quoted(QString::fromStdString(body->bytes)) : QString();
}

QString cell(QString text)
{
    return text.replace(u'|', u"\\|"_s).replace(u'\n', u' ');
}

} // namespace

QString copyAsPython(const RequestRecord &record, const QString &gatewayUrl)
{
    QString text = u"import os\nimport urllib.request\n\n"_s;
    const QString body = bodyText(record);
    if (!body.isEmpty())
        text += u"body = "_s + body + u"\n"_s;
    text += u"request = urllib.request.Request(\n    "_s + quoted(gatewayUrl + requestPath(record)) + u",\n"_s;
    text += body.isEmpty() ? QString() : u"    data=body.encode(),\n"_s;
    text += u"    method=\"POST\",\n    headers={\n"_s;
    text += u"        \"Authorization\": \"Bearer \" + os.environ[\"SIGNALBOX_API_KEY\"],\n"_s;
    if (record.dialect == "anthropic")
        text += u"        \"anthropic-version\": \"2023-06-01\",\n"_s;
    text += u"        \"Content-Type\": \"application/json\",\n    },\n)\n"_s;
    text += u"with urllib.request.urlopen(request) as reply:\n    for line in reply:\n"_s;
    text += u"        print(line.decode(), end=\"\")\n"_s;
    return text;
}

QString copyAsNode(const RequestRecord &record, const QString &gatewayUrl)
{
    QString text = u"const reply = await fetch("_s + quoted(gatewayUrl + requestPath(record)) + u", {\n"_s;
    text += u"  method: \"POST\",\n  headers: {\n"_s;
    text += u"    \"Authorization\": `Bearer ${process.env.SIGNALBOX_API_KEY}`,\n"_s;
    if (record.dialect == "anthropic")
        text += u"    \"anthropic-version\": \"2023-06-01\",\n"_s;
    text += u"    \"Content-Type\": \"application/json\",\n  },\n"_s;
    if (const QString body = bodyText(record); !body.isEmpty())
        text += u"  body: "_s + body + u",\n"_s;
    text += u"});\nfor await (const chunk of reply.body) process.stdout.write(chunk);\n"_s;
    return text;
}

QString copyAsMarkdown(const std::vector<RequestRecord> &records)
{
    QString text =
        u"| "_s +
        QStringList{Words::tr("Started"),    Words::tr("Client"),      Words::tr("Model asked"), Words::tr("Target"),
                    Words::tr("Status"),     Words::tr("First token"), Words::tr("Duration"),    Words::tr("Tokens in"),
                    Words::tr("Tokens out"), Words::tr("Cost")}
            .join(u" | "_s) +
        u" |\n| --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: | ---: |\n"_s;
    for (const RequestRecord &record : records) {
        const int64_t in =
            record.usage.input.value_or(0) + record.usage.cachedInput.value_or(0) + record.usage.cacheWrite.value_or(0);
        const QStringList cells{QDateTime::fromMSecsSinceEpoch(record.startedAtMs).toString(Qt::ISODateWithMs),
                                cell(QString::fromStdString(record.client)),
                                cell(QString::fromStdString(record.requestedModel)),
                                cell(targetName(record.provider, record.model)),
                                QString::number(record.status),
                                record.ttftMs ? formatTime(*record.ttftMs, TimeStyle::Detail) : missingText(),
                                formatTime(record.durationMs, TimeStyle::Detail),
                                record.usage.input ? formatCount(in) : missingText(),
                                record.usage.output ? formatCount(*record.usage.output) : missingText(),
                                formatCost(record.cost)};
        text += u"| "_s + cells.join(u" | "_s) + u" |\n"_s;
    }
    return text;
}

} // namespace signalbox
