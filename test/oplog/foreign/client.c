/*
 * Calls a log server: client tcp|udp PORT USER OPERATION PARAMETER DATE [TIMES]. Port 0 asks rpcbind.
 * Prints each result; ends with 1 where there is none.
 */
#include "oplog.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static CLIENT *connected(const char *network, int port)
{
	struct sockaddr_in to;
	struct timeval again = { 1, 0 };
	int socket = RPC_ANYSOCK;

	if (port == 0)
		return clnt_create("127.0.0.1", OPLOG, OPLOG_VERSION, network);
	memset(&to, 0, sizeof to);
	to.sin_family = AF_INET;
	to.sin_port = htons(port);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (strcmp(network, "tcp") == 0)
		return clnttcp_create(&to, OPLOG, OPLOG_VERSION, &socket, 0, 0);
	return clntudp_create(&to, OPLOG, OPLOG_VERSION, again, &socket);
}

int main(int count, char **words)
{
	CLIENT *client;
	oplog_call call;
	int times, *result;

	if (count < 7)
		return 2;
	client = connected(words[1], atoi(words[2]));
	if (client == NULL) {
		clnt_pcreateerror("client");
		return 1;
	}
	client->cl_auth = authunix_create_default();
	call.user = words[3];
	call.operation = words[4];
	call.parameter = words[5];
	call.date = words[6];
	for (times = count > 7 ? atoi(words[7]) : 1; times > 0; times--) {
		result = oplog_append_1(&call, client);
		if (result == NULL) {
			clnt_perror(client, "client");
			return 1;
		}
		printf("%d\n", *result);
	}
	clnt_destroy(client);
	return 0;
}
