#include "stream_floor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { WORD = 64 };

struct floor_stream {
    int socket;
    size_t next, filled;
    // What is left of the chunk of the body.
    int64_t chunk;
    char buffer[65536];
};

// The next byte of the connection; -1 at its end.
static int raw_byte(floor_stream *s) {
    if (s->next == s->filled) {
        ssize_t got = read(s->socket, s->buffer, sizeof s->buffer);
        if (got <= 0) return -1;
        s->next = 0;
        s->filled = got;
    }
    return (unsigned char)s->buffer[s->next++];
}

// Reads a line without its end; returns its length, or -1 at the end of the connection.
static int raw_line(floor_stream *s, char line[WORD]) {
    int length = 0, byte;
    while ((byte = raw_byte(s)) != '\n') {
        if (byte < 0) return -1;
        if (byte != '\r' && length < WORD - 1) line[length++] = byte;
    }
    line[length] = 0;
    return length;
}

// The next byte of the body, which comes in chunks; -1 at its end.
static int body_byte(floor_stream *s) {
    char line[WORD];
    if (s->chunk == 0) {
        if (raw_line(s, line) < 0 || (s->chunk = strtoll(line, NULL, 16)) <= 0) return -1;
    }
    int byte = raw_byte(s);
    if (--s->chunk == 0 && raw_line(s, line) < 0) return -1;
    return byte;
}

floor_stream *floor_stream_open(int port, const char *path, int64_t cursor) {
    floor_stream *s = calloc(1, sizeof *s);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct timeval patience = {.tv_sec = 30};
    char request[1024], field[WORD] = "", line[WORD];
    if (cursor >= 0) snprintf(field, sizeof field, "Last-Event-ID: %lld\r\n", (long long)cursor);
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n", path, port, field);
    s->socket = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(s->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(s->socket, (struct sockaddr *)&address, sizeof address)
        || write(s->socket, request, length) != length || raw_line(s, line) < 0 || !strstr(line, " 200")) {
        floor_stream_close(s);
        return NULL;
    }
    while (raw_line(s, line) > 0) {}
    return s;
}

int floor_stream_read(floor_stream *s, const char *event, int64_t last, floor_stream_ids *seen) {
    char line[WORD], name[WORD] = "";
    int length = 0, byte;
    int64_t id = 0;
    while ((byte = body_byte(s)) >= 0) {
        if (byte != '\n') {
            if (length < WORD - 1) line[length++] = byte;
            continue;
        }
        line[length] = 0;
        if (!strncmp(line, "id: ", 4)) {
            id = strtoll(line + 4, NULL, 10);
        } else if (!strncmp(line, "event: ", 7)) {
            strcpy(name, line + 7);
        } else if (length == 0 && name[0]) {
            // A block counts once it is whole.
            seen->cursor = id;
            if (strncmp(name, "stream.", 7)) {
                if (seen->events++ == 0) seen->first = id;
                else if (id != seen->last + 1) seen->jumps++;
                seen->last = id;
                if (!event && id >= last) return 0;
            }
            if (event && !strcmp(name, event)) return 0;
            name[0] = 0;
        }
        length = 0;
    }
    return -1;
}

void floor_stream_close(floor_stream *s) {
    close(s->socket);
    free(s);
}
