// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/gateway/gateway_host.h"

#include <QtWidgets/QFrame>

class QCheckBox;
class QListWidget;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace signalbox {

class ApiChoice;

class KeysPanel;
class ProbeView;
class ProviderActions;
class ProviderKeys;
class ProviderLimits;
class QuirkFields;

// Adds or edits one provider. The key goes to the keychain first, the config second: a refused key changes nothing.
// GUI thread.
class ProviderDrawer final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProviderDrawer)

public:
    // `actions` outlives the drawer.
    // Without `keys` one key can be given, and that is all; it outlives the drawer as well.
    explicit ProviderDrawer(ProviderActions &actions, QWidget *parent = nullptr);
    ProviderDrawer(ProviderActions &actions, ProviderKeys &keys, QWidget *parent = nullptr);

    void startAdding(const QString &presetId = {});
    void startEditing(const std::string &providerId);
    bool isEditing() const { return !m_editedId.empty(); }
    void save();
    void test();
    ProviderConfig provider() const; // as the fields say
    void setHealth(const std::vector<HealthBook::ProviderRow> &providers, int64_t nowNs);

    QComboBox *presetBox() const { return m_preset; }
    QLineEdit *nameField() const { return m_name; }
    QLineEdit *idField() const { return m_id; }
    QLineEdit *urlField() const { return m_url; }
    QLineEdit *keyField() const { return m_key; }
    QLineEdit *variableField() const { return m_variable; }
    QLineEdit *proxyField() const { return m_proxy; }
    QCheckBox *fallbackBox() const { return m_fallback; }
    QPushButton *saveButton() const { return m_save; }
    ApiChoice *apiChoice() const { return m_api; }
    ProbeView *probeView() const { return m_probe; }
    KeysPanel *keysPanel() const { return m_keys; } // null without keys
    ProviderLimits *limits() const { return m_limits; }
    QuirkFields *quirks() const { return m_quirks; }
    QListWidget *modelList() const { return m_models; }
    QString problem() const;

Q_SIGNALS:
    void saved(const QString &providerId);
    void closeRequested();

private:
    struct Field {
        QLineEdit *edit = nullptr;
        QLabel *error = nullptr;
    };

    QLineEdit *addField(QVBoxLayout *column, const QString &label, const QString &hint = {});
    ProviderDrawer(ProviderActions &actions, ProviderKeys *keys, QWidget *parent);
    QWidget *makeFooter();
    void makePreset(QVBoxLayout *column);
    void takeProbe(const ProbeReport &report);
    void makeKey(QVBoxLayout *column);
    void makeAdvanced(QVBoxLayout *column);
    void connectFields();
    void reset(const QString &title);
    void choosePreset();
    void setError(QLineEdit *field, const QString &message);
    bool validate();
    void updateKeyNote();
    void keychainTrouble(const std::string &message);
    bool apply(const ProviderConfig &provider);
    void saveKey(const ProviderConfig &next);
    void takeBackKey(const std::string &reference);
    void showProblem(const QString &message);
    void setBusy(bool busy);

    ProviderActions &m_actions;
    std::string m_editedId;
    quint64 m_probeId = 0;
    bool m_idTouched = false;
    bool m_fillingIn = false;
    std::vector<Field> m_fields;
    QLabel *m_title;
    QComboBox *m_preset;
    ApiChoice *m_api;
    QLineEdit *m_name = nullptr;
    QLineEdit *m_id = nullptr;
    QLineEdit *m_url = nullptr;
    QLineEdit *m_key = nullptr;
    QLineEdit *m_variable = nullptr;
    QLineEdit *m_region = nullptr;
    QLineEdit *m_proxy = nullptr;
    QLabel *m_keyNote;
    QCheckBox *m_useVariable;
    QWidget *m_variableRow;
    QWidget *m_advanced;
    QPushButton *m_advancedToggle = nullptr;
    QCheckBox *m_fallback;
    KeysPanel *m_keys = nullptr;
    ProviderLimits *m_limits;
    QuirkFields *m_quirks;
    QListWidget *m_models;
    ProbeView *m_probe;
    QLabel *m_problem;
    QPushButton *m_save;
};

} // namespace signalbox
