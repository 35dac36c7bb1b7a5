// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "ui/widgets/page.h"

#include <map>
#include <vector>

class QCheckBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace signalbox {

class DataPanel;
class FilesPanel;
class MaintenanceActions;
class Panel;
class PricesPanel;
class ProviderActions;
class RedactionPanel;
class SettingRow;
class SettingsForm;
class ShortcutBook;
class ShortcutsPanel;
class WebhooksPanel;

// All settings, in sections, with a search over them. What concerns the gateway is a draft until Apply; what concerns
// the window is in force at once. Client keys have a page of their own, which a link leads to. GUI thread.
class SettingsPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SettingsPage)

public:
    // Without `maintenance` the parts that need it are left out.
    SettingsPage(ProviderActions *actions, MaintenanceActions *maintenance, QString dataFolder,
                 QWidget *parent = nullptr);

    QString title() const override { return tr("Settings"); }
    QString iconName() const override;
    void showSection(const QString &section); // an id of settingSections(); also retention
    void setSearch(const QString &search);
    void setChangedOnly(bool on);
    void apply();
    void revert();
    bool isChanged() const;

    SettingRow *row(const QString &key) const;
    QStringList shownSections() const; // ids
    QStringList shownRows() const;     // keys
    PricesPanel *prices() const { return m_prices; }
    RedactionPanel *redaction() const { return m_redaction; }
    WebhooksPanel *webhooks() const { return m_webhooks; }
    DataPanel *data() const { return m_data; }
    FilesPanel *files() const { return m_files; }
    ShortcutBook *shortcuts() const;
    ShortcutsPanel *shortcutsPanel() const { return m_shortcuts; }
    SettingsForm *form() const { return m_form; }
    QLineEdit *searchField() const { return m_search; }
    QPushButton *applyButton() const { return m_apply; }
    QString warning() const;
    QString errorAt(const QString &key) const;
    QString problem() const;

Q_SIGNALS:
    void clientKeysRequested();
    void windowSettingChanged(const QString &key, const QVariant &value);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Section {
        QString id;
        QString title;
        QString words;
        Panel *panel = nullptr;
        QWidget *part = nullptr; // beside its rows
        std::vector<SettingRow *> rows;
    };

    QWidget *makeTools();
    QWidget *makeSections();
    QWidget *makeBar();
    void makePart(Section &section);
    QWidget *makeClientKeys();
    void fill(const Config &config);
    Config draft() const;
    void edited();
    void updateWarning();
    void filter();
    void applyNow(const Config &next);
    void placeError(const QString &message);
    bool partMatches(const Section &section) const;

    ProviderActions *m_actions;
    MaintenanceActions *m_maintenance;
    QString m_dataFolder;
    Config m_base; // what the draft started from
    SettingsForm *m_form;
    QLineEdit *m_search;
    QCheckBox *m_changedOnly;
    QListWidget *m_list;
    QScrollArea *m_area;
    QLabel *m_nothing;
    QLabel *m_warning;
    QLabel *m_problem;
    PricesPanel *m_prices = nullptr;
    WebhooksPanel *m_webhooks = nullptr;
    RedactionPanel *m_redaction = nullptr;
    ShortcutsPanel *m_shortcuts = nullptr;
    DataPanel *m_data = nullptr;
    FilesPanel *m_files = nullptr;
    std::vector<Section> m_sections;
    QWidget *m_bar = nullptr;
    QPushButton *m_apply = nullptr;
};

} // namespace signalbox
