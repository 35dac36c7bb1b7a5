// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/alerts_config.h"

#include <QtWidgets/QWidget>

class QLabel;
class QPushButton;
class QTableWidget;

namespace signalbox {

class MaintenanceActions;
class RowTable;

// Who is told of alerts by POST: a row each, and a test that shows what one answers. GUI thread.
class WebhooksPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(WebhooksPanel)

public:
    explicit WebhooksPanel(MaintenanceActions *maintenance, QWidget *parent = nullptr); // may be null: no tests

    void setWebhooks(const std::vector<WebhookConfig> &hooks);
    std::vector<WebhookConfig> webhooks() const; // rows that are empty are left out
    bool validate();                             // shows what is wrong
    void showProblem(const QString &message);
    void addRow(const WebhookConfig &hook = {});
    void testCurrent();
    void hideTitle(); // where what is around it says it
    QTableWidget *table() const;
    QString said() const; // below the table

Q_SIGNALS:
    void edited();

private:
    void say(const QString &text, bool good);
    WebhookConfig hookAt(int row) const;

    MaintenanceActions *m_maintenance;
    RowTable *m_table;
    QLabel *m_title;
    QLabel *m_said;
    QPushButton *m_test;
    std::vector<WebhookConfig> m_base; // for what the table does not show
};

} // namespace signalbox
