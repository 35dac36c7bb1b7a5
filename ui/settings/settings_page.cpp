// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/settings_page.h"

#include "ui/data/maintenance_actions.h"
#include "ui/data/provider_actions.h"
#include "ui/settings/data_panel.h"
#include "ui/settings/files_panel.h"
#include "ui/settings/prices_panel.h"
#include "ui/settings/redaction_panel.h"
#include "ui/settings/setting_row.h"
#include "ui/settings/settings_form.h"
#include "ui/settings/shortcuts_panel.h"
#include "ui/settings/webhooks_panel.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/theme.h"

#include <QtGui/QAction>
#include <QtNetwork/QHostAddress>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int columnWidth = 800;
constexpr int listWidth = 220;

bool isLoopback(const QString &address)
{
    return address == "localhost"_L1 || QHostAddress(address).isLoopback();
}

} // namespace

SettingsPage::SettingsPage(ProviderActions *actions, MaintenanceActions *maintenance, QString dataFolder,
                           QWidget *parent)
    : Page(parent),
      m_actions(actions),
      m_maintenance(maintenance),
      m_dataFolder(std::move(dataFolder)),
      m_form(new SettingsForm(this)),
      m_search(new QLineEdit),
      m_changedOnly(new QCheckBox(tr("Only what differs from the de&faults"))),
      m_list(new QListWidget),
      m_area(new QScrollArea),
      m_nothing(makeLabel({}, TextStyle::Body, Token::Text2)),
      m_warning(makeLabel({}, TextStyle::Body, Token::CautionText)),
      m_problem(makeLabel({}, TextStyle::Body, Token::StopText))
{
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(makeTools());
    auto *middle = new QHBoxLayout;
    if (isRightToLeft())
        middle->setContentsMargins(0, 4, 12, 0);
    else
        middle->setContentsMargins(12, 4, 0, 0);
    middle->setSpacing(0);
    m_list->setFixedWidth(listWidth);
    m_list->setAccessibleName(tr("Sections"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    middle->addWidget(m_list);
    m_area->setWidgetResizable(true);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setFocusPolicy(Qt::NoFocus); // its fields have it, and bring themselves into view
    m_area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_area->setWidget(makeSections());
    middle->addWidget(m_area, 1);
    outer->addLayout(middle, 1);
    outer->addWidget(makeBar());

    connect(m_form, &SettingsForm::edited, this, &SettingsPage::edited);
    connect(m_form, &SettingsForm::edited, m_redaction, &RedactionPanel::tryText);
    connect(m_form, &SettingsForm::windowChanged, this, &SettingsPage::windowSettingChanged);
    connect(m_list, &QListWidget::itemClicked, this,
            [this](const QListWidgetItem *item) { showSection(item->data(Qt::UserRole).toString()); });
    connect(m_list, &QListWidget::itemActivated, this,
            [this](const QListWidgetItem *item) { showSection(item->data(Qt::UserRole).toString()); });
    connect(actions, &ProviderActions::configChanged, this, [this](const ConfigPtr &config) {
        if (!isChanged())
            fill(*config);
    });
    connect(actions, &ProviderActions::saveFailed, this, &SettingsPage::placeError);
    fill(*actions->config());
}

QString SettingsPage::iconName() const
{
    return u"settings"_s;
}

QWidget *SettingsPage::makeTools()
{
    auto *tools = new QWidget;
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(16, 8, 16, 8);
    row->setSpacing(12);
    QLabel *name = makeLabel(tr("&Search"), TextStyle::Body, Token::Text2);
    name->setBuddy(m_search);
    m_search->setAccessibleName(tr("Search the settings"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(320);
    row->addWidget(name);
    row->addWidget(m_search, 1);
    row->addWidget(m_changedOnly);
    row->addStretch();
    auto *find = new QAction(tr("&Search the settings"), this);
    find->setShortcut(tr("Ctrl+F"));
    find->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(find);
    connect(find, &QAction::triggered, this, [this] {
        m_search->setFocus(Qt::ShortcutFocusReason);
        m_search->selectAll();
    });
    connect(m_search, &QLineEdit::textChanged, this, &SettingsPage::filter);
    connect(m_changedOnly, &QCheckBox::toggled, this, &SettingsPage::filter);
    return tools;
}

QWidget *SettingsPage::makeSections()
{
    auto *page = new QWidget;
    auto *side = new QHBoxLayout(page);
    side->setContentsMargins(16, 4, 16, 16);
    auto *inner = new QWidget;
    inner->setMaximumWidth(columnWidth);
    side->addWidget(inner, 1);
    side->addStretch(0);
    auto *column = new QVBoxLayout(inner);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    m_nothing->setWordWrap(true);
    m_nothing->hide();
    column->addWidget(m_nothing);
    const std::vector<SettingEntry> table = settingsTable();
    for (const SettingSection &known : settingSections()) {
        if (known.id == "data"_L1 && !m_maintenance)
            continue;
        Section section{known.id, known.title, known.words, new Panel(known.title), nullptr, {}};
        section.panel->body()->setSpacing(10);
        for (const SettingEntry &setting : table) {
            if (setting.section == known.id)
                section.rows.push_back(m_form->add(setting, section.panel->body()));
        }
        makePart(section);
        column->addWidget(section.panel);
        auto *item = new QListWidgetItem(known.title, m_list);
        item->setData(Qt::UserRole, known.id);
        item->setSizeHint(QSize(0, theme().rowHeight()));
        m_sections.push_back(std::move(section));
    }
    column->addStretch(1);
    return page;
}

void SettingsPage::makePart(Section &section)
{
    if (section.id == "listening"_L1) {
        m_warning->setWordWrap(true);
        section.panel->body()->addWidget(m_warning);
    } else if (section.id == "clients"_L1) {
        section.part = makeClientKeys();
    } else if (section.id == "privacy"_L1) {
        section.part = m_redaction = new RedactionPanel;
        m_redaction->setKinds([this] { return draft().store.redact; });
        connect(m_redaction, &RedactionPanel::edited, this, &SettingsPage::edited);
    } else if (section.id == "notifications"_L1) {
        section.part = m_webhooks = new WebhooksPanel(m_maintenance);
        connect(m_webhooks, &WebhooksPanel::edited, this, &SettingsPage::edited);
    } else if (section.id == "shortcuts"_L1) {
        section.part = m_shortcuts = new ShortcutsPanel;
    } else if (section.id == "data"_L1) {
        section.part = m_data = new DataPanel(m_maintenance);
    } else if (section.id == "files"_L1) {
        section.part = m_files = new FilesPanel(m_maintenance, m_dataFolder, m_actions->configPath());
    } else if (section.id == "prices"_L1) {
        section.panel->setSubtitle(tr("USD for a million tokens, before the catalogue's"));
        section.part = m_prices = new PricesPanel;
        connect(m_prices, &PricesPanel::edited, this, &SettingsPage::edited);
    }
    if (section.part)
        section.panel->body()->addWidget(section.part);
}

QWidget *SettingsPage::makeClientKeys()
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    QLabel *words =
        makeLabel(tr("Who may use the gateway, and for what, stands under Projects."), TextStyle::Small, Token::Text3);
    words->setWordWrap(true);
    QPushButton *keys = makeButton(tr("Open client &keys"), u"key"_s);
    row->addWidget(words, 1);
    row->addWidget(keys);
    connect(keys, &QPushButton::clicked, this, &SettingsPage::clientKeysRequested);
    return box;
}

QWidget *SettingsPage::makeBar()
{
    auto *bar = new QFrame;
    m_bar = bar;
    bar->setAutoFillBackground(true);
    bar->setBackgroundRole(QPalette::Base);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(16, 8, 16, 8);
    row->setSpacing(8);
    m_problem->setWordWrap(true);
    QPushButton *back = makeButton(tr("Revert"), u"undo"_s);
    m_apply = makeButton(tr("Apply"), ButtonKind::Primary);
    row->addWidget(m_problem, 1);
    row->addWidget(back);
    row->addWidget(m_apply);
    connect(back, &QPushButton::clicked, this, &SettingsPage::revert);
    connect(m_apply, &QPushButton::clicked, this, &SettingsPage::apply);
    bar->hide();
    return bar;
}

void SettingsPage::fill(const Config &config)
{
    m_base = config;
    m_form->fill(config);
    m_webhooks->setWebhooks(config.alerts.webhooks);
    m_prices->setPrices(config.prices);
    m_redaction->setPatterns(config.store.redact.patterns);
    if (m_data)
        m_data->setConfig(config);
    edited();
}

Config SettingsPage::draft() const
{
    // Over the newest config, so that what others changed meanwhile stays.
    Config next = m_form->draftOver(*m_actions->config());
    if (m_webhooks->webhooks() != m_base.alerts.webhooks)
        next.alerts.webhooks = m_webhooks->webhooks();
    if (m_prices->prices() != m_base.prices)
        next.prices = m_prices->prices();
    if (m_redaction->patterns() != m_base.store.redact.patterns)
        next.store.redact.patterns = m_redaction->patterns();
    return next;
}

bool SettingsPage::isChanged() const
{
    return m_form->isChanged() || m_webhooks->webhooks() != m_base.alerts.webhooks ||
           m_prices->prices() != m_base.prices || m_redaction->patterns() != m_base.store.redact.patterns;
}

void SettingsPage::edited()
{
    m_problem->clear();
    updateWarning();
    if (m_bar)
        m_bar->setVisible(isChanged());
}

void SettingsPage::updateWarning()
{
    const bool open = row(u"/listen/auth"_s)->value().toInt() == int(AuthMode::None);
    const bool wide = !isLoopback(row(u"/listen/address"_s)->value().toString().trimmed());
    QString text;
    if (open && wide)
        text = tr("Anyone who reaches this computer can use your providers without a key, at your cost.");
    else if (wide)
        text = tr("Other computers can reach the gateway. Traffic is not encrypted.");
    else if (open)
        text = tr("Every program on this computer can use your providers without a key.");
    m_warning->setText(text);
    m_warning->setVisible(!text.isEmpty());
}

SettingRow *SettingsPage::row(const QString &key) const
{
    return m_form->row(key);
}

QStringList SettingsPage::shownSections() const
{
    QStringList ids;
    for (const Section &section : m_sections) {
        if (!section.panel->isHidden())
            ids += section.id;
    }
    return ids;
}

QStringList SettingsPage::shownRows() const
{
    QStringList keys;
    for (const SettingRow *row : m_form->rows()) {
        if (!row->isHidden())
            keys += row->setting().key;
    }
    return keys;
}

ShortcutBook *SettingsPage::shortcuts() const
{
    return m_shortcuts->book();
}

QString SettingsPage::warning() const
{
    return m_warning->isHidden() ? QString() : m_warning->text();
}

QString SettingsPage::errorAt(const QString &key) const
{
    const SettingRow *found = row(key);
    return found ? found->error() : QString();
}

QString SettingsPage::problem() const
{
    return m_problem->text();
}

} // namespace signalbox
