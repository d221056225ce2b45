#ifndef SIM_CERT_H
#define SIM_CERT_H
/*
 * A throw-away certificate authority and the server's certificate, made anew
 * at each start with the machine's own time (not the server's wrong one).
 */
enum sim_cert_kind {
	SIM_CERT_GOOD, /* for 127.0.0.1 and localhost */
	SIM_CERT_EXPIRED,
	SIM_CERT_OTHER_NAME,
	SIM_CERT_SELF_SIGNED
};

struct sim_cert {
	char *ca; /* PEM; all three owned, malloc'd */
	char *cert;
	char *key;
};

/* -1 with a message on stderr. */
int sim_cert_make(struct sim_cert *c, enum sim_cert_kind kind, long shift_s);
void sim_cert_release(struct sim_cert *c);

#endif
