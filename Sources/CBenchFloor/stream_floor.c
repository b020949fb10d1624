#define _GNU_SOURCE
#include "stream_floor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/epoll.h>

enum { LINE = 512, BUCKETS = 200000 };

// One stream: the beginning of the line that is being read, and what was seen.
typedef struct {
    int socket, length, is_event, has_begun;
    int64_t events;
    char line[LINE];
} reader;

typedef struct {
    // Arrivals by their delay in steps of 10 us.
    int64_t *buckets, measured, events, begun;
    int64_t first, last;
} tally;

int64_t floor_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000ll + now.tv_nsec;
}

static void take_line(reader *r, tally *t, int64_t now) {
    r->line[r->length < LINE ? r->length : LINE - 1] = 0;
    if (!strncmp(r->line, "event: ", 7)) {
        r->is_event = !strcmp(r->line + 7, "app.emitted");
    } else if (r->is_event && !strncmp(r->line, "data: ", 6)) {
        r->is_event = 0;
        r->events++;
        t->events++;
        if (!t->first) t->first = now;
        t->last = now;
        const char *mark = strstr(r->line, "\"t\":");
        if (mark) {
            int64_t bucket = (now - atoll(mark + 4)) / 10000;
            t->buckets[bucket < 0 ? 0 : bucket < BUCKETS ? bucket : BUCKETS - 1]++;
            t->measured++;
        }
    } else if (r->length == 0 && !r->has_begun) {
        r->has_begun = 1;
        t->begun++;
    }
    r->length = 0;
}

static void take(reader *r, tally *t, const char *bytes, ssize_t count) {
    int64_t now = floor_monotonic_nanoseconds();
    const char *end = bytes + count;
    while (bytes < end) {
        const char *line_end = memchr(bytes, '\n', end - bytes);
        const char *stop = line_end ? line_end : end;
        ssize_t part = stop - bytes, room = LINE - 1 - r->length;
        if (room > 0) memcpy(r->line + r->length, bytes, part < room ? part : room);
        r->length += part > room && room >= 0 ? room : part;
        if (r->length >= LINE) r->length = LINE - 1;
        if (!line_end) return;
        if (r->length > 0 && r->line[r->length - 1] == '\r') r->length--;
        take_line(r, t, now);
        bytes = line_end + 1;
    }
}

static int connect_reader(int port, const char *path) {
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s < 0) return -1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    char request[1024];
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", path, port);
    if (connect(s, (struct sockaddr *)&address, sizeof address) || write(s, request, length) != length) {
        close(s);
        return -1;
    }
    fcntl(s, F_SETFL, O_NONBLOCK);
    return s;
}

static double percentile(const tally *t, double part) {
    int64_t rest = (int64_t)(t->measured * part);
    for (int i = 0; i < BUCKETS; i++)
        if ((rest -= t->buckets[i]) < 0) return i * 0.01;
    return 0;
}

int floor_stream_client(int port, const char *path, int streams, int64_t events, double seconds,
                        void (*ready)(void *), void *context, floor_stream_result *result) {
    static char buffer[1 << 18];
    reader *readers = calloc(streams, sizeof *readers);
    tally t = {.buckets = calloc(BUCKETS, sizeof(int64_t))};
    int poll = epoll_create1(EPOLL_CLOEXEC), failure = 0, open = 0, is_ready = 0;
    for (int i = 0; i < streams && !failure; i++) {
        readers[i].socket = connect_reader(port, path);
        struct epoll_event interest = {.events = EPOLLIN, .data.ptr = &readers[i]};
        if (readers[i].socket < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, readers[i].socket, &interest)) failure = errno;
        else open++;
    }
    int64_t deadline = floor_monotonic_nanoseconds() + (int64_t)(seconds * 1e9);
    int64_t wanted = events * streams;
    struct epoll_event found[256];
    while (!failure && open > 0 && (events == 0 || t.events < wanted) && floor_monotonic_nanoseconds() < deadline) {
        int count = epoll_wait(poll, found, 256, 100);
        for (int i = 0; i < count; i++) {
            reader *r = found[i].data.ptr;
            ssize_t got = read(r->socket, buffer, sizeof buffer);
            if (got > 0) take(r, &t, buffer, got);
            else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
                epoll_ctl(poll, EPOLL_CTL_DEL, r->socket, NULL);
                open--;
            }
        }
        if (!is_ready && t.begun >= streams) {
            is_ready = 1;
            ready(context);
            deadline = floor_monotonic_nanoseconds() + (int64_t)(seconds * 1e9);
        }
    }
    *result = (floor_stream_result){streams, t.events, (t.last - t.first) * 1e-9, percentile(&t, 0.5),
                                    percentile(&t, 0.99)};
    for (int i = 0; i < streams; i++)
        if (readers[i].socket > 0) close(readers[i].socket);
    close(poll);
    free(readers);
    free(t.buckets);
    return failure;
}

int floor_stream_server(const char *file, int streams, int count, double rate, int bytes,
                        void (*listening)(int, void *), void *context) {
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), log = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (server < 0 || log < 0 || bind(server, (struct sockaddr *)&address, size) || listen(server, 4096)
        || getsockname(server, (struct sockaddr *)&address, &size))
        return errno;
    listening(ntohs(address.sin_port), context);
    int *readers = calloc(streams, sizeof *readers);
    char block[8192], page[4096] = {0};
    for (int i = 0; i < streams; i++) {
        readers[i] = accept(server, NULL, NULL);
        int on = 1;
        setsockopt(readers[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (read(readers[i], block, sizeof block) < 0) return errno;
        const char *head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
        if (write(readers[i], head, strlen(head)) < 0) return errno;
    }
    // The last head has to arrive before the clock runs.
    usleep(300000);
    int64_t start = floor_monotonic_nanoseconds();
    for (int i = 0; i < count; i++) {
        int64_t due = start + (int64_t)(i / rate * 1e9), now = floor_monotonic_nanoseconds();
        if (due > now) usleep((due - now) / 1000);
        int length = snprintf(block, sizeof block, "id: %d\nevent: app.emitted\ndata: {\"t\":%lld,\"pad\":\"%0*d\"}\n\n", i,
                              (long long)floor_monotonic_nanoseconds(), bytes, 0);
        if (write(log, page, sizeof page) < 0 || fdatasync(log)) return errno;
        for (int j = 0; j < streams; j++)
            if (write(readers[j], block, length) < 0) return errno;
    }
    usleep(300000);
    for (int i = 0; i < streams; i++) close(readers[i]);
    free(readers);
    close(server);
    close(log);
    return 0;
}
#else
int64_t floor_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000ll + now.tv_nsec;
}

int floor_stream_client(int port, const char *path, int streams, int64_t events, double seconds,
                        void (*ready)(void *), void *context, floor_stream_result *result) {
    return ENOTSUP;
}

int floor_stream_server(const char *file, int streams, int count, double rate, int bytes,
                        void (*listening)(int, void *), void *context) {
    return ENOTSUP;
}
#endif
