// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/webhooks_panel.h"

#include "ui/data/maintenance_actions.h"
#include "ui/settings/row_table.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtCore/QPointer>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

enum Column { Id, Address, Secret, Kinds };

QString kindsText(const std::set<AlertKind> &kinds)
{
    QStringList words;
    for (const AlertKind kind : kinds)
        words += QLatin1StringView(alertKindName(kind));
    return words.join(u", "_s);
}

// The first that is none goes to `wrong`.
std::set<AlertKind> readKinds(const QString &text, QString *wrong = nullptr)
{
    std::set<AlertKind> kinds;
    for (const QString &part : text.split(u',', Qt::SkipEmptyParts)) {
        const QString word = part.trimmed();
        if (const auto kind = alertKindFrom(word.toStdString()))
            kinds.insert(*kind);
        else if (!word.isEmpty() && wrong && wrong->isEmpty())
            *wrong = word;
    }
    return kinds;
}

} // namespace

WebhooksPanel::WebhooksPanel(MaintenanceActions *maintenance, QWidget *parent)
    : QWidget(parent),
      m_maintenance(maintenance),
      m_table(new RowTable({tr("Name"), tr("Address, or keychain:…"), tr("Signing secret"), tr("Only these kinds")},
                           tr("Webhooks"), 8)),
      m_title(makeLabel(tr("Webhooks"), TextStyle::BodyStrong, Token::Text)),
      m_said(makeLabel({}, TextStyle::Small, Token::Text3)),
      m_test(makeButton(tr("&Test the webhook")))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_title);
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionResizeMode(Address, QHeaderView::Stretch);
    header->resizeSection(Id, 110);
    header->resizeSection(Secret, 150);
    header->resizeSection(Kinds, 160);
    column->addWidget(m_table);
    QLabel *hint =
        makeLabel(tr("A secret is a reference (keychain:SERVICE/NAME, env:NAME, file:PATH), never the secret "
                     "itself. Kinds: budget, anomaly, credential, provider, failover, quota, keyExpiry, "
                     "forecast; empty: all."),
                  TextStyle::Small, Token::Text3);
    hint->setWordWrap(true);
    column->addWidget(hint);
    m_said->setWordWrap(true);
    m_said->hide();
    column->addWidget(m_said);
    column->addWidget(m_table->makeButtons(tr("Add a webhook"), tr("Remove the webhook"), {m_test}));
    m_test->setVisible(m_maintenance);
    connect(m_test, &QPushButton::clicked, this, &WebhooksPanel::testCurrent);
    connect(m_table, &RowTable::edited, this, &WebhooksPanel::edited);
}

QTableWidget *WebhooksPanel::table() const
{
    return m_table;
}

void WebhooksPanel::hideTitle()
{
    m_title->hide();
}

void WebhooksPanel::addRow(const WebhookConfig &hook)
{
    m_table->addCells({QString::fromStdString(hook.id), QString::fromStdString(hook.url),
                       QString::fromStdString(hook.secret), kindsText(hook.kinds)});
}

void WebhooksPanel::setWebhooks(const std::vector<WebhookConfig> &hooks)
{
    m_base = hooks;
    m_table->setRows({});
    for (const WebhookConfig &hook : hooks)
        addRow(hook);
    say({}, true);
}

WebhookConfig WebhooksPanel::hookAt(int row) const
{
    const auto text = [&](Column column) { return m_table->text(row, column).trimmed().toStdString(); };
    WebhookConfig hook;
    hook.id = text(Id);
    const auto before =
        std::find_if(m_base.begin(), m_base.end(), [&](const WebhookConfig &known) { return known.id == hook.id; });
    if (before != m_base.end())
        hook.minInterval = before->minInterval;
    hook.url = text(Address);
    hook.secret = text(Secret);
    hook.kinds = readKinds(m_table->text(row, Kinds));
    return hook;
}

std::vector<WebhookConfig> WebhooksPanel::webhooks() const
{
    std::vector<WebhookConfig> hooks;
    for (int row = 0; row < m_table->rowCount(); ++row) {
        WebhookConfig hook = hookAt(row);
        if (!hook.id.empty() || !hook.url.empty())
            hooks.push_back(std::move(hook));
    }
    return hooks;
}

bool WebhooksPanel::validate()
{
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const WebhookConfig hook = hookAt(row);
        QString wrong;
        readKinds(m_table->text(row, Kinds), &wrong);
        if (!wrong.isEmpty())
            say(tr("Row %1: there is no kind “%2”").arg(row + 1).arg(wrong), false);
        else if (hook.id.empty() != hook.url.empty())
            say(hook.id.empty() ? tr("Row %1 needs a name").arg(row + 1) : tr("Row %1 needs an address").arg(row + 1),
                false);
        else
            continue;
        m_table->setCurrentCell(row, wrong.isEmpty() ? Id : Kinds);
        m_table->setFocus(Qt::OtherFocusReason);
        return false;
    }
    return true;
}

void WebhooksPanel::showProblem(const QString &message)
{
    say(message, false);
}

void WebhooksPanel::testCurrent()
{
    const int row = m_table->currentRow() >= 0 ? m_table->currentRow() : m_table->rowCount() == 1 ? 0 : -1;
    if (!m_maintenance || row < 0)
        return say(tr("Choose the webhook to test"), true);
    if (!validate())
        return;
    const WebhookConfig hook = hookAt(row);
    const QString name = QString::fromStdString(hook.id);
    if (hook.url.empty())
        return say(tr("Row %1 needs an address").arg(row + 1), false);
    say(tr("%1: sending…").arg(name), true);
    m_test->setEnabled(false);
    m_maintenance->testWebhook(hook, this, [this, name](Result<std::string> told) {
        m_test->setEnabled(true);
        if (told)
            say(tr("%1 took it: %2").arg(name, QString::fromStdString(*told)), true);
        else
            say(tr("%1 did not take it: %2").arg(name, QString::fromStdString(told.error().message)), false);
    });
}

void WebhooksPanel::say(const QString &text, bool good)
{
    m_said->setText(text);
    setLabelToken(m_said, good ? Token::Text2 : Token::StopText);
    m_said->setVisible(!text.isEmpty());
}

QString WebhooksPanel::said() const
{
    return m_said->text();
}

} // namespace signalbox
