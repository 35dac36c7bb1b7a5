// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway_host.h"

#include <QtWidgets/QWidget>

#include <string>
#include <vector>

class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace signalbox {

class ProviderActions;
class ProviderKeys;

// The state of a key in a word and a mark, and of its quota in a sentence.
enum class Signal;
struct KeyState {
    Signal signal;
    QString word;
};
KeyState keyStateOf(const HealthBook::CredentialRow *row, int64_t nowNs); // null: nothing is known of it

// The keys of one provider: name, state, weight; add, rotate, remove. What is done here takes effect at once. GUI
// thread.
class KeysPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(KeysPanel)

public:
    // Both outlive the panel.
    KeysPanel(ProviderActions &actions, ProviderKeys &keys, QWidget *parent = nullptr);

    void setProvider(const std::string &id);
    void setHealth(const std::vector<HealthBook::ProviderRow> &providers, int64_t nowNs);
    void startAdding();
    void startRotating(const std::string &key);
    void submit();
    QLineEdit *nameField() const { return m_name; }
    QLineEdit *secretField() const { return m_secret; }
    QString problem() const;
    QStringList rows() const; // for tests and assistive tools

private:
    struct Row {
        std::string id;
        class SignalMark *mark = nullptr;
        QLabel *state = nullptr;
    };
    void rebuild();
    void showStates();
    void makeEntry();
    void openEntry(const QString &title, const QString &button, bool withName);
    void finish(const Result<void> &done);
    QString stateWords(const std::string &key) const;

    ProviderActions &m_actions;
    ProviderKeys &m_keys;
    std::string m_provider;
    std::string m_rotated; // the key that is to be replaced; empty: one is added
    HealthBook::ProviderRow m_health;
    int64_t m_nowNs = 0;
    std::vector<Row> m_rows;
    QWidget *m_list;
    QWidget *m_entry;
    QLabel *m_entryTitle;
    QLabel *m_nameLabel;
    QLineEdit *m_name;
    QLineEdit *m_secret;
    QLabel *m_problem;
    QPushButton *m_submit;
    QPushButton *m_add;
};

} // namespace signalbox
