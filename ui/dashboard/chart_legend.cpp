// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/chart_legend.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/swatch.h"

#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QLabel>
#include <QtWidgets/QStyle>

namespace signalbox {

namespace {
constexpr int itemHeight = 20;
constexpr int between = 4;
} // namespace

class LegendItem final : public QAbstractButton
{
public:
    explicit LegendItem(QWidget *parent) : QAbstractButton(parent)
    {
        setCheckable(true);
        setFocusPolicy(Qt::TabFocus);
        setCursor(Qt::PointingHandCursor);
    }

    void show(const TimeSeries &series)
    {
        id = series.id;
        m_ink = series.ink;
        setText(series.name);
        setAccessibleName(ChartLegend::tr("Show %1").arg(series.name));
        QWidget::show();
        update();
    }

    QSize sizeHint() const override
    {
        return {QFontMetrics(theme().font(TextStyle::Small)).horizontalAdvance(text()) + swatchSide() + 14, itemHeight};
    }

    QString id;

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const auto visual = [this](const QRect &box) { return QStyle::visualRect(layoutDirection(), rect(), box); };
        const int side = swatchSide();
        const QRectF swatch = visual(QRect(4, (height() - side) / 2, side, side));
        if (isChecked()) {
            paintSwatch(painter, swatch, m_ink.brush());
        } else {
            painter.setPen(QPen(theme().color(Token::Control), 1));
            painter.drawRoundedRect(swatch.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
        }
        QFont font = theme().font(TextStyle::Small);
        font.setStrikeOut(!isChecked());
        painter.setFont(font);
        painter.setPen(theme().color(isChecked() ? Token::Text2 : Token::Text3));
        painter.drawText(visual(rect().adjusted(4 + side + 5, 0, 0, 0)), Qt::AlignVCenter | Qt::AlignLeading, text());
    }

private:
    SeriesInk m_ink;
};

ChartLegend::ChartLegend(QWidget *parent) : QWidget(parent), m_more(makeLabel({}, TextStyle::Small, Token::Text3, this))
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Legend"));
}

ChartLegend::~ChartLegend() = default;

void ChartLegend::setSeries(const std::vector<TimeSeries> &all)
{
    std::vector<const TimeSeries *> series;
    for (const TimeSeries &one : all) {
        if (one.of.isEmpty()) // others go with theirs
            series.push_back(&one);
    }
    while (m_items.size() > series.size()) {
        delete m_items.back();
        m_items.pop_back();
    }
    while (m_items.size() < series.size()) {
        auto *item = new LegendItem(this);
        connect(item, &QAbstractButton::clicked, this,
                [this, item] { itemClicked(item->id, QGuiApplication::keyboardModifiers()); });
        item->installEventFilter(this);
        m_items.push_back(item);
    }
    for (size_t i = 0; i < series.size(); ++i) {
        m_items[i]->show(*series[i]);
        m_items[i]->setChecked(!m_hidden.contains(series[i]->id));
    }
    place();
}

void ChartLegend::itemClicked(const QString &id, Qt::KeyboardModifiers modifiers)
{
    if (modifiers.testFlag(Qt::ControlModifier)) {
        const bool alone = m_hidden.size() + 1 == qsizetype(m_items.size()) && !m_hidden.contains(id);
        m_hidden.clear();
        for (const LegendItem *item : m_items) {
            if (!alone && item->id != id)
                m_hidden.insert(item->id);
        }
    } else if (!m_hidden.remove(id)) {
        m_hidden.insert(id);
    }
    for (LegendItem *item : m_items)
        item->setChecked(!m_hidden.contains(item->id));
    Q_EMIT hiddenChanged();
}

void ChartLegend::setHidden(const QSet<QString> &ids)
{
    m_hidden = ids;
    for (LegendItem *item : m_items)
        item->setChecked(!m_hidden.contains(item->id));
    Q_EMIT hiddenChanged();
}

bool ChartLegend::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::MouseButtonDblClick) {
        showAll();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

QSize ChartLegend::sizeHint() const
{
    int width = 0;
    for (const LegendItem *item : m_items)
        width += item->sizeHint().width() + between;
    return {width, itemHeight};
}

QSize ChartLegend::minimumSizeHint() const
{
    return {40, itemHeight};
}

void ChartLegend::resizeEvent(QResizeEvent *)
{
    place();
}

void ChartLegend::place()
{
    int room = width();
    size_t fitting = 0;
    int used = 0;
    for (; fitting < m_items.size(); ++fitting) {
        const int next = m_items[fitting]->sizeHint().width() + between;
        const int reserve = fitting + 1 < m_items.size() ? 28 : 0;
        if (used + next + reserve > room)
            break;
        used += next;
    }
    const size_t left = m_items.size() - fitting;
    if (left > 0)
        used += 28;
    int x = qMax(0, room - used); // at the right of the title row
    QStringList names;
    for (size_t i = 0; i < m_items.size(); ++i) {
        LegendItem *item = m_items[i];
        item->setVisible(i < fitting);
        if (i >= fitting) {
            names += item->text();
            continue;
        }
        const QSize size = item->sizeHint();
        item->setGeometry(QStyle::visualRect(layoutDirection(), rect(), QRect(QPoint(x, 0), size)));
        x += size.width() + between;
    }
    m_more->setVisible(left > 0);
    m_more->setText(tr("+%1").arg(left));
    m_more->setToolTip(names.join(u'\n'));
    m_more->setGeometry(QStyle::visualRect(layoutDirection(), rect(), QRect(x + 4, 0, 24, itemHeight)));
}

} // namespace signalbox
