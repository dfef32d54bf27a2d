/* A loop over the Runtime API that returns its event: a blocking socket, one buffer, a
 * read and a write for each message. What an invocation costs beside this, it costs in
 * the runtime and the handler; the rest is the kernel's. */

#define _GNU_SOURCE
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static char buffer[8 << 20];

/* fail ends the process with what errno says. */
static void fail(const char *what) {
	perror(what);
	exit(1);
}

static int dial(char *address) {
	char *port = strrchr(address, ':');
	if (port == NULL) fail("AWS_LAMBDA_RUNTIME_API");
	*port++ = 0;
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST}, *found;
	if (getaddrinfo(address, port, &hints, &found) != 0) fail(address);
	int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	if (fd < 0 || connect(fd, found->ai_addr, found->ai_addrlen) != 0) fail("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	freeaddrinfo(found);
	return fd;
}

/* header is the value of a header of the answer, which begins at buffer. */
static char *header(const char *name) {
	char *found = strcasestr(buffer, name);
	if (found == NULL) fail(name);
	found += strlen(name);
	return found + strspn(found, " ");
}

/* receive reads an answer and gives where its body is. */
static char *receive(int fd, size_t *length) {
	size_t have = 0, need = 0;
	char *body = NULL;
	while (body == NULL || have < need) {
		if (have == sizeof buffer - 1) fail("an answer too large");
		ssize_t n = read(fd, buffer + have, sizeof buffer - 1 - have);
		if (n <= 0) fail("read");
		have += n;
		if (body != NULL) continue;
		buffer[have] = 0;
		if ((body = strstr(buffer, "\r\n\r\n")) == NULL) continue;
		*body = 0; /* the headers end here */
		body += 4;
		*length = strtoul(header("\r\nContent-Length:"), NULL, 10);
		need = body - buffer + *length;
	}
	return body;
}

int main(void) {
	static const char next[] = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: runtime\r\n\r\n";
	char *address = getenv("AWS_LAMBDA_RUNTIME_API");
	if (address == NULL) fail("AWS_LAMBDA_RUNTIME_API");
	int fd = dial(address);
	for (;;) {
		size_t length;
		char head[512];
		if (write(fd, next, sizeof next - 1) < 0) fail("write");
		char *event = receive(fd, &length);
		char *id = header("\r\nLambda-Runtime-Aws-Request-Id:");
		int size = snprintf(head, sizeof head,
			"POST /2018-06-01/runtime/invocation/%.*s/response HTTP/1.1\r\nHost: runtime\r\n"
			"Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
			(int)strcspn(id, "\r"), id, length);
		struct iovec parts[] = {{head, size}, {event, length}};
		size_t left = size + length;
		while (left > 0) {
			ssize_t n = writev(fd, parts, 2);
			if (n <= 0) fail("writev");
			left -= n;
			for (int i = 0; i < 2; i++) {
				size_t taken = (size_t)n < parts[i].iov_len ? (size_t)n : parts[i].iov_len;
				parts[i].iov_base = (char *)parts[i].iov_base + taken;
				parts[i].iov_len -= taken;
				n -= taken;
			}
		}
		receive(fd, &length);
	}
}
