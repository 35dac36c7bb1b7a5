// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/providers/providers_page.h"

#include "core/config/presets.h"
#include "ui/data/gateway_control.h"
#include "ui/data/ledger_feed.h"
#include "ui/data/provider_actions.h"
#include "ui/providers/provider_card.h"
#include "ui/providers/provider_drawer.h"
#include "ui/providers/provider_edit.h"
#include "ui/providers/provider_keys.h"
#include "ui/providers/removed_keys.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/series_colors.h"
#include "ui/widgets/signal_mark.h"
#include "ui/widgets/toast.h"

#include <QtCore/QDateTime>
#include <QtCore/QTimer>
#include <QtGui/QAction>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

#include <array>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int refreshMs = 5'000;
constexpr int cardWidth = 408;
constexpr size_t presetButtons = 5;
} // namespace

ProvidersPage::ProvidersPage(ProviderActions *actions, LedgerFeed *feed, QWidget *parent)
    : Page(parent),
      m_actions(actions),
      m_feed(feed),
      m_stack(new QStackedWidget),
      m_list(new QWidget),
      m_grid(new QGridLayout),
      m_words(new QLineEdit),
      m_problem(makeLabel({}, TextStyle::Body, Token::StopText)),
      m_empty(new EmptyState(u"provider"_s, tr("No provider yet"),
                             tr("Add one with its key, and every tool on this machine can use it."))),
      m_drawer(nullptr),
      m_removedKeys(new RemovedKeys(*actions, this)),
      m_keys(new ProviderKeys(*actions, *m_removedKeys, this)),
      m_timer(new QTimer(this))
{
    m_drawer = new ProviderDrawer(*actions, *m_keys);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_stack, 1);
    row->addWidget(m_drawer);
    m_drawer->setFixedWidth(348);
    m_drawer->hide();

    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus); // the drawer leaves it the focus, and the ring would go round the whole page
    auto *column = new QVBoxLayout(m_list);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(12);
    m_words->setPlaceholderText(tr("Filter providers"));
    m_words->setAccessibleName(tr("Filter providers"));
    m_words->setClearButtonEnabled(true);
    m_words->addAction(themeIcon(u"search"_s), QLineEdit::LeadingPosition);
    m_words->setMaximumWidth(240);
    column->addWidget(m_words);
    m_problem->setWordWrap(true);
    m_problem->hide();
    column->addWidget(m_problem);
    m_grid->setSpacing(12);
    column->addLayout(m_grid);
    column->addWidget(makePresetBar());
    column->addStretch();
    area->setWidget(m_list);
    m_stack->addWidget(area);
    m_stack->addWidget(m_empty);
    connect(m_empty->addButton(tr("Add provider"), u"plus"_s), &QPushButton::clicked, this, [this] { addProvider(); });

    connect(m_words, &QLineEdit::textChanged, this, &ProvidersPage::applyWordFilter);
    connect(m_drawer, &ProviderDrawer::closeRequested, this, &ProvidersPage::closeDrawer);
    connect(m_drawer, &ProviderDrawer::saved, this, &ProvidersPage::closeDrawer);
    connect(actions, &ProviderActions::configChanged, this, &ProvidersPage::rebuild);
    connect(actions, &ProviderActions::saveFailed, this, &ProvidersPage::showProblem);
    connect(m_removedKeys, &RemovedKeys::failed, this, &ProvidersPage::showProblem);
    connect(actions, &ProviderActions::probeProgress, this, &ProvidersPage::takeProbe);
    connectKeys();
    m_timer->setInterval(refreshMs);
    connect(m_timer, &QTimer::timeout, this, &ProvidersPage::refresh);
    const auto add = [this](const QString &text, const QKeySequence &keys, auto slot) {
        auto *action = new QAction(text, this);
        action->setShortcut(keys);
        connect(action, &QAction::triggered, this, slot);
        addAction(action);
    };
    add(tr("&Add provider…"), QKeySequence(QKeySequence::New), [this] { addProvider(); });
    add(tr("&Test all"), {}, [this] { testAll(); });
    rebuild(actions->config());
}

QString ProvidersPage::iconName() const
{
    return u"provider"_s;
}

QWidget *ProvidersPage::headerActions()
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    QPushButton *test = makeButton(tr("Test all"), u"refresh"_s);
    QPushButton *add = makeButton(tr("Add provider"), ButtonKind::Primary, u"plus"_s);
    row->addWidget(test);
    row->addWidget(add);
    connect(test, &QPushButton::clicked, this, &ProvidersPage::testAll);
    connect(add, &QPushButton::clicked, this, [this] { addProvider(); });
    return box;
}

QWidget *ProvidersPage::makePresetBar()
{
    auto *bar = new QFrame;
    bar->setProperty("panel", true);
    auto *row = new FlowLayout(bar);
    row->setContentsMargins(12, 10, 12, 10);
    row->setSpacing(8);
    QLabel *title = makeLabel(tr("Add from a preset"), TextStyle::Body, Token::Text2);
    row->addWidget(title);
    for (size_t i = 0; i < std::min(presetButtons, presets().size()); ++i) {
        const Preset &preset = presets()[i];
        QPushButton *button = makeButton(QString::fromStdString(preset.name));
        title->setMinimumHeight(button->sizeHint().height());
        connect(button, &QPushButton::clicked, this,
                [this, id = QString::fromStdString(preset.id)] { addProvider(id); });
        row->addWidget(button);
    }
    QPushButton *any = makeButton(tr("Any compatible URL…"));
    connect(any, &QPushButton::clicked, this, [this] { addProvider(u"custom"_s); });
    row->addWidget(any);
    return bar;
}

void ProvidersPage::activate()
{
    m_shown = true;
    m_timer->start();
    refresh();
    refreshMonth();
    takeSnapshot();
}

void ProvidersPage::deactivate()
{
    m_shown = false;
    m_timer->stop();
}

void ProvidersPage::refresh()
{
    if (!m_feed)
        return;
    using Today = std::map<std::string, LedgerReader::ProviderToday>;
    const int64_t now = QDateTime::currentMSecsSinceEpoch();
    const int64_t midnight = QDate::currentDate().startOfDay().toMSecsSinceEpoch();
    m_feed->ask<Today>(
        this, [now, midnight](LedgerReader &reader) { return reader.providers(midnight, now); },
        [this](const Result<Today> &today) {
            if (today)
                setToday(*today);
        });
}

void ProvidersPage::setToday(const std::map<std::string, LedgerReader::ProviderToday> &today)
{
    m_today = today;
    int64_t spend = 0;
    for (ProviderCard *card : m_cards) {
        const auto found = today.find(card->providerId());
        const LedgerReader::ProviderToday none;
        card->setToday(found == today.end() ? none : found->second);
        spend += found == today.end() ? 0 : found->second.costNanoUsd;
    }
    Q_EMIT subtitleChanged(tr("%n providers", nullptr, int(m_cards.size())) + u" · "_s +
                           tr("%1 today").arg(formatMoney(spend, Places::Tile)));
}

void ProvidersPage::rebuild(const ConfigPtr &config)
{
    QStringList ids;
    for (const ProviderConfig &provider : config->providers)
        ids += QString::fromStdString(provider.id);
    assignProviderColors(ids);
    for (ProviderCard *card : m_cards)
        card->deleteLater();
    m_cards.clear();
    for (const ProviderConfig &provider : config->providers) {
        auto *card = new ProviderCard(provider, m_list);
        connect(card, &ProviderCard::editRequested, this, &ProvidersPage::editProvider);
        connect(card, &ProviderCard::removeRequested, this, &ProvidersPage::removeProvider);
        connect(card, &ProviderCard::requestsRequested, this, &ProvidersPage::requestsRequested);
        connect(card, &ProviderCard::testRequested, this, [this](const QString &id) { testOne(id.toStdString()); });
        m_cards += card;
    }
    m_problem->hide();
    m_columns = 0;
    arrange();
    applyWordFilter();
    setToday(m_today);
    if (m_shown) {
        refreshMonth();
        takeSnapshot();
    }
    m_stack->setCurrentIndex(m_cards.isEmpty() ? 1 : 0);
}

void ProvidersPage::arrange()
{
    const int room = width() - (m_drawer->isVisible() ? m_drawer->width() : 0) - 32;
    const int columns = qBound(1, room / cardWidth, 3);
    if (columns == m_columns)
        return;
    m_columns = columns;
    while (QLayoutItem *item = m_grid->takeAt(0))
        delete item;
    for (int i = 0; i < 3; ++i)
        m_grid->setColumnStretch(i, i < columns ? 1 : 0);
    int at = 0;
    for (ProviderCard *card : m_cards) {
        m_grid->addWidget(card, at / columns, at % columns, Qt::AlignTop);
        ++at;
    }
}

void ProvidersPage::applyWordFilter()
{
    const QString words = m_words->text().trimmed();
    const ConfigPtr config = m_actions->config();
    for (ProviderCard *card : m_cards) {
        const ProviderConfig *provider = config->provider(card->providerId());
        const QString text = provider
                                 ? QString::fromStdString(provider->id + ' ' + provider->name + ' ' + provider->baseUrl)
                                 : QString();
        card->setVisible(words.isEmpty() || text.contains(words, Qt::CaseInsensitive));
    }
}

void ProvidersPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    arrange();
}

void ProvidersPage::addProvider(const QString &presetId)
{
    m_drawer->show();
    m_drawer->startAdding(presetId);
    arrange();
}

void ProvidersPage::editProvider(const QString &id)
{
    m_drawer->show();
    m_drawer->startEditing(id.toStdString());
    arrange();
}

void ProvidersPage::closeDrawer()
{
    m_drawer->hide();
    arrange();
}

void ProvidersPage::removeProvider(const QString &id)
{
    const Config before = *m_actions->config();
    const ProviderConfig *found = before.provider(id.toStdString());
    if (!found)
        return;
    const ProviderConfig provider = *found;
    const Config after = withoutProvider(before, provider.id);
    const auto applied = m_actions->apply(after, tr("provider %1 removed").arg(id));
    if (!applied) {
        showProblem(QString::fromStdString(applied.error().message));
        return;
    }
    closeDrawer();
    const quint64 ticket = m_removedKeys->hold(provider);
    ToastHost *toasts = ToastHost::of(this);
    if (!toasts) { // nothing offers to undo it
        m_removedKeys->remove(ticket);
        return;
    }
    const auto undo = [this, ticket, provider, before, after] {
        if (undoRemove(provider, before, after))
            m_removedKeys->giveBack(ticket);
        else
            m_removedKeys->remove(ticket);
    };
    toasts->show(Signal::Clear, tr("%1 removed").arg(QString::fromStdString(provider.title())), tr("Undo"), undo,
                 [this, ticket] { m_removedKeys->remove(ticket); });
}

void ProvidersPage::forgetRemoved(std::function<void()> done)
{
    m_removedKeys->settle(std::move(done));
}

bool ProvidersPage::undoRemove(const ProviderConfig &provider, const Config &before, const Config &after)
{
    // Edits made since then stay: only an untouched config goes back as a whole, with its routes.
    const Config now = *m_actions->config();
    const Config next = now == after ? before : withProvider(now, provider, false);
    const auto applied = m_actions->apply(next, tr("provider %1 restored").arg(QString::fromStdString(provider.id)));
    if (!applied)
        showProblem(QString::fromStdString(applied.error().message));
    return applied.has_value();
}

void ProvidersPage::showProblem(const QString &message)
{
    m_problem->setText(message);
    m_problem->show();
    m_stack->setCurrentIndex(0);
}

void ProvidersPage::testOne(const std::string &id)
{
    const ConfigPtr config = m_actions->config();
    const ProviderConfig *provider = config->provider(id);
    if (!provider || provider->simulated)
        return;
    for (ProviderCard *card : m_cards) {
        if (card->providerId() == id)
            card->setTestResult(Signal::Running, tr("Testing…"));
    }
    m_probes.insert(m_actions->probe(*provider, {}), QString::fromStdString(id));
}

void ProvidersPage::testAll()
{
    for (ProviderCard *card : m_cards)
        testOne(card->providerId());
}

} // namespace signalbox
