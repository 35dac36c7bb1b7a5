// SPDX-License-Identifier: GPL-3.0-or-later
// Load tool: closed loop (each connection sends its next request as soon as a reply is complete) or
// open loop (-r: requests leave on a fixed clock, latency counts from the planned time). See README.md.

#include "http.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Connection {
    int fd = -1;
    size_t sent = 0;
    bool gotHead = false;
    bool wantsWrite = false;
    Head head;
    std::string headBytes;
    std::string events; // SSE text not yet complete
    size_t bodyLeft = 0;
    ChunkedBody body;
    uint64_t startedNs = 0;
    int eventsSeen = 0;
};

// Times are kept in tenths of a microsecond, 32 bits each.
struct Measured {
    std::vector<uint32_t> latency, firstByte, eventDelay;
    uint64_t requests = 0, events = 0, bytes = 0, not200 = 0, shortStreams = 0;
    int errors = 0;
};

int g_epoll = -1;
int g_port = 0;
double g_rate = 0;
bool g_measuring = false;
std::string g_mark;       // -m: text by which an event is known
int g_eventsExpected = 0; // -e: a finished stream with another number of events was cut or doubled
uint64_t g_finished = 0;  // all requests since the start, for -N
std::string g_request;
Measured g_result;
std::deque<Connection *> g_idle; // open loop: free connections
std::deque<uint64_t> g_backlog;  // open loop: planned start times that found no free connection

uint32_t tenths(uint64_t ns)
{
    return uint32_t(std::min<uint64_t>(ns / 100, 4'000'000'000u));
}

// ---- what the process under test uses

double cpuSeconds(int pid) // exact: sum over threads of the time on a core, from schedstat
{
    const std::string folder = "/proc/" + std::to_string(pid) + "/task";
    DIR *dir = pid ? opendir(folder.c_str()) : nullptr;
    if (!dir)
        return 0;
    double sum = 0;
    while (const dirent *entry = readdir(dir)) {
        if (entry->d_name[0] == '.')
            continue;
        std::ifstream file(folder + "/" + entry->d_name + "/schedstat");
        double ns = 0;
        file >> ns;
        sum += ns;
    }
    closedir(dir);
    return sum / 1e9;
}

double cpuTickSeconds(int pid) // utime + stime of /proc/PID/stat: clock ticks, but also counts threads that ended
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    if (!pid || !std::getline(file, line))
        return 0;
    std::istringstream fields(line.substr(line.rfind(')') + 2)); // the name may hold spaces; field 3 follows it
    std::string field;
    double ticks = 0;
    for (int i = 3; i <= 15 && fields >> field; ++i) {
        if (i >= 14)
            ticks += atof(field.c_str());
    }
    return ticks / double(sysconf(_SC_CLK_TCK));
}

long residentKb(int pid)
{
    std::ifstream file("/proc/" + std::to_string(pid) + "/status");
    std::string line;
    while (pid && std::getline(file, line)) {
        if (line.rfind("VmRSS:", 0) == 0)
            return atol(line.c_str() + 6);
    }
    return 0;
}

double stolenSeconds() // time a hypervisor took away: results with much of it are worthless
{
    std::ifstream file("/proc/stat");
    std::string field;
    double ticks = 0;
    for (int i = 0; i < 9 && file >> field; ++i) {
        if (i == 8)
            ticks = atof(field.c_str());
    }
    return ticks / double(sysconf(_SC_CLK_TCK));
}

// ---- connections

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

void sendMore(Connection *c)
{
    while (c->sent < g_request.size()) {
        const ssize_t n = send(c->fd, g_request.data() + c->sent, g_request.size() - c->sent, MSG_NOSIGNAL);
        if (n <= 0) {
            watch(c, true);
            return;
        }
        c->sent += size_t(n);
    }
    watch(c, false);
}

void start(Connection *c, uint64_t plannedNs)
{
    c->sent = 0;
    c->gotHead = false;
    c->headBytes.clear();
    c->events.clear();
    c->body.reset();
    c->startedNs = plannedNs;
    c->eventsSeen = 0;
    sendMore(c);
}

void open(Connection *c)
{
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    const int one = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(uint16_t(g_port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(c->fd, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0) {
        perror("connect");
        exit(1);
    }
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    c->wantsWrite = false;
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.ptr = c;
    epoll_ctl(g_epoll, EPOLL_CTL_ADD, c->fd, &e);
}

void startNext(Connection *c)
{
    if (g_rate <= 0) {
        start(c, nowNs());
    } else if (!g_backlog.empty()) {
        const uint64_t planned = g_backlog.front();
        g_backlog.pop_front();
        start(c, planned);
    } else {
        g_idle.push_back(c);
    }
}

void reopen(Connection *c)
{
    if (++g_result.errors > 20000) {
        fprintf(stderr, "too many errors\n");
        exit(2);
    }
    close(c->fd);
    open(c);
    startNext(c);
}

// Each event of the mock carries the time it was written ("ts"), so the delay through the gateway is known.
void readEvents(Connection *c, const char *data, size_t size, uint64_t now)
{
    c->events.append(data, size);
    size_t begin = 0;
    for (size_t end; (end = c->events.find("\n\n", begin)) != std::string::npos; begin = end + 2) {
        if (!g_mark.empty()) { // a translated stream carries no stamps: only count
            const size_t mark = c->events.find(g_mark, begin);
            c->eventsSeen += mark != std::string::npos && mark < end;
            g_result.events += g_measuring && mark != std::string::npos && mark < end;
            continue;
        }
        const size_t stamp = c->events.find("\"ts\":\"", begin);
        if (stamp != std::string::npos && stamp < end)
            ++c->eventsSeen;
        if (g_measuring && stamp != std::string::npos && stamp < end) {
            ++g_result.events;
            g_result.eventDelay.push_back(tenths(now - strtoull(c->events.c_str() + stamp + 6, nullptr, 10)));
        }
    }
    c->events.erase(0, begin);
}

void readReply(Connection *c)
{
    static char buffer[1 << 18];
    const ssize_t n = recv(c->fd, buffer, sizeof buffer, 0);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        reopen(c);
        return;
    }
    const uint64_t now = nowNs();
    const char *data = buffer;
    size_t size = size_t(n);
    if (g_measuring)
        g_result.bytes += size;
    if (!c->gotHead) {
        const size_t before = c->headBytes.size();
        c->headBytes.append(data, size);
        const Parse parse = parseHead(c->headBytes.data(), c->headBytes.size(), c->head, true);
        if (parse == Parse::Bad)
            reopen(c);
        if (parse != Parse::Ok)
            return;
        if (c->head.status != 200 && ++g_result.not200 == 1)
            fprintf(stderr, "status %d: %s\n", c->head.status, c->headBytes.substr(0, 600).c_str());
        c->gotHead = true;
        data += c->head.size - before;
        size -= c->head.size - before;
        c->bodyLeft = c->head.contentLength > 0 ? size_t(c->head.contentLength) : 0;
        if (g_measuring)
            g_result.firstByte.push_back(tenths(now - c->startedNs));
    }
    bool complete;
    if (c->head.chunked) {
        c->body.feed(data, size, [&](const char *d, size_t m) { readEvents(c, d, m, now); });
        complete = c->body.done();
    } else {
        c->bodyLeft -= std::min(size, c->bodyLeft);
        complete = c->bodyLeft == 0;
    }
    if (!complete)
        return;
    ++g_finished;
    if (g_measuring && g_eventsExpected && c->eventsSeen != g_eventsExpected)
        ++g_result.shortStreams;
    if (g_measuring) {
        ++g_result.requests;
        g_result.latency.push_back(tenths(now - c->startedNs));
    }
    if (c->head.close)
        reopen(c);
    else
        startNext(c);
}

double percentileUs(std::vector<uint32_t> &values, double p)
{
    if (values.empty())
        return 0;
    const size_t i = std::min(values.size() - 1, size_t(p * double(values.size())));
    std::nth_element(values.begin(), values.begin() + long(i), values.end());
    return values[i] / 10.0;
}

struct Snapshot {
    double cpu, ticks, own, stolen;
    uint64_t atNs;
};

Snapshot snapshot(int pid)
{
    return {cpuSeconds(pid), cpuTickSeconds(pid), cpuSeconds(getpid()), stolenSeconds(), nowNs()};
}

} // namespace

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    int connections = 1, pid = 0;
    double seconds = 5, warmUp = 1;
    uint64_t limit = 0;
    std::string body, headers, name = "run", path = "/v1/chat/completions";
    for (int option; (option = getopt(argc, argv, "p:c:d:w:b:r:P:H:n:e:N:u:m:")) > 0;) {
        switch (option) {
        case 'p':
            g_port = atoi(optarg);
            break;
        case 'c':
            connections = atoi(optarg);
            break;
        case 'd':
            seconds = atof(optarg);
            break;
        case 'w':
            warmUp = atof(optarg);
            break;
        case 'e':
            g_eventsExpected = atoi(optarg);
            break;
        case 'N':
            limit = strtoull(optarg, nullptr, 10);
            break;
        case 'r':
            g_rate = atof(optarg);
            break;
        case 'P':
            pid = atoi(optarg);
            break;
        case 'n':
            name = optarg;
            break;
        case 'u':
            path = optarg;
            break;
        case 'm':
            g_mark = optarg;
            break;
        case 'H':
            headers += std::string(optarg) + "\r\n";
            break;
        case 'b': {
            std::ifstream file(optarg);
            std::stringstream text;
            text << file.rdbuf();
            body = text.str();
            break;
        }
        default:
            return 2;
        }
    }
    if (!g_port || body.empty()) {
        fprintf(stderr, "usage: load -p PORT -b BODYFILE [-c CONNECTIONS] [-d SECONDS] [-w WARMUP] [-r RATE] [-P PID] "
                        "[-H HEADER]... [-n NAME] [-e EVENTS_PER_STREAM] [-N REQUESTS] [-u PATH] [-m MARK]\n");
        return 2;
    }
    g_request = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(g_port) +
                "\r\nContent-Type: application/json\r\n" +
                (headers.find("uthorization:") == std::string::npos ? "Authorization: Bearer x\r\n" : "") + headers +
                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;

    g_epoll = epoll_create1(0);
    g_result.latency.reserve(1 << 21);
    g_result.eventDelay.reserve(1 << 22);
    std::vector<Connection *> all;
    for (int i = 0; i < connections; ++i) {
        all.push_back(new Connection);
        open(all.back());
    }

    const uint64_t measureAt = nowNs() + uint64_t(warmUp * 1e9);
    const uint64_t endAt = measureAt + uint64_t(seconds * 1e9);
    const uint64_t period = g_rate > 0 ? uint64_t(1e9 / g_rate) : 0;
    uint64_t nextPlanned = nowNs();
    int clock = -1;
    if (g_rate > 0) {
        clock = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
        itimerspec every{};
        every.it_value.tv_nsec = 1;
        every.it_interval = {time_t(period / 1'000'000'000), long(period % 1'000'000'000)};
        timerfd_settime(clock, 0, &every, nullptr);
        epoll_event e{};
        e.events = EPOLLIN;
        e.data.ptr = nullptr;
        epoll_ctl(g_epoll, EPOLL_CTL_ADD, clock, &e);
        g_idle.assign(all.begin(), all.end());
    } else {
        for (Connection *c : all)
            start(c, nowNs());
    }

    Snapshot from{};
    epoll_event events[512];
    for (;;) {
        const uint64_t now = nowNs();
        if (!g_measuring && now >= measureAt) {
            g_measuring = true;
            g_result.errors = 0;
            g_result.not200 = 0;
            g_result.shortStreams = 0;
            from = snapshot(pid);
        }
        if (now >= endAt || (limit && g_finished >= limit))
            break;
        const int n = epoll_wait(g_epoll, events, 512, 20);
        for (int i = 0; i < n; ++i) {
            Connection *c = static_cast<Connection *>(events[i].data.ptr);
            if (!c) {
                uint64_t ticks;
                (void)!read(clock, &ticks, sizeof ticks);
                for (const uint64_t t = nowNs(); nextPlanned <= t; nextPlanned += period) {
                    if (g_idle.empty()) {
                        g_backlog.push_back(nextPlanned);
                    } else {
                        Connection *free = g_idle.front();
                        g_idle.pop_front();
                        start(free, nextPlanned);
                    }
                }
                continue;
            }
            if (events[i].events & EPOLLOUT)
                sendMore(c);
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
                readReply(c);
        }
    }

    const Snapshot to = snapshot(pid);
    const double time = double(to.atNs - from.atNs) / 1e9;
    const double cpu = to.cpu - from.cpu;
    Measured &r = g_result;
    printf("%s c=%d rate=%.0f requests=%lu rps=%.0f | latency_us p50=%.1f p99=%.1f max=%.0f first_byte_p50=%.1f",
           name.c_str(), connections, g_rate, static_cast<unsigned long>(r.requests), double(r.requests) / time,
           percentileUs(r.latency, .5), percentileUs(r.latency, .99), percentileUs(r.latency, 1),
           percentileUs(r.firstByte, .5));
    printf(" | cpu%%=%.1f stat_cpu%%=%.1f cpu_us/request=%.2f", cpu / time * 100, (to.ticks - from.ticks) / time * 100,
           r.requests ? cpu * 1e6 / double(r.requests) : 0);
    printf(" | events/s=%.0f event_delay_us p50=%.1f p99=%.1f cpu_us/event=%.2f", double(r.events) / time,
           percentileUs(r.eventDelay, .5), percentileUs(r.eventDelay, .99),
           r.events ? cpu * 1e6 / double(r.events) : 0);
    printf(" | rss_mb=%.1f errors=%d not200=%lu short=%lu backlog=%zu load_cpu%%=%.0f steal%%=%.1f\n",
           double(residentKb(pid)) / 1024, r.errors, static_cast<unsigned long>(r.not200),
           static_cast<unsigned long>(r.shortStreams), g_backlog.size(), (to.own - from.own) / time * 100,
           (to.stolen - from.stolen) / time * 100);
    return r.not200 || r.requests == 0 ? 1 : 0;
}
