// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <QtWidgets/QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace signalbox {

class ProviderActions;

// Client keys: made here, shown once, kept as a hash. Changes apply at once; removing can be undone. GUI thread.
class ClientsPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ClientsPanel)

public:
    explicit ClientsPanel(ProviderActions &actions, QWidget *parent = nullptr);

    void setConfig(const ConfigPtr &config);
    void create();
    void removeClient(const std::string &id);
    QLineEdit *nameField() const { return m_name; }
    QCheckBox *adminBox() const { return m_admin; }
    QString shownKey() const; // empty unless one was just made
    QString problem() const;

private:
    void say(const QString &problem);
    void addRow(const ClientConfig &client);

    ProviderActions &m_actions;
    QVBoxLayout *m_rows;
    QLineEdit *m_name;
    QCheckBox *m_admin;
    QLabel *m_problem;
    QWidget *m_made;
    QLineEdit *m_key;
};

} // namespace signalbox
