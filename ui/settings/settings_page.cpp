// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/settings_page.h"

#include "ui/data/provider_actions.h"
#include "ui/settings/prices_panel.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/theme.h"

#include <QtCore/QFileInfo>
#include <QtCore/QSettings>
#include <QtCore/QUrl>
#include <QtGui/QClipboard>
#include <QtGui/QDesktopServices>
#include <QtGui/QGuiApplication>
#include <QtNetwork/QHostAddress>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int columnWidth = 760;
constexpr int labelWidth = 176; // a third more than the longest word here

bool isLoopback(const QString &address)
{
    return address == "localhost"_L1 || QHostAddress(address).isLoopback();
}

QSpinBox *makeSpin(int from, int to, const QString &suffix = {})
{
    auto *spin = new QSpinBox;
    spin->setRange(from, to);
    spin->setSuffix(suffix);
    spin->setGroupSeparatorShown(false);
    spin->setMinimumWidth(120);
    return spin;
}

} // namespace

SettingsPage::SettingsPage(ProviderActions *actions, QString dataFolder, QWidget *parent)
    : Page(parent),
      m_actions(actions),
      m_dataFolder(std::move(dataFolder)),
      m_area(new QScrollArea),
      m_address(new QLineEdit),
      m_port(makeSpin(0, 65'535)),
      m_auth(new QComboBox),
      m_bodies(new QComboBox),
      m_days(makeSpin(1, 3'650, tr(" days"))),
      m_size(makeSpin(1, 1'048'576, tr(" MiB"))),
      m_warning(makeLabel({}, TextStyle::Body, Token::CautionText)),
      m_prices(new PricesPanel),
      m_problem(makeLabel({}, TextStyle::Body, Token::StopText))
{
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    m_area->setWidgetResizable(true);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *page = new QWidget;
    auto *side = new QHBoxLayout(page);
    side->setContentsMargins(16, 12, 16, 16);
    auto *inner = new QWidget;
    inner->setMaximumWidth(columnWidth);
    side->addWidget(inner, 1);
    side->addStretch(0);
    auto *column = new QVBoxLayout(inner);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    makeListening(column);
    Panel *clients = addSection(column, u"clients"_s, tr("Client keys"));
    clients->setSubtitle(tr("Who may use the gateway, and for what"));
    QPushButton *keys = makeButton(tr("Open client &keys"), u"key"_s);
    clients->addTool(keys);
    connect(keys, &QPushButton::clicked, this, &SettingsPage::clientKeysRequested);
    makePrivacy(column);
    makeAppearance(column);
    makeFiles(column);
    Panel *prices = addSection(column, u"prices"_s, tr("Prices"));
    prices->setSubtitle(tr("USD for a million tokens, before the catalogue's"));
    prices->body()->addWidget(m_prices);
    column->addStretch();
    m_area->setWidget(page);
    outer->addWidget(m_area, 1);
    outer->addWidget(makeBar());

    connect(m_prices, &PricesPanel::edited, this, &SettingsPage::edited);
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

Panel *SettingsPage::addSection(QVBoxLayout *column, const QString &id, const QString &title)
{
    auto *panel = new Panel(title);
    panel->body()->setSpacing(10);
    m_sections[id] = panel;
    column->addWidget(panel);
    return panel;
}

void SettingsPage::addRow(Panel *panel, const QString &pointer, const QString &label, QWidget *editor,
                          const QString &hint)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    QLabel *name = makeLabel(label, TextStyle::Body, Token::Text2);
    name->setFixedWidth(labelWidth);
    name->setBuddy(editor);
    editor->setAccessibleName(label);
    editor->setAccessibleDescription(hint);
    editor->setFixedWidth(220);
    editor->setMinimumHeight(28);
    QLabel *error = makeLabel(hint, TextStyle::Small, Token::Text3);
    error->setProperty("hint", hint);
    error->setWordWrap(true);
    row->addWidget(name);
    row->addWidget(editor);
    row->addWidget(error, 1);
    panel->body()->addLayout(row);
    m_rows[pointer] = {editor, name, error, label};
}

void SettingsPage::makeListening(QVBoxLayout *column)
{
    Panel *panel = addSection(column, u"listening"_s, tr("Listening"));
    addRow(panel, u"/listen/address"_s, tr("Address"), m_address, tr("127.0.0.1: this computer only"));
    addRow(panel, u"/listen/port"_s, tr("Port"), m_port, tr("0: any free port"));
    m_auth->addItem(tr("Client keys required"), int(AuthMode::Keys));
    m_auth->addItem(tr("No key needed"), int(AuthMode::None));
    addRow(panel, u"/listen/auth"_s, tr("Access"), m_auth, {});
    m_warning->setWordWrap(true);
    panel->body()->addWidget(m_warning);
    connect(m_address, &QLineEdit::textChanged, this, &SettingsPage::edited);
    connect(m_port, &QSpinBox::valueChanged, this, &SettingsPage::edited);
    connect(m_auth, &QComboBox::currentIndexChanged, this, &SettingsPage::edited);
}

void SettingsPage::makePrivacy(QVBoxLayout *column)
{
    Panel *panel = addSection(column, u"privacy"_s, tr("Privacy and retention"));
    m_bodies->addItem(tr("All requests"), int(BodyPolicy::All));
    m_bodies->addItem(tr("Failed requests only"), int(BodyPolicy::Errors));
    m_bodies->addItem(tr("None"), int(BodyPolicy::None));
    addRow(panel, u"/store/bodies"_s, tr("Keep bodies of"), m_bodies, tr("What was asked and answered, word for word"));
    addRow(panel, u"/store/keepDays"_s, tr("Keep requests for"), m_days, {});
    addRow(panel, u"/store/maxMiB"_s, tr("At most"), m_size, tr("The oldest go first"));
    connect(m_bodies, &QComboBox::currentIndexChanged, this, &SettingsPage::edited);
    connect(m_days, &QSpinBox::valueChanged, this, &SettingsPage::edited);
    connect(m_size, &QSpinBox::valueChanged, this, &SettingsPage::edited);
}

void SettingsPage::makeAppearance(QVBoxLayout *column)
{
    Panel *panel = addSection(column, u"appearance"_s, tr("Appearance"));
    auto *modes = new SegmentedControl(tr("Theme"));
    modes->addSegment(tr("As the system"));
    modes->addSegment(tr("Light"));
    modes->addSegment(tr("Dark"));
    const auto show = [modes] { modes->setCurrent(qMin(int(theme().mode()), 2)); };
    show();
    panel->body()->addWidget(modes, 0, Qt::AlignLeft);
    connect(modes, &SegmentedControl::chosen, this, [](int index) {
        QSettings().setValue(u"ui/theme"_s, Theme::modeName(Theme::Mode(index)));
        theme().setMode(Theme::Mode(index));
    });
    connect(&theme(), &Theme::themeChanged, modes, show);
}

void SettingsPage::makeFiles(QVBoxLayout *column)
{
    Panel *panel = addSection(column, u"files"_s, tr("Files"));
    const auto add = [&](const QString &label, const QString &path, const QString &folder) {
        auto *row = new QHBoxLayout;
        row->setSpacing(8);
        QLabel *name = makeLabel(label, TextStyle::Body, Token::Text2);
        name->setFixedWidth(labelWidth);
        QLabel *where = makeLabel(path, TextStyle::Code, Token::Text);
        where->setToolTip(path);
        where->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        where->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        QToolButton *copy = makeIconButton(u"copy"_s, tr("Copy the path of: %1").arg(label));
        QPushButton *open = makeButton(tr("Open"));
        open->setAccessibleName(tr("Open the folder of: %1").arg(label));
        row->addWidget(name);
        row->addWidget(where, 1);
        row->addWidget(copy);
        row->addWidget(open);
        panel->body()->addLayout(row);
        connect(copy, &QToolButton::clicked, this, [path] { QGuiApplication::clipboard()->setText(path); });
        connect(open, &QPushButton::clicked, this,
                [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
    };
    add(tr("Data folder"), m_dataFolder, m_dataFolder);
    const QString config = m_actions->configPath();
    add(tr("Config file"), config, QFileInfo(config).path());
}

QWidget *SettingsPage::makeBar()
{
    m_bar = new QFrame;
    m_bar->setAutoFillBackground(true);
    m_bar->setBackgroundRole(QPalette::Base);
    auto *row = new QHBoxLayout(m_bar);
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
    m_bar->hide();
    return m_bar;
}

void SettingsPage::fill(const Config &config)
{
    m_filling = true;
    m_base = config;
    m_address->setText(QString::fromStdString(config.listen.address));
    m_port->setValue(config.listen.port);
    m_auth->setCurrentIndex(m_auth->findData(int(config.listen.auth)));
    m_bodies->setCurrentIndex(m_bodies->findData(int(config.store.bodies)));
    m_days->setValue(config.store.keepDays);
    m_size->setValue(config.store.maxMiB);
    m_prices->setPrices(config.prices);
    m_filling = false;
    edited();
}

Config SettingsPage::draft() const
{
    // Over the newest config, so that what others changed meanwhile stays.
    Config next = *m_actions->config();
    next.listen.address = m_address->text().trimmed().toStdString();
    next.listen.port = uint16_t(m_port->value());
    next.listen.auth = AuthMode(m_auth->currentData().toInt());
    next.store.bodies = BodyPolicy(m_bodies->currentData().toInt());
    next.store.keepDays = m_days->value();
    next.store.maxMiB = m_size->value();
    next.prices = m_prices->prices();
    return next;
}

bool SettingsPage::isChanged() const
{
    const Config now = draft();
    return !(now.listen == m_base.listen && now.store == m_base.store && now.prices == m_base.prices);
}

void SettingsPage::edited()
{
    if (m_filling)
        return;
    const Config now = draft();
    mark(u"/listen/address"_s, now.listen.address != m_base.listen.address);
    mark(u"/listen/port"_s, now.listen.port != m_base.listen.port);
    mark(u"/listen/auth"_s, now.listen.auth != m_base.listen.auth);
    mark(u"/store/bodies"_s, now.store.bodies != m_base.store.bodies);
    mark(u"/store/keepDays"_s, now.store.keepDays != m_base.store.keepDays);
    mark(u"/store/maxMiB"_s, now.store.maxMiB != m_base.store.maxMiB);
    for (const auto &[pointer, row] : m_rows)
        setRowError(pointer, {});
    m_problem->clear();
    updateWarning();
    m_bar->setVisible(isChanged());
}

void SettingsPage::mark(const QString &pointer, bool changed)
{
    const Row &row = m_rows[pointer];
    row.label->setText(changed ? row.name + u" •"_s : row.name);
    row.label->setToolTip(changed ? tr("Changed, not applied") : QString());
    setLabelToken(row.label, changed ? Token::AccentText : Token::Text2);
}

void SettingsPage::updateWarning()
{
    const bool open = m_auth->currentData().toInt() == int(AuthMode::None);
    const bool wide = !isLoopback(m_address->text().trimmed());
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

void SettingsPage::apply()
{
    const QString address = m_address->text().trimmed();
    if (address != "localhost"_L1 && QHostAddress(address).isNull()) {
        setRowError(u"/listen/address"_s, tr("Must be an IP address, for example 127.0.0.1"));
        m_address->setFocus(Qt::OtherFocusReason);
        return;
    }
    if (!m_prices->validate())
        return;
    const Config next = draft();
    const auto applied = m_actions->apply(next, tr("settings changed"));
    if (!applied) {
        placeError(QString::fromStdString(applied.error().message));
        return;
    }
    fill(next);
}

void SettingsPage::revert()
{
    fill(*m_actions->config());
}

void SettingsPage::setRowError(const QString &pointer, const QString &message)
{
    const Row &row = m_rows[pointer];
    row.error->setText(message.isEmpty() ? row.error->property("hint").toString() : message);
    setLabelToken(row.error, message.isEmpty() ? Token::Text3 : Token::StopText);
    row.editor->setAccessibleDescription(row.error->text());
    if (auto *field = qobject_cast<QLineEdit *>(row.editor))
        setInvalid(field, !message.isEmpty());
}

void SettingsPage::placeError(const QString &message)
{
    m_bar->show();
    for (const auto &[pointer, row] : m_rows) {
        const qsizetype at = message.indexOf(pointer + u": "_s);
        if (at < 0)
            continue;
        setRowError(pointer, message.sliced(at + pointer.size() + 2));
        row.editor->setFocus(Qt::OtherFocusReason);
        return;
    }
    if (message.contains("/prices"_L1))
        m_prices->showProblem(message);
    m_problem->setText(message);
}

void SettingsPage::showSection(const QString &section)
{
    if (const auto found = m_sections.find(section); found != m_sections.end())
        m_area->ensureWidgetVisible(found->second, 0, 12);
}

QString SettingsPage::warning() const
{
    return m_warning->isHidden() ? QString() : m_warning->text();
}

QString SettingsPage::errorAt(const QString &pointer) const
{
    const auto found = m_rows.find(pointer);
    if (found == m_rows.end())
        return {};
    const QString hint = found->second.error->property("hint").toString();
    return found->second.error->text() == hint ? QString() : found->second.error->text();
}

QString SettingsPage::problem() const
{
    return m_problem->text();
}

} // namespace signalbox
