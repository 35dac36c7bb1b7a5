// SPDX-License-Identifier: GPL-3.0-or-later
// Mock provider for benchmarks: OpenAI chat replies, made as cheaply as possible. See README.md.
//
// Not streamed: one 700-byte JSON reply. With "stream": true, 100 events; how they leave is chosen by the
// request's "user" field: "m0" one write per event, round-robin over all streams, as fast as possible;
// "m1" all events in one write; "mN" one event every N microseconds, started at a random moment.

#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace {

constexpr int eventsPerStream = 100;
constexpr size_t peekLimit = 4096; // "stream" and "user" stand early in the benchmark bodies
const char streamHead[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: "
                          "no-cache\r\nTransfer-Encoding: chunked\r\n\r\n";
const char streamTail[] = "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n";

struct Connection {
    int fd = -1;
    std::string headBytes, output, peek;
    bool inBody = false, chunkedRequest = false, streaming = false, wantsWrite = false, dead = false;
    size_t bodyLeft = 0;
    ChunkedBody body;
    int eventsSent = 0;
    uint64_t intervalUs = 0;
};

int g_epoll = -1;
std::string g_reply;
std::vector<Connection *> g_fast;      // streams without a clock
std::vector<Connection *> g_graveyard; // closed, freed once no list points at them

using Due = std::pair<uint64_t, Connection *>;
std::priority_queue<Due, std::vector<Due>, std::greater<Due>> g_due; // streams with a clock

void watch(Connection *c, bool write)
{
    if (write == c->wantsWrite)
        return;
    c->wantsWrite = write;
    epoll_event e{};
    e.events = EPOLLIN | (write ? uint32_t(EPOLLOUT) : 0u);
    e.data.ptr = c;
    epoll_ctl(g_epoll, EPOLL_CTL_MOD, c->fd, &e);
}

void put(Connection *c, const char *data, size_t size)
{
    size_t sent = 0;
    if (c->output.empty()) {
        const ssize_t n = send(c->fd, data, size, MSG_NOSIGNAL);
        sent = n > 0 ? size_t(n) : 0;
    }
    if (sent < size) {
        c->output.append(data + sent, size - sent);
        watch(c, true);
    }
}

size_t writeEvent(char *out, int number)
{
    char event[400];
    const int size = snprintf(event, sizeof event,
                              "data: "
                              "{\"id\":\"chatcmpl-abc123def456\",\"object\":\"chat.completion.chunk\",\"ts\":\"%"
                              "019llu\",\"created\":1700000000,"
                              "\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" "
                              "token%03d\"},\"finish_reason\":null}]}\n\n",
                              static_cast<unsigned long long>(nowNs()), number);
    const int prefix = sprintf(out, "%x\r\n", unsigned(size));
    memcpy(out + prefix, event, size_t(size));
    memcpy(out + prefix + size, "\r\n", 2);
    return size_t(prefix + size + 2);
}

void dropConnection(Connection *c)
{
    if (c->dead)
        return;
    c->dead = true;
    close(c->fd);
    if (!c->streaming) // a streaming one is still in g_fast or g_due; the loop buries it
        g_graveyard.push_back(c);
}

void reply(Connection *c)
{
    c->streaming =
        c->peek.find("\"stream\":true") != std::string::npos || c->peek.find("\"stream\": true") != std::string::npos;
    if (!c->streaming) {
        put(c, g_reply.data(), g_reply.size());
        return;
    }
    const size_t mode = c->peek.find("\"user\":\"m");
    c->intervalUs = mode == std::string::npos ? 0 : strtoull(c->peek.c_str() + mode + 9, nullptr, 10);
    c->eventsSent = 0;
    if (c->intervalUs == 1) {
        std::string all = streamHead;
        char event[512];
        for (int i = 0; i < eventsPerStream; ++i)
            all.append(event, writeEvent(event, i));
        all += streamTail;
        put(c, all.data(), all.size());
        c->streaming = false;
        return;
    }
    put(c, streamHead, sizeof streamHead - 1);
    if (c->intervalUs == 0)
        g_fast.push_back(c);
    else
        g_due.push({nowNs() + uint64_t(double(rand()) / RAND_MAX * double(c->intervalUs) * 1000), c});
}

bool sendNextEvent(Connection *c) // true while there is more to send
{
    if (!c->output.empty())
        return true;
    if (c->eventsSent < eventsPerStream) {
        char event[512];
        put(c, event, writeEvent(event, c->eventsSent++));
        return true;
    }
    put(c, streamTail, sizeof streamTail - 1);
    c->streaming = false;
    return false;
}

void readRequest(Connection *c)
{
    static char buffer[1 << 20];
    const ssize_t n = recv(c->fd, buffer, sizeof buffer, 0);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        dropConnection(c);
        return;
    }
    const char *data = buffer;
    for (size_t size = size_t(n); size;) {
        if (!c->inBody) {
            const size_t before = c->headBytes.size();
            c->headBytes.append(data, size);
            Head head;
            const Parse parse = parseHead(c->headBytes.data(), c->headBytes.size(), head, false);
            if (parse == Parse::Bad)
                dropConnection(c);
            if (parse != Parse::Ok)
                return;
            data += head.size - before;
            size -= head.size - before;
            c->headBytes.clear();
            c->peek.clear();
            c->body.reset();
            c->chunkedRequest = head.chunked;
            c->bodyLeft = head.contentLength > 0 ? size_t(head.contentLength) : 0;
            c->inBody = head.chunked || c->bodyLeft;
            if (!c->inBody)
                reply(c);
            continue;
        }
        const auto remember = [&](const char *d, size_t m) {
            if (c->peek.size() < peekLimit)
                c->peek.append(d, std::min(m, peekLimit - c->peek.size()));
        };
        size_t used;
        bool complete;
        if (c->chunkedRequest) {
            used = c->body.feed(data, size, remember);
            complete = c->body.done();
        } else {
            used = std::min(size, c->bodyLeft);
            remember(data, used);
            c->bodyLeft -= used;
            complete = c->bodyLeft == 0;
        }
        data += used;
        size -= used;
        if (complete) {
            c->inBody = false;
            reply(c);
        }
    }
}

void acceptAll(int listener)
{
    for (int fd; (fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
        const int one = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        auto *c = new Connection;
        c->fd = fd;
        epoll_event e{};
        e.events = EPOLLIN;
        e.data.ptr = c;
        epoll_ctl(g_epoll, EPOLL_CTL_ADD, fd, &e);
    }
}

void sendDueEvents()
{
    for (size_t i = 0; i < g_fast.size();) {
        Connection *c = g_fast[i];
        if (!c->dead && sendNextEvent(c)) {
            ++i;
            continue;
        }
        if (c->dead)
            g_graveyard.push_back(c);
        g_fast[i] = g_fast.back();
        g_fast.pop_back();
    }
    const uint64_t now = nowNs();
    while (!g_due.empty() && g_due.top().first <= now) {
        const auto [at, c] = g_due.top();
        g_due.pop();
        if (c->dead)
            g_graveyard.push_back(c);
        else if (sendNextEvent(c))
            g_due.push({at + c->intervalUs * 1000, c});
    }
}

int waitForEvents(epoll_event *events, int count)
{
    if (!g_fast.empty())
        return epoll_wait(g_epoll, events, count, 0);
    if (g_due.empty())
        return epoll_wait(g_epoll, events, count, -1);
    const uint64_t now = nowNs(), due = g_due.top().first;
    const uint64_t ns = due > now ? due - now : 0;
    const timespec limit{time_t(ns / 1'000'000'000), long(ns % 1'000'000'000)};
    return epoll_pwait2(g_epoll, events, count, &limit, nullptr);
}

std::string wholeReply()
{
    std::string body = "{\"id\":\"chatcmpl-abc123def456\",\"object\":\"chat.completion\",\"created\":1700000000,"
                       "\"model\":\"gpt-4o-mini\","
                       "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"";
    while (body.size() < 560)
        body += "The quick brown fox jumps over it. ";
    body += "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":123,\"completion_tokens\":90,\"total_"
            "tokens\":213}}";
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

} // namespace

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    g_reply = wholeReply();
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const int one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(uint16_t(argc > 1 ? atoi(argv[1]) : 9001));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0 || listen(listener, 4096) != 0) {
        perror("bind");
        return 1;
    }
    g_epoll = epoll_create1(0);
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.ptr = nullptr;
    epoll_ctl(g_epoll, EPOLL_CTL_ADD, listener, &e);

    epoll_event events[512];
    for (;;) {
        const int n = waitForEvents(events, 512);
        for (int i = 0; i < n; ++i) {
            Connection *c = static_cast<Connection *>(events[i].data.ptr);
            if (!c) {
                acceptAll(listener);
                continue;
            }
            if (c->dead)
                continue;
            if (events[i].events & EPOLLOUT) {
                const ssize_t sent = send(c->fd, c->output.data(), c->output.size(), MSG_NOSIGNAL);
                if (sent > 0)
                    c->output.erase(0, size_t(sent));
                if (c->output.empty())
                    watch(c, false);
            }
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
                readRequest(c);
        }
        sendDueEvents();
        for (Connection *c : g_graveyard)
            delete c;
        g_graveyard.clear();
    }
}
