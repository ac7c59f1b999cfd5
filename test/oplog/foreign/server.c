/*
 * A log server on TCP and UDP ports of loopback that the system chooses, unknown to rpcbind: server [FILE]. Prints the
 * ports; appends each call to the file, or prints it. Answers 1 to a call of the operation FAIL, else 0.
 */
#include "oplog.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

void oplog_1(struct svc_req *, SVCXPRT *);

static FILE *calls;

int *oplog_append_1_svc(oplog_call *call, struct svc_req *request)
{
	static int result;

	(void)request;
	result = strcmp(call->operation, "FAIL") == 0;
	fprintf(calls, "%s|%s|%s|%s\n", call->user, call->operation, call->parameter, call->date);
	fflush(calls);
	return &result;
}

static int loopback(int type)
{
	struct sockaddr_in at;
	int sock = socket(AF_INET, type, 0);

	memset(&at, 0, sizeof at);
	at.sin_family = AF_INET;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (sock < 0 || bind(sock, (struct sockaddr *)&at, sizeof at) != 0)
		exit(1);
	if (type == SOCK_STREAM && listen(sock, 8) != 0)
		exit(1);
	return sock;
}

int main(int count, char **words)
{
	SVCXPRT *tcp = svctcp_create(loopback(SOCK_STREAM), 0, 0);
	SVCXPRT *udp = svcudp_create(loopback(SOCK_DGRAM));

	calls = count > 1 ? fopen(words[1], "a") : stdout;
	if (calls == NULL || tcp == NULL || udp == NULL || !svc_register(tcp, OPLOG, OPLOG_VERSION, oplog_1, 0) ||
	    !svc_register(udp, OPLOG, OPLOG_VERSION, oplog_1, 0))
		return 1;
	printf("{\"event\":\"ready\",\"tcp\":%d,\"udp\":%d}\n", tcp->xp_port, udp->xp_port);
	fflush(stdout);
	svc_run();
	return 0;
}
