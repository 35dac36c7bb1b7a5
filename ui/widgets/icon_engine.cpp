// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/icon_engine.h"

#include <QtCore/QFile>
#include <QtCore/QHash>
#include <QtGui/QGuiApplication>
#include <QtGui/QIconEngine>
#include <QtGui/QPainter>
#include <QtGui/QPixmapCache>
#include <QtSvg/QSvgRenderer>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

// Of the icons with a direction, those that mean the same mirrored.
bool mirrors(const QString &name)
{
    static const QStringList names{u"chevron"_s, u"undo"_s, u"redo"_s, u"route"_s, u"fallback"_s, u"hedge"_s};
    return QGuiApplication::isRightToLeft() && names.contains(name);
}

QPixmap renderIcon(const QString &name, const QSize &pixels, const QColor &color)
{
    const QString key =
        u"signalbox-icon/%1/%2x%3/%4"_s.arg(name).arg(pixels.width()).arg(pixels.height()).arg(color.rgba(), 8, 16);
    QPixmap pixmap;
    if (pixels.isEmpty())
        return pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    QFile file(u":/signalbox/icons/"_s + name + u".svg"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArray svg = file.readAll();
    svg.replace("currentColor", color.name().toLatin1());
    QSvgRenderer renderer(svg);
    QImage image(pixels, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    const double side = qMin(pixels.width(), pixels.height());
    renderer.render(&painter, QRectF((pixels.width() - side) / 2, (pixels.height() - side) / 2, side, side));
    painter.end();
    pixmap = QPixmap::fromImage(mirrors(name) ? image.mirrored(true, false) : image);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

class ThemeIconEngine final : public QIconEngine
{
public:
    ThemeIconEngine(QString name, std::optional<Token> token) : m_name(std::move(name)), m_token(token) {}

    QIconEngine *clone() const override { return new ThemeIconEngine(m_name, m_token); }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        const double ratio = painter->device()->devicePixelRatioF();
        painter->drawPixmap(rect, renderIcon(m_name, (QSizeF(rect.size()) * ratio).toSize(), color(mode, state)));
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        return renderIcon(m_name, size, color(mode, state));
    }

    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal scale) override
    {
        Q_UNUSED(scale) // `size` is in device pixels already
        return renderIcon(m_name, size, color(mode, state));
    }

private:
    QColor color(QIcon::Mode mode, QIcon::State state) const
    {
        if (mode == QIcon::Disabled)
            return theme().color(Token::Disabled);
        if (m_token)
            return theme().color(*m_token);
        if (state == QIcon::On)
            return theme().isHighContrast() ? theme().selectionText() : theme().color(Token::AccentText);
        return theme().color(mode == QIcon::Normal ? Token::Text2 : Token::Text);
    }

    QString m_name;
    std::optional<Token> m_token;
};

} // namespace

QIcon themeIcon(const QString &name, std::optional<Token> token)
{
    return QIcon(new ThemeIconEngine(name, token));
}

void drawIcon(QPainter &painter, const QRectF &box, const QString &name, const QColor &color, double size)
{
    const double ratio = painter.device()->devicePixelRatioF();
    const QPixmap pixmap = renderIcon(name, (QSizeF(size, size) * ratio).toSize(), color);
    const QPointF at(qRound(box.center().x() - size / 2), qRound(box.center().y() - size / 2));
    painter.drawPixmap(QRectF(at, QSizeF(size, size)), pixmap, QRectF(pixmap.rect()));
}

QIcon applicationIcon()
{
    QIcon icon;
    for (int size : {16, 20, 24})
        icon.addFile(u":/signalbox/app-small.svg"_s, QSize(size, size));
    for (int size : {32, 48, 64, 128, 256})
        icon.addFile(u":/signalbox/app.svg"_s, QSize(size, size));
    return icon;
}

} // namespace signalbox
