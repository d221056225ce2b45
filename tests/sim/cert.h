#ifndef SIM_CERT_H
#define SIM_CERT_H
/*
 * Generates a temporary certificate authority and the server's certificate at
 * each start of the server.
 */
enum sim_cert_kind {
	SIM_CERT_GOOD, /* valid for 127.0.0.1 and localhost */
	SIM_CERT_EXPIRED,
	SIM_CERT_OTHER_NAME,
	SIM_CERT_SELF_SIGNED
};

struct sim_cert {
	char *ca; /* All three fields are PEM strings, owned by this struct. */
	char *cert;
	char *key;
};

/* Creates a key and certificates, and stores them in c. The certificates are
 * valid both now and in shift_s seconds, apart from the defect that kind
 * selects. The fields of c must be NULL before the call. Returns 0, or -1 with
 * a message on standard error. In both cases, the caller calls
 * sim_cert_release(). */
int sim_cert_make(struct sim_cert *c, enum sim_cert_kind kind, long shift_s);
void sim_cert_release(struct sim_cert *c);

#endif
