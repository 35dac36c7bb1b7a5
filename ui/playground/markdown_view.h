// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QTextBrowser>

namespace signalbox {

// Markdown of a model, as high as it is long. Nothing that it names is loaded, neither from disk nor from the net, and
// no link is followed. GUI thread.
class MarkdownView final : public QTextBrowser
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(MarkdownView)

public:
    explicit MarkdownView(QWidget *parent = nullptr);

    void setMarkdownText(const QString &text, bool settled); // not settled: more comes, long texts stay plain
    QString markdown() const { return m_source; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    QVariant loadResource(int type, const QUrl &name) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    void dress();
    void fit();

    QString m_source;
    int m_height = 20;
};

} // namespace signalbox
