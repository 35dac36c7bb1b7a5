// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/chat_view.h"

#include "ui/inspector/save_file.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/theme.h"

#include <QtCore/QBuffer>
#include <QtCore/QMimeDatabase>
#include <QtCore/QtEndian>
#include <QtGui/QImageReader>
#include <QtGui/QPixmap>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr size_t mostEntries = 60; // before "show all"
constexpr qsizetype longestText = 3000;
constexpr QSize thumbnail(320, 200);
constexpr qint64 mostPixels = 40'000'000; // a small file may unpack to far more

QString roleName(ChatEntry::Role role)
{
    switch (role) {
    case ChatEntry::Role::System:
        return ChatView::tr("System");
    case ChatEntry::Role::User:
        return ChatView::tr("User");
    case ChatEntry::Role::Tool:
        return ChatView::tr("Tool");
    case ChatEntry::Role::Assistant:
        break;
    }
    return ChatView::tr("Assistant");
}

QString mediaName(ChatEntry::Kind kind)
{
    switch (kind) {
    case ChatEntry::Kind::Image:
        return ChatView::tr("Image");
    case ChatEntry::Kind::Audio:
        return ChatView::tr("Audio");
    case ChatEntry::Kind::Video:
        return ChatView::tr("Video");
    default:
        return ChatView::tr("Document");
    }
}

QPixmap smallPicture(QByteArray bytes)
{
    QBuffer buffer(&bytes);
    QImageReader reader(&buffer);
    reader.setAutoTransform(true);
    const QSize size = reader.size();
    if (!size.isValid() || qint64(size.width()) * size.height() > mostPixels)
        return {};
    if (size.width() > thumbnail.width() || size.height() > thumbnail.height())
        reader.setScaledSize(size.scaled(thumbnail, Qt::KeepAspectRatio));
    return QPixmap::fromImageReader(&reader);
}

QString fileNameFor(const ChatEntry &entry)
{
    if (!entry.title.isEmpty())
        return entry.title;
    const QString suffix = QMimeDatabase().mimeTypeForName(entry.mimeType).preferredSuffix();
    return u"attachment"_s + (suffix.isEmpty() ? QString() : u'.' + suffix);
}

} // namespace

// RIFF: the rate of bytes stands in "fmt ", the number of them in "data".
double soundSeconds(const QByteArray &bytes)
{
    if (bytes.size() < 44 || !bytes.startsWith("RIFF") || bytes.mid(8, 4) != "WAVE")
        return -1;
    quint32 rate = 0;
    for (qsizetype at = 12; at + 8 <= bytes.size();) {
        const auto size = qFromLittleEndian<quint32>(bytes.constData() + at + 4);
        const QByteArray name = bytes.mid(at, 4);
        if (name == "fmt " && at + 20 <= bytes.size())
            rate = qFromLittleEndian<quint32>(bytes.constData() + at + 16);
        if (name == "data")
            return rate == 0 ? -1 : double(std::min<qsizetype>(size, bytes.size() - at - 8)) / rate;
        at += 8 + qsizetype(size) + (size & 1);
    }
    return -1;
}

ChatView::ChatView(const QString &accessibleName, QWidget *parent) : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(accessibleName);
}

void ChatView::setChat(Chat chat)
{
    m_chat = std::move(chat);
    m_all = false;
    render();
    verticalScrollBar()->setValue(0);
}

void ChatView::render()
{
    auto *page = new QWidget;
    page->setBackgroundRole(QPalette::Base);
    m_column = new QVBoxLayout(page);
    m_column->setContentsMargins(0, 0, 8, 0);
    m_column->setSpacing(4);
    if (!m_chat.problem.isEmpty())
        m_column->addWidget(makeWords(m_chat.problem, false));
    if (m_chat.tools > 0)
        m_column->addWidget(
            makeLabel(tr("%n tools were offered", nullptr, m_chat.tools), TextStyle::Small, Token::Text3));
    const size_t count = m_all ? m_chat.entries.size() : std::min(m_chat.entries.size(), mostEntries);
    // The end of a long conversation is what it is about.
    const size_t first = m_chat.entries.size() - count;
    if (first > 0) {
        QPushButton *more = makeButton(tr("Show %n earlier parts", nullptr, int(first)), ButtonKind::Link);
        connect(more, &QPushButton::clicked, this, [this] {
            m_all = true;
            render();
        });
        m_column->addWidget(more, 0, Qt::AlignLeft);
    }
    for (size_t at = first; at < m_chat.entries.size(); ++at)
        addEntry(at);
    if (m_chat.entries.empty() && m_chat.problem.isEmpty())
        m_column->addWidget(makeWords(tr("There are no messages in it."), false));
    m_column->addStretch();
    setWidget(page);
}

QLabel *ChatView::makeWords(const QString &text, bool code)
{
    QLabel *words = makeLabel(text, code ? TextStyle::Code : TextStyle::Body, Token::Text);
    words->setTextFormat(Qt::PlainText);
    words->setWordWrap(true);
    alignByContent(words);
    words->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return words;
}

void ChatView::addEntry(size_t at)
{
    const ChatEntry &entry = m_chat.entries[at];
    if (at == 0 || m_chat.entries[at - 1].role != entry.role) {
        QLabel *who = makeLabel(roleName(entry.role), TextStyle::SmallStrong, Token::Text3);
        who->setContentsMargins(0, 8, 0, 0);
        m_column->addWidget(who);
    }
    switch (entry.kind) {
    case ChatEntry::Kind::Text:
    case ChatEntry::Kind::Refusal:
        return addText(entry);
    case ChatEntry::Kind::Thinking:
        return addFolded(entry, entry.text.isEmpty() ? tr("Thinking, sealed by its maker") : tr("Thinking"));
    case ChatEntry::Kind::ToolCall:
        m_column->addWidget(makeLabel(tr("Calls %1").arg(entry.title), TextStyle::BodyStrong, Token::Text));
        m_column->addWidget(makeWords(entry.text.left(longestText), true));
        return;
    case ChatEntry::Kind::ToolResult:
        return addFolded(entry, (entry.isError ? tr("Error of %1") : tr("Result of %1"))
                                    .arg(entry.title.isEmpty() ? tr("a tool") : entry.title));
    case ChatEntry::Kind::Other:
        return addFolded(entry, entry.title);
    default:
        return addMedia(entry);
    }
}

void ChatView::addText(const ChatEntry &entry)
{
    QLabel *words = makeWords(entry.text.left(longestText), false);
    m_column->addWidget(words);
    if (entry.text.size() <= longestText)
        return;
    QPushButton *more = makeButton(tr("Show all %1 letters").arg(formatCount(entry.text.size())), ButtonKind::Link);
    connect(more, &QPushButton::clicked, words, [words, more, text = entry.text] {
        words->setText(text);
        more->hide();
    });
    m_column->addWidget(more, 0, Qt::AlignLeft);
}

void ChatView::addFolded(const ChatEntry &entry, const QString &title)
{
    const QString closed = tr("▸ %1, %2 letters").arg(title, formatCount(entry.text.size()));
    const QString open = tr("▾ %1").arg(title);
    // A short result is read at once.
    const bool shown = entry.kind == ChatEntry::Kind::ToolResult && entry.text.size() < 200;
    QPushButton *head = makeButton(shown ? open : closed, ButtonKind::Link);
    m_column->addWidget(head, 0, Qt::AlignLeft);
    if (entry.text.isEmpty()) {
        head->setText(title);
        head->setEnabled(false);
        return;
    }
    QLabel *words = makeWords(entry.text, entry.kind != ChatEntry::Kind::Thinking);
    words->setContentsMargins(12, 0, 0, 0);
    words->setVisible(shown);
    m_column->addWidget(words);
    connect(head, &QPushButton::clicked, words, [=] {
        words->setVisible(words->isHidden());
        head->setText(words->isHidden() ? closed : open);
    });
}

void ChatView::addMedia(const ChatEntry &entry)
{
    QStringList facts{mediaName(entry.kind)};
    for (const QString &fact : {entry.title, entry.mimeType, entry.url}) {
        if (!fact.isEmpty())
            facts += fact;
    }
    if (!entry.media.isEmpty())
        facts += formatBytes(entry.media.size());
    if (const double seconds = soundSeconds(entry.media); seconds >= 0)
        facts += formatTime(seconds * 1000);
    if (entry.kind == ChatEntry::Kind::Image && !entry.media.isEmpty()) {
        const QPixmap picture = smallPicture(entry.media);
        if (!picture.isNull()) {
            auto *label = new QLabel;
            label->setPixmap(picture);
            label->setAccessibleName(facts.join(u", "_s));
            m_column->addWidget(label, 0, Qt::AlignLeft);
        }
    }
    auto *line = new QHBoxLayout;
    line->setSpacing(8);
    QLabel *words = makeLabel(facts.join(u" · "_s), TextStyle::Small, Token::Text2);
    words->setTextFormat(Qt::PlainText);
    words->setWordWrap(true);
    line->addWidget(words, 1);
    if (!entry.media.isEmpty()) {
        QPushButton *save = makeButton(tr("Save…"));
        save->setAccessibleName(tr("Save: %1").arg(facts.join(u", "_s)));
        connect(save, &QPushButton::clicked, this, [this, entry] {
            saveFile(this, tr("Save the attachment"), fileNameFor(entry), [bytes = entry.media] { return bytes; });
        });
        line->addWidget(save);
    }
    m_column->addLayout(line);
    if (!entry.text.isEmpty())
        addText(entry);
}

QString ChatView::shownText() const
{
    QStringList lines;
    const QList<QLabel *> labels = widget() ? widget()->findChildren<QLabel *>() : QList<QLabel *>();
    for (const QLabel *label : labels) {
        if (!label->isHidden())
            lines += label->text();
    }
    return lines.join(u'\n');
}

} // namespace signalbox
