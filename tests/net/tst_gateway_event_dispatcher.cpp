// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/epoll_event_dispatcher.h"
#include "core/net/gateway_event_dispatcher.h"

#include <QtCore/QBasicTimer>
#include <QtCore/QEventLoop>
#include <QtCore/QTemporaryFile>
#include <QtCore/QThread>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>
#include <QtTest/QtTest>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <vector>

using namespace signalbox;
using namespace std::chrono_literals;

namespace {

// Two connected descriptors, closed at the end.
struct Pair {
    Pair() { ok = ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()) == 0; }
    ~Pair()
    {
        ::close(fds[0]);
        ::close(fds[1]);
    }
    Q_DISABLE_COPY_MOVE(Pair)
    void poke() { ok = ::write(fds[1], "x", 1) == 1 && ok; }
    void take()
    {
        char c = 0;
        ok = ::read(fds[0], &c, 1) == 1 && ok;
    }
    std::array<int, 2> fds{};
    bool ok = false;
};

bool runUntil(const std::function<bool()> &done, int timeoutMs = 5'000)
{
    return QTest::qWaitFor(done, timeoutMs);
}

class TimerCounter : public QObject
{
public:
    int fired = 0;
    std::function<void()> onFire;

protected:
    void timerEvent(QTimerEvent *) override
    {
        ++fired;
        if (onFire)
            onFire();
    }
};

} // namespace

// The whole program runs on the dispatcher under test.
class TestGatewayEventDispatcher : public QObject
{
    Q_OBJECT

    static EpollEventDispatcher *dispatcher()
    {
        return dynamic_cast<EpollEventDispatcher *>(QAbstractEventDispatcher::instance());
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(dispatcher()); }

    void timersFireInOrderAndNeverEarly()
    {
        QList<int> order;
        QElapsedTimer clock;
        clock.start();
        std::vector<std::unique_ptr<QTimer>> timers;
        QList<qint64> lateness;
        for (const int ms : {60, 20, 40, 20, 0}) {
            auto &timer = timers.emplace_back(std::make_unique<QTimer>());
            timer->setTimerType(Qt::PreciseTimer);
            timer->setSingleShot(true);
            connect(timer.get(), &QTimer::timeout, this, [&, ms] {
                order << ms;
                lateness << clock.nsecsElapsed() - ms * 1'000'000LL;
            });
            timer->start(ms);
        }
        QVERIFY(runUntil([&] { return order.size() == 5; }));
        QCOMPARE(order, (QList<int>{0, 20, 20, 40, 60}));
        for (const qint64 late : lateness) {
            QVERIFY(late >= 0);
            QVERIFY(late < 2'000'000'000); // a busy machine, not a lost timer
        }
    }

    void coarseTimersShareTheirTimes()
    {
        QElapsedTimer clock;
        clock.start();
        QTimer timer;
        timer.setTimerType(Qt::CoarseTimer);
        timer.setSingleShot(true);
        QSignalSpy spy(&timer, &QTimer::timeout);
        timer.start(400);
        QVERIFY(spy.wait());
        QVERIFY(clock.elapsed() >= 399);
        QVERIFY(clock.elapsed() < 2'500);
    }

    void zeroTimersDoNotStarveSockets()
    {
        Pair pair;
        TimerCounter counter;
        counter.startTimer(0);
        int reads = 0;
        QSocketNotifier notifier(pair.fds[0], QSocketNotifier::Read);
        connect(&notifier, &QSocketNotifier::activated, this, [&] {
            pair.take();
            ++reads;
        });
        pair.poke();
        QVERIFY(runUntil([&] { return reads == 1 && counter.fired > 10; }));
        QVERIFY(pair.ok);
    }

    void timerQueries()
    {
        TimerCounter counter;
        const int id = counter.startTimer(10'000, Qt::PreciseTimer);
        const auto infos = dispatcher()->registeredTimers(&counter);
        QCOMPARE(infos.size(), 1);
        QCOMPARE(infos[0].timerId, id);
        QCOMPARE(infos[0].interval, 10'000);
        QCOMPARE(infos[0].timerType, Qt::PreciseTimer);
        const int left = dispatcher()->remainingTime(id);
        QVERIFY(left > 9'000 && left <= 10'000);
        counter.killTimer(id);
        QVERIFY(dispatcher()->registeredTimers(&counter).isEmpty());
        QCOMPARE(dispatcher()->remainingTime(id), -1);
        QVERIFY(!dispatcher()->unregisterTimer(id));
    }

    void timerKilledOrDeletedInItsEvent()
    {
        TimerCounter killed;
        const int id = killed.startTimer(1);
        killed.onFire = [&] { killed.killTimer(id); };
        auto *deleted = new TimerCounter;
        deleted->startTimer(1);
        int deletions = 0;
        deleted->onFire = [&] {
            ++deletions;
            deleted->onFire = nullptr;
            deleted->deleteLater();
        };
        TimerCounter restarted;
        restarted.startTimer(1);
        restarted.onFire = [&] {
            if (restarted.fired == 1) {
                QBasicTimer other;
                other.start(1, &restarted);
                other.stop();
            }
        };
        QVERIFY(runUntil([&] { return restarted.fired >= 20; }));
        QCOMPARE(killed.fired, 1);
        QCOMPARE(deletions, 1);
    }

    void nestedLoopDoesNotRefireARunningTimer()
    {
        TimerCounter outer;
        int depth = 0;
        int deepest = 0;
        TimerCounter inner;
        inner.startTimer(1);
        outer.onFire = [&] {
            deepest = std::max(deepest, ++depth);
            const int before = inner.fired;
            QEventLoop loop;
            while (inner.fired < before + 5)
                loop.processEvents(QEventLoop::WaitForMoreEvents);
            --depth;
        };
        outer.startTimer(1);
        QVERIFY(runUntil([&] { return outer.fired >= 3; }));
        QCOMPARE(deepest, 1);
    }

    void wakesUpFromOtherThreads()
    {
        constexpr int perThread = 2'000;
        int received = 0;
        std::vector<std::unique_ptr<QThread>> threads;
        for (int i = 0; i < 3; ++i) {
            threads.emplace_back(QThread::create([this, &received] {
                for (int n = 0; n < perThread; ++n) {
                    QMetaObject::invokeMethod(
                        this, [&received] { ++received; }, Qt::QueuedConnection);
                    if (n % 64 == 0)
                        QThread::usleep(200); // let the loop go to sleep in between
                }
            }));
            threads.back()->start();
        }
        QEventLoop loop;
        QTimer limit;
        limit.setSingleShot(true);
        limit.start(20'000);
        while (received < 3 * perThread && limit.isActive())
            loop.processEvents(QEventLoop::WaitForMoreEvents);
        QVERIFY2(limit.isActive(), "a round slept although it had events");
        QCOMPARE(received, 3 * perThread);
        for (const auto &thread : threads)
            thread->wait();
    }

    void interruptEndsAWait()
    {
        auto *main = QAbstractEventDispatcher::instance();
        std::unique_ptr<QThread> thread(QThread::create([main] {
            QThread::msleep(50);
            main->interrupt();
        }));
        QElapsedTimer clock;
        clock.start();
        thread->start();
        main->processEvents(QEventLoop::WaitForMoreEvents);
        while (clock.elapsed() < 40) // something else may have woken it before
            main->processEvents(QEventLoop::WaitForMoreEvents);
        QVERIFY(clock.elapsed() < 4'000);
        thread->wait();
    }

    void flagsAreHonoured()
    {
        Pair pair;
        int reads = 0;
        QSocketNotifier notifier(pair.fds[0], QSocketNotifier::Read);
        connect(&notifier, &QSocketNotifier::activated, this, [&] {
            pair.take();
            ++reads;
        });
        TimerCounter counter;
        counter.startTimer(0);
        pair.poke();
        for (int i = 0; i < 5; ++i)
            dispatcher()->processEvents(QEventLoop::ExcludeSocketNotifiers);
        QCOMPARE(reads, 0);
        QVERIFY(counter.fired > 0);
        counter.fired = 0;
        for (int i = 0; i < 5; ++i)
            dispatcher()->processEvents(QEventLoop::X11ExcludeTimers);
        QCOMPARE(reads, 1);
        QCOMPARE(counter.fired, 0);
    }

    void signalsAroundAWait()
    {
        QSignalSpy awake(dispatcher(), &QAbstractEventDispatcher::awake);
        QSignalSpy blocking(dispatcher(), &QAbstractEventDispatcher::aboutToBlock);
        TimerCounter counter;
        counter.startTimer(5);
        QVERIFY(runUntil([&] { return counter.fired > 2; }));
        QEventLoop().processEvents(QEventLoop::WaitForMoreEvents);
        QEventLoop().processEvents(QEventLoop::WaitForMoreEvents);
        QVERIFY(awake.count() > 0);
        QVERIFY(blocking.count() > 0);
    }

    void togglingCostsNoSystemCall()
    {
        Pair pair;
        QSocketNotifier read(pair.fds[0], QSocketNotifier::Read);
        QSocketNotifier write(pair.fds[0], QSocketNotifier::Write);
        write.setEnabled(false);
        QCoreApplication::processEvents();
        const quint64 before = dispatcher()->controlCallCount();
        for (int i = 0; i < 10; ++i) {
            write.setEnabled(true);
            write.setEnabled(false);
            QCoreApplication::processEvents();
        }
        QCOMPARE(dispatcher()->controlCallCount(), before);
    }

    void readAndWriteOnOneDescriptor()
    {
        Pair pair;
        int reads = 0;
        int writes = 0;
        QSocketNotifier read(pair.fds[0], QSocketNotifier::Read);
        QSocketNotifier write(pair.fds[0], QSocketNotifier::Write);
        connect(&read, &QSocketNotifier::activated, this, [&] {
            pair.take();
            ++reads;
        });
        connect(&write, &QSocketNotifier::activated, this, [&] {
            if (++writes == 3)
                write.setEnabled(false);
        });
        QVERIFY(runUntil([&] { return writes == 3; }));
        pair.poke();
        QVERIFY(runUntil([&] { return reads == 1; }));
        QCOMPARE(writes, 3);
    }

    void descriptorNumberUsedAgainInOneTurn()
    {
        for (int round = 0; round < 5; ++round) {
            auto first = std::make_unique<Pair>();
            const int number = first->fds[0];
            auto notifier = std::make_unique<QSocketNotifier>(number, QSocketNotifier::Read);
            QCoreApplication::processEvents();
            notifier.reset();
            first.reset();
            Pair second; // gets the number that became free
            QCOMPARE(second.fds[0], number);
            int reads = 0;
            QSocketNotifier again(number, QSocketNotifier::Read);
            connect(&again, &QSocketNotifier::activated, this, [&] {
                second.take();
                ++reads;
            });
            second.poke();
            QVERIFY(runUntil([&] { return reads == 1; }));
        }
    }

    void callbacksMayDeleteAnyNotifier()
    {
        constexpr size_t count = 40;
        std::vector<std::unique_ptr<Pair>> pairs;
        std::vector<QSocketNotifier *> notifiers(count);
        std::vector<bool> deleted(count, false);
        int wrong = 0;
        int activations = 0;
        for (size_t i = 0; i < count; ++i) {
            pairs.push_back(std::make_unique<Pair>());
            notifiers[i] = new QSocketNotifier(pairs[i]->fds[0], QSocketNotifier::Read);
            connect(notifiers[i], &QSocketNotifier::activated, this, [&, i] {
                ++activations;
                wrong += deleted[i] ? 1 : 0;
                pairs[i]->take();
                const size_t other = i ^ 1; // each pair of neighbours: the first that runs deletes the second
                deleted[other] = true;
                delete std::exchange(notifiers[other], nullptr);
            });
        }
        for (const auto &pair : pairs)
            pair->poke();
        for (int i = 0; i < 10; ++i)
            QCoreApplication::processEvents();
        QCOMPARE(wrong, 0);
        QCOMPARE(activations, int(count / 2));
        qDeleteAll(notifiers);
    }

    void nestedLoopDeliversTheRestOnce()
    {
        constexpr size_t count = 10;
        std::vector<std::unique_ptr<Pair>> pairs;
        std::vector<std::unique_ptr<QSocketNotifier>> notifiers;
        std::vector<int> reads(count, 0);
        for (size_t i = 0; i < count; ++i) {
            pairs.push_back(std::make_unique<Pair>());
            notifiers.push_back(std::make_unique<QSocketNotifier>(pairs[i]->fds[0], QSocketNotifier::Read));
            connect(notifiers[i].get(), &QSocketNotifier::activated, this, [&, i] {
                pairs[i]->take();
                ++reads[i];
                QCoreApplication::processEvents();
            });
        }
        for (const auto &pair : pairs)
            pair->poke();
        for (int i = 0; i < 5; ++i)
            QCoreApplication::processEvents();
        for (size_t i = 0; i < count; ++i) {
            QCOMPARE(reads[i], 1);
            QVERIFY(pairs[i]->ok); // a second activation would have read nothing
        }
    }

    void regularFilesAreAlwaysReady()
    {
        QTemporaryFile file;
        QVERIFY(file.open());
        file.write("content");
        file.flush();
        int activations = 0;
        QSocketNotifier notifier(file.handle(), QSocketNotifier::Read);
        connect(&notifier, &QSocketNotifier::activated, this, [&] {
            if (++activations == 3)
                notifier.setEnabled(false);
        });
        QVERIFY(runUntil([&] { return activations == 3; }));
        QTest::qWait(20);
        QCOMPARE(activations, 3);
    }

    void hangUpWithNothingToReadIsTold()
    {
        std::array<int, 2> fds{};
        QVERIFY(::pipe(fds.data()) == 0);
        int activations = 0;
        QSocketNotifier notifier(fds[0], QSocketNotifier::Read);
        connect(&notifier, &QSocketNotifier::activated, this, [&] {
            ++activations;
            notifier.setEnabled(false);
        });
        ::close(fds[1]);
        QVERIFY(runUntil([&] { return activations == 1; }));
        ::close(fds[0]);
    }

    void echoesOverManySocketsOnAThread()
    {
        QThread thread;
        thread.setEventDispatcher(createGatewayEventDispatcher().release());
        auto *server = new QTcpServer;
        server->setListenBacklogSize(512);
        connect(server, &QTcpServer::newConnection, server, [server] {
            while (QTcpSocket *socket = server->nextPendingConnection()) {
                connect(socket, &QTcpSocket::readyRead, socket, [socket] { socket->write(socket->readAll()); });
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            }
        });
        QVERIFY(server->listen(QHostAddress(QHostAddress::LocalHost)));
        const quint16 port = server->serverPort();
        server->moveToThread(&thread);
        connect(&thread, &QThread::finished, server, &QObject::deleteLater);
        thread.start();

        constexpr int count = 200;
        const QByteArray block(50'000, 'e');
        int done = 0;
        std::vector<std::unique_ptr<QTcpSocket>> sockets;
        for (int i = 0; i < count; ++i) {
            auto *socket = sockets.emplace_back(std::make_unique<QTcpSocket>()).get();
            connect(socket, &QTcpSocket::connected, socket, [socket, &block] { socket->write(block); });
            connect(socket, &QTcpSocket::readyRead, socket, [socket, &block, &done] {
                if (socket->bytesAvailable() == block.size())
                    done += socket->readAll() == block;
            });
            socket->connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        }
        QVERIFY(runUntil([&] { return done == count; }, 20'000));
        sockets.clear();
        thread.quit();
        QVERIFY(thread.wait(5'000));
    }

    void timersMoveWithTheirObject()
    {
        QThread thread;
        thread.setEventDispatcher(createGatewayEventDispatcher().release());
        TimerCounter counter;
        std::atomic<QThread *> firedOn{nullptr};
        counter.onFire = [&] { firedOn = QThread::currentThread(); };
        counter.startTimer(5);
        counter.moveToThread(&thread);
        thread.start();
        QVERIFY(runUntil([&] { return firedOn.load() == &thread; }));
        QThread *const home = QThread::currentThread();
        QMetaObject::invokeMethod(
            &counter, [&] { counter.moveToThread(home); }, Qt::BlockingQueuedConnection);
        thread.quit();
        QVERIFY(thread.wait(5'000));
        firedOn = nullptr;
        QVERIFY(runUntil([&] { return firedOn.load() == home; }));
    }
};

int main(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(createGatewayEventDispatcher().release());
    QCoreApplication app(argc, argv);
    TestGatewayEventDispatcher test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_gateway_event_dispatcher.moc"
