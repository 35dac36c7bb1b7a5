// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_filter_bar.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/theme.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>

#include <map>

using namespace Qt::StringLiterals;

namespace signalbox {

ModelFilterBar::ModelFilterBar(QWidget *parent)
    : QWidget(parent),
      m_text(new QLineEdit),
      m_provider(new QComboBox),
      m_needs(new QComboBox),
      m_context(new QComboBox),
      m_price(new QComboBox),
      m_tools(new QCheckBox(tr("Calls &tools"))),
      m_configured(new QCheckBox(tr("Con&figured only"))),
      m_count(makeLabel({}, TextStyle::Small, Token::Text3))
{
    auto *flow = new FlowLayout(this);
    flow->setContentsMargins(16, 6, 16, 6);
    flow->setSpacing(8);
    m_text->setPlaceholderText(tr("Model or provider"));
    m_text->setAccessibleName(tr("Search models"));
    m_text->setClearButtonEnabled(true);
    m_text->setFixedWidth(220);
    m_provider->setAccessibleName(tr("Provider"));
    m_provider->setFixedWidth(170);
    m_provider->addItem(tr("Every provider"), QString());
    m_needs->setAccessibleName(tr("What the model takes"));
    m_needs->addItem(tr("Takes anything"), 0);
    m_needs->addItem(tr("Takes images"), int(Modality::Image));
    m_needs->addItem(tr("Takes audio"), int(Modality::Audio));
    m_needs->addItem(tr("Takes video"), int(Modality::Video));
    m_needs->addItem(tr("Takes documents"), int(Modality::Document));
    m_context->setAccessibleName(tr("Smallest context"));
    m_context->addItem(tr("Any context"), 0);
    for (const int tokens : {32'000, 128'000, 200'000, 400'000, 1'000'000})
        m_context->addItem(tr("From %1 tokens").arg(formatCount(tokens)), tokens);
    m_price->setAccessibleName(tr("Highest input price"));
    m_price->addItem(tr("Any price"));
    for (const double price : {0.0, 0.1, 0.5, 1.0, 3.0, 10.0}) {
        m_price->addItem(price == 0 ? tr("Free input")
                                    : tr("Input up to %1/M").arg(asDollars(formatNumber(price, price < 1 ? 1 : 0))),
                         price);
    }
    for (QWidget *part :
         {static_cast<QWidget *>(m_text), static_cast<QWidget *>(m_provider), static_cast<QWidget *>(m_needs),
          static_cast<QWidget *>(m_context), static_cast<QWidget *>(m_price), static_cast<QWidget *>(m_tools),
          static_cast<QWidget *>(m_configured), static_cast<QWidget *>(m_count)}) {
        part->setMinimumHeight(28);
        flow->addWidget(part);
    }
    connect(m_text, &QLineEdit::textChanged, this, &ModelFilterBar::filterChanged);
    for (QComboBox *box : {m_provider, m_needs, m_context, m_price})
        connect(box, &QComboBox::currentIndexChanged, this, &ModelFilterBar::filterChanged);
    for (QCheckBox *box : {m_tools, m_configured})
        connect(box, &QCheckBox::toggled, this, &ModelFilterBar::filterChanged);
}

void ModelFilterBar::setProviders(const ModelRows &rows)
{
    std::map<std::pair<bool, QString>, QString> providers; // configured first, then by title
    for (const ModelRow &row : rows)
        providers.emplace(std::pair(!row.configured, row.providerTitle), QString::fromStdString(row.provider));
    const QString chosen = m_provider->currentData().toString();
    {
        const QSignalBlocker quiet(m_provider);
        m_provider->clear();
        m_provider->addItem(tr("Every provider"), QString());
        for (const auto &[name, id] : providers)
            m_provider->addItem(name.second, id);
        m_provider->setCurrentIndex(qMax(0, m_provider->findData(chosen)));
    }
    if (m_provider->currentData().toString() != chosen)
        Q_EMIT filterChanged();
}

void ModelFilterBar::setCount(int shown, int total)
{
    m_count->setText(shown == total ? tr("%1 models").arg(formatCount(total))
                                    : tr("%1 of %2 models").arg(formatCount(shown), formatCount(total)));
}

ModelFilter ModelFilterBar::filter() const
{
    ModelFilter filter;
    filter.text = m_text->text().trimmed();
    filter.provider = m_provider->currentData().toString().toStdString();
    filter.needs.bits = uint8_t(m_needs->currentData().toInt());
    filter.minContext = m_context->currentData().toInt();
    if (m_price->currentIndex() > 0)
        filter.maxInput = m_price->currentData().toDouble();
    filter.tools = m_tools->isChecked();
    filter.configuredOnly = m_configured->isChecked();
    return filter;
}

void ModelFilterBar::clear()
{
    m_text->clear();
    for (QComboBox *box : {m_provider, m_needs, m_context, m_price})
        box->setCurrentIndex(0);
    m_tools->setChecked(false);
    m_configured->setChecked(false);
}

} // namespace signalbox
