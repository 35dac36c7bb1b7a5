// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/playground/composer.h"

#include "ui/playground/off_thread.h"
#include "ui/playground/thumbnail.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtCore/QBuffer>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QMimeData>
#include <QtCore/QMimeDatabase>
#include <QtCore/QUrl>
#include <QtGui/QAction>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int editorHeight = 72;
constexpr int thumbnailEdge = 48;
constexpr qint64 largestImage = 20LL * 1024 * 1024;
constexpr int mostImages = 16;

// Hands images that come by paste or drop to the composer.
class PromptEdit final : public QPlainTextEdit
{
public:
    explicit PromptEdit(Composer &composer) : m_composer(composer) {}

protected:
    bool canInsertFromMimeData(const QMimeData *source) const override
    {
        return source->hasImage() || source->hasUrls() || QPlainTextEdit::canInsertFromMimeData(source);
    }
    void insertFromMimeData(const QMimeData *source) override
    {
        bool taken = false;
        for (const QUrl &url : source->urls()) {
            if (!url.isLocalFile())
                continue;
            m_composer.addImageFile(url.toLocalFile());
            taken = true;
        }
        if (!taken && source->hasImage()) {
            m_composer.addImage(qvariant_cast<QImage>(source->imageData()));
            taken = true;
        }
        if (!taken)
            QPlainTextEdit::insertFromMimeData(source);
    }

private:
    Composer &m_composer;
};

} // namespace

Composer::Composer(QWidget *parent)
    : QFrame(parent),
      m_editor(new PromptEdit(*this)),
      m_strip(new QWidget),
      m_thumbnails(new QHBoxLayout(m_strip)),
      m_problem(makeLabel({}, TextStyle::Small, Token::StopText)),
      m_send(makeButton(tr("Send to all"), ButtonKind::Primary, u"play"_s)),
      m_stop(makeButton(tr("Stop"), ButtonKind::Normal, u"stop"_s))
{
    setProperty("panel", true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 12, 10);
    column->setSpacing(6);
    auto *head = new QHBoxLayout;
    QLabel *label = makeLabel(tr("&Message to all columns"), TextStyle::BodyStrong, Token::Text);
    label->setBuddy(m_editor);
    head->addWidget(label, 1);
    head->addWidget(makeLabel(tr("Ctrl+Enter sends"), TextStyle::Small, Token::Text3));
    column->addLayout(head);
    m_editor->setAccessibleName(tr("Message to all columns"));
    m_editor->setTabChangesFocus(true);
    m_editor->setFixedHeight(editorHeight);
    column->addWidget(m_editor);
    m_thumbnails->setContentsMargins(0, 0, 0, 0);
    m_thumbnails->setSpacing(8);
    m_strip->hide();
    column->addWidget(m_strip);
    m_problem->setWordWrap(true);
    m_problem->hide();
    column->addWidget(m_problem);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    QPushButton *attach = makeButton(tr("Add an image…"), ButtonKind::Flat, u"plus"_s);
    row->addWidget(attach);
    row->addStretch(1);
    row->addWidget(m_stop);
    row->addWidget(m_send);
    column->addLayout(row);
    m_stop->hide();
    connect(attach, &QPushButton::clicked, this, &Composer::chooseImages);
    connect(m_send, &QPushButton::clicked, this, &Composer::sendRequested);
    connect(m_stop, &QPushButton::clicked, this, &Composer::stopRequested);
    connect(m_editor, &QPlainTextEdit::textChanged, this, [this] { setProblem({}); });
}

ChatTurn Composer::turn() const
{
    ChatTurn turn;
    turn.text = m_editor->toPlainText().toStdString();
    turn.images = m_images;
    return turn;
}

void Composer::setTurn(const ChatTurn &turn)
{
    m_editor->setPlainText(QString::fromStdString(turn.text));
    m_images = turn.images;
    showImages();
}

void Composer::clear()
{
    setTurn({});
}

bool Composer::isEmpty() const
{
    return m_images.empty() && m_editor->toPlainText().trimmed().isEmpty();
}

void Composer::setRunning(bool on)
{
    m_stop->setVisible(on);
}

void Composer::setProblem(const QString &text)
{
    m_problem->setText(text);
    m_problem->setVisible(!text.isEmpty());
}

QString Composer::problem() const
{
    return m_problem->text();
}

void Composer::chooseImages()
{
    auto *dialog = new QFileDialog(this, tr("Add images"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setMimeTypeFilters({u"image/png"_s, u"image/jpeg"_s, u"image/webp"_s, u"image/gif"_s});
    connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList &files) {
        for (const QString &file : files)
            addImageFile(file);
    });
    dialog->open();
}

void Composer::addImageFile(const QString &path)
{
    const QString tooLarge = tr("%1 is larger than 20 MiB.").arg(path);
    const QString noImage = tr("%1 is no image that models take: PNG, JPEG, WebP or GIF.").arg(path);
    offThread<Loaded>(
        this,
        [path, tooLarge, noImage]() -> Loaded {
            QFile file(path);
            const QString type = QMimeDatabase().mimeTypeForFile(path).name();
            if (!QStringList{u"image/png"_s, u"image/jpeg"_s, u"image/webp"_s, u"image/gif"_s}.contains(type))
                return {{}, noImage};
            if (!file.open(QIODevice::ReadOnly))
                return {{}, path + u": "_s + file.errorString()};
            if (file.size() > largestImage)
                return {{}, tooLarge};
            return {{type.toStdString(),
                     file.readAll().toBase64().toStdString(),
                     {},
                     QFileInfo(path).fileName().toStdString()},
                    {}};
        },
        [this](Loaded loaded) { take(std::move(loaded)); });
}

void Composer::addImage(const QImage &image)
{
    offThread<Loaded>(
        this,
        [image]() -> Loaded {
            QByteArray bytes;
            QBuffer buffer(&bytes);
            buffer.open(QIODevice::WriteOnly);
            image.save(&buffer, "PNG");
            return {{"image/png", bytes.toBase64().toStdString()}, {}};
        },
        [this](Loaded loaded) { take(std::move(loaded)); });
}

void Composer::take(Loaded loaded)
{
    setProblem(loaded.problem);
    if (!loaded.problem.isEmpty())
        return;
    if (imageCount() >= mostImages)
        return setProblem(tr("A message has at most %n images here.", nullptr, mostImages));
    m_images.push_back(std::move(loaded.image));
    showImages();
}

void Composer::showImages()
{
    while (QLayoutItem *item = m_thumbnails->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater();
        delete item;
    }
    for (size_t i = 0; i < m_images.size(); ++i) {
        const ChatImage &image = m_images[i];
        auto *cell = new QWidget;
        auto *row = new QHBoxLayout(cell);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(2);
        QLabel *picture = makeThumbnail(image.base64, thumbnailEdge,
                                        QString::fromStdString(image.url.empty() ? image.name : image.url));
        QToolButton *remove = makeIconButton(u"close"_s, tr("Remove this image"));
        row->addWidget(picture);
        row->addWidget(remove);
        connect(remove, &QToolButton::clicked, this, [this, i] {
            m_images.erase(m_images.begin() + ptrdiff_t(i));
            showImages();
        });
        m_thumbnails->addWidget(cell);
    }
    m_thumbnails->addStretch(1);
    m_strip->setVisible(!m_images.empty());
}

} // namespace signalbox
