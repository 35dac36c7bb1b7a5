// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fake_pages.h"

#include "ui/providers/provider_card.h"
#include "ui/providers/provider_drawer.h"
#include "ui/providers/provider_edit.h"
#include "ui/providers/providers_page.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtCore/QStandardPaths>
#include <QtTest/QtTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace signalbox;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// What becomes of the keychain entry when a provider goes, or never comes to be.
class TestRemovedKeys final : public QObject
{
    Q_OBJECT

private:
    static constexpr const char *reference = "keychain:box/main";
    std::unique_ptr<FakeActions> m_actions;
    std::unique_ptr<QWidget> m_window;
    ToastHost *m_toasts = nullptr;
    ProvidersPage *m_page = nullptr;

    static ProviderConfig provider(const char *id)
    {
        ProviderConfig provider;
        provider.id = id;
        provider.dialect = "openai-chat";
        provider.baseUrl = "http://127.0.0.1:9100/v1";
        provider.credentials.push_back({"main", reference, 1});
        return provider;
    }
    void removeBox()
    {
        m_page->removeProvider(u"box"_s);
        QCOMPARE(m_toasts->count(), 1);
        QVERIFY(m_actions->removed.isEmpty());
    }
    QWidget *toast() const { return m_toasts->findChildren<QToolButton *>().constFirst()->parentWidget(); }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"signalbox-test"_s);
        theme().install();
    }

    void init()
    {
        m_actions = std::make_unique<FakeActions>();
        m_actions->now = std::make_shared<const Config>(withProvider({}, provider("box"), false));
        m_window = std::make_unique<QWidget>();
        auto *column = new QVBoxLayout(m_window.get());
        m_page = new ProvidersPage(m_actions.get(), nullptr);
        column->addWidget(m_page);
        m_toasts = new ToastHost(m_window.get());
        m_toasts->setLifetime(1h);
        m_window->resize(1000, 700);
        m_window->show();
    }

    void cleanup()
    {
        m_window.reset();
        m_actions.reset();
    }

    void goesWithTheToast()
    {
        m_toasts->setLifetime(50ms);
        removeBox();
        QTRY_COMPARE(m_actions->removed, QStringList{QString::fromLatin1(reference)});
    }

    void staysWhileTheToastIsHovered()
    {
        m_toasts->setLifetime(50ms);
        removeBox();
        toast()->setAttribute(Qt::WA_UnderMouse);
        QTest::qWait(400);
        QVERIFY(m_actions->removed.isEmpty());
        QCOMPARE(m_toasts->count(), 1);
        toast()->setAttribute(Qt::WA_UnderMouse, false);
        QTRY_COMPARE(m_actions->removed.size(), 1);
    }

    void goesWhenTheToastIsDismissed()
    {
        removeBox();
        m_toasts->findChildren<QToolButton *>().constFirst()->click();
        QTRY_COMPARE(m_actions->removed.size(), 1);
    }

    void goesWhenOthersPushTheToastOut()
    {
        removeBox();
        for (int i = 0; i < 3; ++i)
            m_toasts->show(Signal::Clear, u"Saved"_s);
        QTRY_COMPARE(m_actions->removed.size(), 1);
        QCOMPARE(m_toasts->count(), 3);
    }

    void undoKeepsIt()
    {
        removeBox();
        m_toasts->findChildren<QPushButton *>().constFirst()->click();
        QCOMPARE(m_actions->now->providers.size(), 1u);
        bool settled = false;
        m_page->forgetRemoved([&settled] { settled = true; });
        QVERIFY(settled);
        QTRY_COMPARE(m_toasts->count(), 0);
        QVERIFY(m_actions->removed.isEmpty());
    }

    void quittingTakesIt()
    {
        removeBox();
        bool settled = false;
        m_page->forgetRemoved([&settled] { settled = true; });
        QVERIFY2(!settled, "the keychain has not answered yet");
        QTRY_VERIFY(settled);
        QCOMPARE(m_actions->removed.size(), 1);
        m_toasts->findChildren<QToolButton *>().constFirst()->click();
        QCoreApplication::processEvents();
        QCOMPARE(m_actions->removed.size(), 1); // once is enough
    }

    void quittingWithNothingRemovedDoesNotWait()
    {
        bool settled = false;
        m_page->forgetRemoved([&settled] { settled = true; });
        QVERIFY(settled);
    }

    void staysWhenAnotherProviderUsesIt()
    {
        (void)m_actions->apply(withProvider(*m_actions->now, provider("second"), false), {});
        removeBox();
        bool settled = false;
        m_page->forgetRemoved([&settled] { settled = true; });
        QVERIFY(settled);
        QVERIFY(m_actions->removed.isEmpty());
    }

    void theProxysPasswordGoesToo()
    {
        ProviderConfig box = provider("box");
        box.proxy = "http://me@proxy.example:3128";
        box.proxyPassword = proxyPasswordReference(box.id);
        (void)m_actions->apply(withProvider({}, box, false), {});
        removeBox();
        bool settled = false;
        m_page->forgetRemoved([&settled] { settled = true; });
        QTRY_VERIFY(settled);
        QCOMPARE(m_actions->removed, (QStringList{u"keychain:box/main"_s, u"keychain:proxy/box"_s}));
    }

    void theProxysPasswordGoesWithItsName()
    {
        ProviderConfig box = provider("box");
        box.proxy = "http://me@proxy.example:3128";
        box.proxyPassword = proxyPasswordReference(box.id);
        (void)m_actions->apply(withProvider({}, box, false), {});
        ProviderDrawer drawer(*m_actions);
        drawer.startEditing(box.id);
        drawer.proxyField()->setText(u"http://proxy.example:3128"_s);
        drawer.save();
        QVERIFY(m_actions->now->providers[0].proxyPassword.empty());
        QTRY_COMPARE(m_actions->removed, QStringList{u"keychain:proxy/box"_s});
    }

    void otherPlacesAreNotOurs()
    {
        ProviderConfig box = provider("box");
        box.credentials[0].secret = "env:BOX_KEY";
        (void)m_actions->apply(withProvider({}, box, false), {});
        removeBox();
        bool settled = false;
        m_page->forgetRemoved([&settled] { settled = true; });
        QVERIFY(settled);
        QVERIFY(m_actions->removed.isEmpty());
    }

    void failuresAreShown()
    {
        removeBox();
        m_actions->keychainError = Error{"keychain_locked", "The keychain is locked"};
        m_page->forgetRemoved([] {});
        const auto shown = [this] {
            for (const QLabel *label : m_page->findChildren<QLabel *>()) {
                if (label->isVisible() && label->text() == u"The keychain is locked"_s)
                    return true;
            }
            return false;
        };
        QTRY_VERIFY(shown());
    }

    void aRefusedConfigTakesTheKeyBack()
    {
        m_actions->configError = Error{"config_conflict", "The file changed on disk"};
        ProviderDrawer drawer(*m_actions);
        drawer.startAdding(u"openai"_s);
        drawer.keyField()->setText(u"sk-test-key"_s);
        drawer.save();
        QTRY_COMPARE(m_actions->removed, QStringList{u"keychain:openai/main"_s});
        QCOMPARE(drawer.problem(), u"The file changed on disk"_s);
        QTRY_VERIFY(drawer.saveButton()->isEnabled());
        QCOMPARE(drawer.keyField()->text(), u"sk-test-key"_s); // to try again
    }

    void aRefusedEditLeavesTheEntryThatIsInUse()
    {
        m_actions->configError = Error{"config_conflict", "The file changed on disk"};
        ProviderDrawer drawer(*m_actions);
        drawer.startEditing("box");
        drawer.keyField()->setText(u"sk-new-key"_s);
        drawer.save();
        QTRY_COMPARE(drawer.problem(), u"The file changed on disk"_s);
        QCoreApplication::processEvents();
        QVERIFY(m_actions->removed.isEmpty());
    }
};

QTEST_MAIN(TestRemovedKeys)
#include "tst_removed_keys.moc"
