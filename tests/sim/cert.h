#ifndef SIM_CERT_H
#define SIM_CERT_H
/*
 * A temporary certificate authority and the server's certificate, generated at
 * each start.
 */
enum sim_cert_kind {
	SIM_CERT_GOOD, /* valid for 127.0.0.1 and localhost */
	SIM_CERT_EXPIRED,
	SIM_CERT_OTHER_NAME,
	SIM_CERT_SELF_SIGNED
};

struct sim_cert {
	char *ca; /* the three texts are PEM; owned by this struct */
	char *cert;
	char *key;
};

/* Fills c, whose fields must be NULL, with a key and certificates that, apart
 * from the defect of kind, are valid now and in shift_s seconds. Returns 0, or
 * -1 with a message on standard error. In both cases, the caller calls
 * sim_cert_release(). */
int sim_cert_make(struct sim_cert *c, enum sim_cert_kind kind, long shift_s);
void sim_cert_release(struct sim_cert *c);

#endif
