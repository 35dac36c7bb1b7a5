// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <QtWidgets/QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace signalbox {

class MaintenanceActions;
class ProviderActions;
class SettingsForm;
class WebhooksPanel;

// Who is told of what, as a form over the config: kinds, thresholds, quiet hours, webhooks. A draft until Apply. The
// rules of budgets, which are edited with them, stand below in words. GUI thread.
class AlertRulesView final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AlertRulesView)

public:
    AlertRulesView(ProviderActions *actions, MaintenanceActions *maintenance, QWidget *parent = nullptr);

    void apply();
    void revert();
    bool isChanged() const;
    SettingsForm *form() const { return m_form; }
    WebhooksPanel *webhooks() const { return m_webhooks; }
    QPushButton *applyButton() const { return m_apply; }
    QString problem() const;
    QStringList ruleLines() const; // in words

private:
    QWidget *makeBar();
    void fill(const Config &config);
    void fillLines(const Config &config);
    void edited();
    void placeError(const QString &message);

    ProviderActions *m_actions;
    Config m_base;
    SettingsForm *m_form;
    WebhooksPanel *m_webhooks;
    QLabel *m_problem;
    QVBoxLayout *m_lines;
    QWidget *m_linesBox = nullptr;
    QWidget *m_bar = nullptr;
    QPushButton *m_apply = nullptr;
};

} // namespace signalbox
