// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/projects/edit_view.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace signalbox {

class ClientTableModel;

// Client keys: made, rotated, restricted, revoked. A key is shown once, right after it was made; only its hash is kept.
// GUI thread.
class ClientKeysView final : public EditView
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ClientKeysView)

public:
    explicit ClientKeysView(ProviderActions *actions, QWidget *parent = nullptr);

    void setConfig(const ConfigPtr &config);
    void startNew() override;
    void editClient(const std::string &id);
    void rotate();
    void revoke(); // of a revoked one: takes it off the list
    ClientTableModel *model() const { return m_model; }
    QComboBox *graceBox() const { return m_grace; }
    QString shownKey() const; // empty unless one was just made

protected:
    void edit(int row) override;
    void save() override;

private:
    void makeForm();
    void makeKeyBox();
    void showKey(const QString &title, const std::string &key);
    void hideKey();
    bool read(ClientConfig &client);
    void updateButtons(const ClientConfig *client);

    ClientTableModel *m_model;
    std::string m_edited; // id; empty: a new one
    QWidget *m_made;
    QLabel *m_madeTitle;
    QLineEdit *m_key;
    QWidget *m_rotateRow;
    QComboBox *m_grace;
    QPushButton *m_revoke;
};

} // namespace signalbox
