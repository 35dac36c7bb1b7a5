// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "ui/widgets/page.h"

#include <map>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QSpinBox;
class QVBoxLayout;

namespace signalbox {

class Panel;
class PricesPanel;
class ProviderActions;

// Listening, privacy, appearance, files, prices. What is edited is a draft until Apply; appearance takes effect at
// once. Client keys have a page of their own, which a link leads to. GUI thread.
class SettingsPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SettingsPage)

public:
    SettingsPage(ProviderActions *actions, QString dataFolder, QWidget *parent = nullptr);

    QString title() const override { return tr("Settings"); }
    QString iconName() const override;
    void showSection(const QString &section); // listening, clients, privacy, appearance, files, prices
    void apply();
    void revert();
    bool isChanged() const;

    QLineEdit *addressField() const { return m_address; }
    QSpinBox *portField() const { return m_port; }
    QComboBox *authBox() const { return m_auth; }
    QComboBox *bodiesBox() const { return m_bodies; }
    QSpinBox *daysField() const { return m_days; }
    PricesPanel *prices() const { return m_prices; }
    QPushButton *applyButton() const { return m_apply; }
    QString warning() const;
    QString errorAt(const QString &pointer) const;
    QString problem() const;

Q_SIGNALS:
    void clientKeysRequested();

private:
    struct Row {
        QWidget *editor = nullptr;
        QLabel *label = nullptr;
        QLabel *error = nullptr;
        QString name;
    };

    Panel *addSection(QVBoxLayout *column, const QString &id, const QString &title);
    void addRow(Panel *panel, const QString &pointer, const QString &label, QWidget *editor, const QString &hint);
    void makeListening(QVBoxLayout *column);
    void makePrivacy(QVBoxLayout *column);
    void makeAppearance(QVBoxLayout *column);
    void makeFiles(QVBoxLayout *column);
    QWidget *makeBar();
    Config draft() const;
    void edited();
    void fill(const Config &config);
    void mark(const QString &pointer, bool changed);
    void setRowError(const QString &pointer, const QString &message);
    void updateWarning();
    void placeError(const QString &message);

    ProviderActions *m_actions;
    QString m_dataFolder;
    Config m_base; // what the draft started from
    bool m_filling = false;
    std::map<QString, Row> m_rows; // by JSON pointer
    std::map<QString, QWidget *> m_sections;
    QScrollArea *m_area;
    QLineEdit *m_address;
    QSpinBox *m_port;
    QComboBox *m_auth;
    QComboBox *m_bodies;
    QSpinBox *m_days;
    QSpinBox *m_size;
    QLabel *m_warning;
    PricesPanel *m_prices;
    QLabel *m_problem;
    QWidget *m_bar = nullptr;
    QPushButton *m_apply = nullptr;
};

} // namespace signalbox
