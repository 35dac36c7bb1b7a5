// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/playground/thumbnail.h"

#include "ui/playground/off_thread.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtCore/QBuffer>
#include <QtCore/QCoreApplication>
#include <QtGui/QImageReader>
#include <QtGui/QPixmap>
#include <QtWidgets/QLabel>

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Playground)
};

QImage decode(const std::string &base64, int pixels)
{
    QByteArray bytes = QByteArray::fromBase64(QByteArray::fromRawData(base64.data(), qsizetype(base64.size())));
    QBuffer buffer(&bytes);
    QImageReader reader(&buffer);
    const QSize whole = reader.size();
    // Formats that can are read at the small size at once.
    if (whole.isValid() && (whole.width() > pixels || whole.height() > pixels))
        reader.setScaledSize(whole.scaled(pixels, pixels, Qt::KeepAspectRatio));
    return reader.read();
}

} // namespace

QLabel *makeThumbnail(const std::string &base64, int edge, const QString &words)
{
    QLabel *label = makeLabel(words, TextStyle::Small, Token::Text3);
    label->setTextFormat(Qt::PlainText);
    label->setAccessibleName(Words::tr("Image"));
    if (base64.empty())
        return label;
    const qreal ratio = label->devicePixelRatioF();
    offThread<QImage>(
        label, [base64, pixels = qRound(edge * ratio)] { return decode(base64, pixels); },
        [label, ratio](QImage image) {
            if (image.isNull())
                return;
            image.setDevicePixelRatio(ratio);
            label->setPixmap(QPixmap::fromImage(image));
        });
    return label;
}

} // namespace signalbox
