// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/providers/provider_card.h"

#include "ui/providers/keys_panel.h"
#include "ui/providers/quota_bar.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/series_colors.h"
#include "ui/widgets/sparkline.h"
#include "ui/widgets/swatch.h"

#include <QtGui/QPainter>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr double failingShare = 0.2;

class Swatch final : public QWidget
{
public:
    explicit Swatch(int slot) : m_slot(slot) { setFixedSize(swatchSide() + 2, swatchSide() + 2); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        paintSwatch(painter, rect(), theme().seriesBrush(m_slot));
    }

private:
    int m_slot;
};

} // namespace

ProviderCard::ProviderCard(const ProviderConfig &provider, QWidget *parent)
    : QFrame(parent),
      m_provider(provider),
      m_state(new Badge),
      m_spend(new NumberLabel(TextStyle::NumberSmall)),
      m_p95(new NumberLabel(TextStyle::NumberSmall)),
      m_month(new NumberLabel(TextStyle::NumberSmall)),
      m_requests(new NumberLabel(TextStyle::NumberSmall)),
      m_spark(new Sparkline({92, 32})),
      m_tokens(new QuotaBar(tr("Tokens"))),
      m_requestsLeft(new QuotaBar(tr("Requests"))),
      m_trafficSignal(Signal::Off),
      m_test(makeLabel({}, TextStyle::Small, Token::Text3))
{
    setProperty("panel", true);
    setAccessibleName(QString::fromStdString(provider.title()));
    setContextMenuPolicy(Qt::CustomContextMenu);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    connect(this, &QWidget::customContextMenuRequested, this, [this](const QPoint &at) { openMenu(mapToGlobal(at)); });
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 12);
    column->setSpacing(6);
    column->addLayout(makeHead());
    column->addWidget(makeElidedLabel(QString::fromStdString(provider.baseUrl), TextStyle::Code, Token::Text3, nullptr,
                                      Qt::ElideMiddle));
    column->addLayout(makeNumbers());
    column->addWidget(m_tokens);
    column->addWidget(m_requestsLeft);
    m_test->setWordWrap(true);
    m_test->hide();
    column->addWidget(m_test);
    column->addWidget(makeCredentials());
    m_spark->setSeries(providerColors().slot(QString::fromStdString(provider.id)));
    m_month->setText(missingText());
    setToday({});
}

QLayout *ProviderCard::makeHead()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    const QString id = QString::fromStdString(m_provider.id);
    row->addWidget(new Swatch(providerColors().slot(id)));
    QLabel *name = makeElidedLabel(QString::fromStdString(m_provider.title()), TextStyle::NumberSmall, Token::Text);
    name->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred); // before the id
    row->addWidget(name);
    row->addWidget(makeElidedLabel(id, TextStyle::Code, Token::Text3), 1);
    if (m_provider.simulated) {
        auto *simulated = new Badge;
        simulated->setState(Signal::Off, tr("Simulated"));
        simulated->setToolTip(tr("Simulated: it costs nothing"));
        row->addWidget(simulated);
    }
    row->addWidget(m_state);
    QToolButton *more = makeIconButton(u"more"_s, tr("Actions for %1").arg(QString::fromStdString(m_provider.title())));
    connect(more, &QToolButton::clicked, this,
            [this, more] { openMenu(more->mapToGlobal(QPoint(0, more->height()))); });
    row->addWidget(more);
    return row;
}

QLayout *ProviderCard::makeNumbers()
{
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(2);
    const std::initializer_list<std::pair<QString, NumberLabel *>> cells{
        {tr("Today"), m_spend}, {tr("This month"), m_month}, {tr("p95"), m_p95}, {tr("Requests"), m_requests}};
    int at = 0;
    for (const auto &[label, number] : cells) {
        grid->addWidget(makeLabel(label, TextStyle::Small, Token::Text3), 0, at);
        number->setAccessibleName(label);
        grid->addWidget(number, 1, at);
        grid->setColumnStretch(at++, 1);
    }
    grid->addWidget(m_spark, 0, at, 2, 1, Qt::AlignRight | Qt::AlignBottom);
    return grid;
}

QWidget *ProviderCard::makeCredentials()
{
    auto *box = new QWidget;
    auto *grid = new QGridLayout(box);
    grid->setContentsMargins(0, 4, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(2, 1);
    int row = 0;
    for (const CredentialConfig &credential : m_provider.credentials) {
        const std::string scheme = credential.secret.substr(0, credential.secret.find(':'));
        Key key{credential.id, new SignalMark, makeLabel({}, TextStyle::Small, Token::Text3)};
        grid->addWidget(key.mark, row, 0);
        QLabel *name = makeElidedLabel(QString::fromStdString(credential.id), TextStyle::Small, Token::Text);
        name->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
        grid->addWidget(name, row, 1);
        grid->addWidget(key.state, row, 2);
        grid->addWidget(makeLabel(QString::fromStdString(scheme), TextStyle::Code, Token::Text3), row++, 3);
        key.state->setText(tr("weight %1").arg(QString::number(credential.weight, 'g', 4)));
        m_keys.push_back(key);
    }
    if (m_provider.credentials.empty())
        grid->addWidget(makeLabel(tr("No key"), TextStyle::Small, Token::Text3), 0, 0);
    return box;
}

void ProviderCard::setToday(const LedgerReader::ProviderToday &today)
{
    const bool traffic = today.requests > 0;
    QString spend = formatMoney(today.costNanoUsd, Places::Tile);
    if (today.unpriced > 0)
        spend = today.unpriced == today.requests ? u"?"_s : asLeftToRight(u"≥\u00a0"_s + spend);
    m_spend->setText(traffic ? spend : missingText());
    m_spend->setToolTip(today.unpriced > 0 ? tr("%n requests have no price", nullptr, int(today.unpriced)) : QString());
    m_p95->setText(traffic ? formatTime(today.durationP95) : missingText());
    m_requests->setText(formatCount(today.requests));
    const bool sparkles = std::any_of(today.spark.begin(), today.spark.end(), [](double v) { return v > 0; });
    m_spark->setValues(sparkles ? today.spark : std::vector<double>());
    if (!traffic)
        showState(Signal::Off, tr("No traffic"));
    else if (today.lastStatus == 429)
        showState(Signal::Caution, tr("Limited"));
    else if (today.lastStatus == 0 || today.lastStatus >= 500 || today.lastStatus == 401 || today.lastStatus == 403 ||
             double(today.errors) > failingShare * double(today.requests))
        showState(Signal::Stop, tr("Failing"));
    else
        showState(Signal::Clear, tr("Clear"));
}

void ProviderCard::showState(Signal signal, const QString &text)
{
    m_trafficSignal = signal;
    m_trafficState = text;
    if (!m_isBlocked)
        m_state->setState(signal, text);
}

void ProviderCard::setMonth(int64_t costNanoUsd, int64_t unpriced)
{
    const QString spend = formatMoney(costNanoUsd, Places::Tile);
    m_month->setText(unpriced > 0 ? asLeftToRight(u"≥\u00a0"_s + spend) : spend);
    m_month->setToolTip(unpriced > 0 ? tr("%n requests have no price", nullptr, pluralCount(unpriced)) : QString());
}

// What keeps requests from it now is news; what its traffic was today is not.
void ProviderCard::setHealth(const HealthBook::ProviderRow &row, int64_t nowNs)
{
    HealthBook::CredentialRow whole;
    whole.block = row.block;
    whole.untilNs = row.untilNs;
    m_isBlocked = row.block != Block::None;
    const KeyState state = keyStateOf(&whole, nowNs);
    m_state->setState(m_isBlocked ? state.signal : m_trafficSignal, m_isBlocked ? state.word : m_trafficState);
    m_tokens->setQuota(quotaOf(row.credentials, QuotaKind::Tokens));
    m_requestsLeft->setQuota(quotaOf(row.credentials, QuotaKind::Requests));
    for (const Key &key : m_keys) {
        const auto found = std::find_if(row.credentials.begin(), row.credentials.end(),
                                        [&](const HealthBook::CredentialRow &one) { return one.id == key.id; });
        const KeyState own = keyStateOf(found == row.credentials.end() ? nullptr : &*found, nowNs);
        const auto config = std::find_if(m_provider.credentials.begin(), m_provider.credentials.end(),
                                         [&](const CredentialConfig &one) { return one.id == key.id; });
        key.mark->setSignal(own.signal);
        key.state->setText(
            tr("%1 · weight %2", "a key's state").arg(own.word, QString::number(config->weight, 'g', 4)));
    }
}

QStringList ProviderCard::keyLines() const
{
    QStringList lines;
    for (const Key &key : m_keys)
        lines << QString::fromStdString(key.id) + u": "_s + key.state->text();
    return lines;
}

QString ProviderCard::quotaText() const
{
    return QStringList{m_tokens->text(), m_requestsLeft->text()}.join(u" | "_s);
}

void ProviderCard::setTestResult(Signal signal, const QString &text)
{
    m_test->setText(text);
    setLabelToken(m_test, signal == Signal::Stop ? Token::StopText : Token::Text3);
    m_test->show();
}

QString ProviderCard::stateText() const
{
    return m_state->text();
}

void ProviderCard::openMenu(const QPoint &globalPos)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString id = QString::fromStdString(m_provider.id);
    const auto add = [&](const QString &text, auto signal) {
        connect(menu->addAction(text), &QAction::triggered, this, [this, id, signal] { Q_EMIT(this->*signal)(id); });
    };
    add(tr("&Show its requests"), &ProviderCard::requestsRequested);
    if (!m_provider.simulated) {
        add(tr("&Test"), &ProviderCard::testRequested);
        add(tr("&Edit…"), &ProviderCard::editRequested);
        menu->addSeparator();
        add(tr("&Remove"), &ProviderCard::removeRequested);
    }
    menu->popup(globalPos);
}

} // namespace signalbox
