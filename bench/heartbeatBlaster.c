/*
 * Sends the equal records of a file as datagrams, in order and as fast as it can, beginning anew at the file's end, and
 * counts what comes back.
 *
 *     heartbeatBlaster ADDRESS PORT FILE RECORD_BYTES COUNT
 *
 * Prints one line: datagrams sent, seconds, datagrams received.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64
#define REPLY_BYTES 256
/* How long replies may trail, seconds. */
#define TRAIL 0.2

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static long drain(int fd) {
  static char bytes[BATCH][REPLY_BYTES];
  static struct iovec parts[BATCH];
  static struct mmsghdr messages[BATCH];
  long count = 0;
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){bytes[i], REPLY_BYTES};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
  }
  for (int got; (got = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL)) > 0;) count += got;
  return count;
}

int main(int argc, char **argv) {
  if (argc != 6) return fprintf(stderr, "usage: %s ADDRESS PORT FILE RECORD_BYTES COUNT\n", argv[0]), 2;
  const long record = atol(argv[4]), wanted = atol(argv[5]);

  int file = open(argv[3], O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) fail(argv[3]);
  char *records = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (records == MAP_FAILED) fail("mmap");
  const long known = status.st_size / record;

  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
  if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) fail("connect");
  const int buffer = 4 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);

  struct iovec parts[BATCH];
  struct mmsghdr messages[BATCH] = {0};
  for (int i = 0; i < BATCH; i++) messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};

  long sent = 0, received = 0;
  const double start = now();
  while (sent < wanted) {
    received += drain(fd);
    int count = wanted - sent < BATCH ? (int)(wanted - sent) : BATCH;
    for (int i = 0; i < count; i++) parts[i] = (struct iovec){records + (sent + i) % known * record, record};
    int done = sendmmsg(fd, messages, count, 0);
    if (done < 0) fail("sendmmsg");
    sent += done;
  }
  const double seconds = now() - start;
  while (now() - start < seconds + TRAIL) received += drain(fd);
  printf("%ld %.6f %ld\n", sent, seconds, received);
  return 0;
}
