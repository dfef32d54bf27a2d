/* A program that answers over standard input and output, line by line until the input ends:
 * an event with a greeting, and an array of one value with that value. */

#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

int main(void) {
	static char *line;
	static size_t size;
	ssize_t n;
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	while ((n = getline(&line, &size, stdin)) > 0) {
		while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == ' ')) n--;
		if (line[0] == '[') {
			fwrite(line + 1, 1, n - 2, stdout);
			putchar('\n');
		} else {
			char *name = strstr(line, "\"name\":\"") + 8;
			printf("{\"statusCode\":200,\"body\":\"Hello %.*s\"}\n", (int)strcspn(name, "\""), name);
		}
		fflush(stdout);
	}
	return 0;
}
